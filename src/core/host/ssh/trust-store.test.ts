import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatFingerprint } from './host-key.ts';
import { createTrustStore, formatTrustedLines, parseTrustedName, type TrustStore } from './trust-store.ts';

const ED = { type: 'ssh-ed25519', blob: 'AAAAC3NzaC1lZDI1NTE5AAAAIOjZ4rJlC4tDDaWd3hDDhqlsgytE+ipriEjeW1gl0Lih' };
const OTHER = { type: 'ssh-ed25519', blob: 'AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' };

describe('the trust file', () => {
  let dir: string;
  let store: TrustStore;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hardshell-trust-'));
    store = createTrustStore(join(dir, 'trust.json'), () => 1_750_000_000_000);
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('keeps keys by host, each once, in a file of this account alone', async () => {
    expect(await store.list()).toEqual([]);
    const added = await store.add('one.example', ED);
    await store.add('one.example', ED);
    await store.add('one.example', OTHER);
    await store.add('[one.example]:2222', ED);
    expect(added).toEqual({
      host: 'one.example',
      ...ED,
      fingerprint: formatFingerprint(ED.blob),
      addedAt: '2025-06-15T15:06:40.000Z',
    });
    expect((await store.list()).map(({ host, blob }) => [host, blob])).toEqual([
      ['one.example', ED.blob],
      ['one.example', OTHER.blob],
      ['[one.example]:2222', ED.blob],
    ]);
    if (process.platform !== 'win32') expect((await stat(store.path)).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(['trust.json']);
  });

  it('forgets all keys of one host and no others', async () => {
    for (const [host, key] of [
      ['one.example', ED],
      ['one.example', OTHER],
      ['[one.example]:2222', ED],
    ] as const)
      await store.add(host, key);
    expect(await store.remove('two.example')).toBe(0);
    expect(await store.remove('one.example')).toBe(2);
    expect((await store.list()).map(({ host }) => host)).toEqual(['[one.example]:2222']);
    expect(await store.remove('ssh://anna@One.Example:2222')).toBe(1);
  });

  it('loses nothing when many write at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.add(`h${String(index)}`, ED)));
    expect(await store.list()).toHaveLength(20);
  });

  it.each([
    ['no JSON', '{"v":1,"keys":['],
    ['no version', '{"keys":[]}'],
    [
      'another key than it says',
      JSON.stringify({
        v: 1,
        keys: [{ host: 'h', ...OTHER, fingerprint: formatFingerprint(ED.blob), addedAt: '2026-01-01T00:00:00.000Z' }],
      }),
    ],
    [
      'a pattern for a host',
      JSON.stringify({
        v: 1,
        keys: [{ host: '*', ...ED, fingerprint: formatFingerprint(ED.blob), addedAt: '2026-01-01T00:00:00.000Z' }],
      }),
    ],
  ])('that is broken (%s) is set aside, and nothing in it is trusted', async (_what, text) => {
    await writeFile(store.path, text);
    await expect(store.list()).rejects.toMatchObject({ code: 'state.corrupt' });
    expect(await store.list()).toEqual([]);
    const [aside = ''] = (await readdir(dir)).filter((name) => name.includes('.corrupt'));
    expect(await readFile(join(dir, aside), 'utf8')).toBe(text);
  });

  it('is read as known_hosts would say it', async () => {
    await store.add('[one.example]:2222', ED);
    expect(formatTrustedLines(await store.list(), 'trust.json')).toEqual([
      { marker: 'none', names: '[one.example]:2222', ...ED, where: 'trust.json' },
    ]);
  });

  it.each([
    ['One.Example', 'one.example'],
    ['one.example:22', 'one.example'],
    ['one.example:2222', '[one.example]:2222'],
    ['[one.example]:2222', '[one.example]:2222'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['ssh://anna@one.example:2222', '[one.example]:2222'],
    ['anna@one.example', 'one.example'],
  ])('%s is the host %s', (text, name) => {
    expect(parseTrustedName(text)).toBe(name);
  });
});

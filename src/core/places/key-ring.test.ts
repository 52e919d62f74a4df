import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSecretStore } from '../secrets/create-secret-store.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { createStateStore, type StateStore } from '../state/state-store.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';

const anna = { user: 'anna', host: '203.0.113.7', port: 22 };
const root = { ...anna, user: 'root' };

describe('the keys of a panel', () => {
  let dir: string;
  let state: StateStore;
  let secrets: SecretStore;
  let ring: KeyRing;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hardshell-ring-'));
    state = createStateStore(dir, { onProblem: () => undefined, platform: process.platform });
    secrets = createSecretStore({ dir: join(dir, 'secrets') });
    ring = createKeyRing(state, secrets, () => Date.parse('2026-11-22T00:00:00Z'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('are one for each login, and used only once they were seen to come in', async () => {
    const [book, other] = [ring.bookOf(anna, 'hardshell@lab'), ring.bookOf(root, 'hardshell@lab')];
    expect([await book.read(), await ring.find(anna)]).toEqual([undefined, undefined]);
    await book.make();
    await other.make();
    expect((await book.read())?.line).not.toBe((await other.read())?.line);
    expect(await ring.find(anna)).toBeUndefined();
    await book.use();
    expect((await ring.find(anna))?.reveal()).toContain('OPENSSH PRIVATE KEY');
    expect(await ring.find(root)).toBeUndefined();
    await book.retire();
    expect([await ring.find(anna), (await book.read())?.secret === undefined]).toEqual([undefined, false]);
  });

  it('are nowhere but in the secret store', async () => {
    const book = ring.bookOf(anna, 'hardshell@lab');
    await book.make();
    const kept = await state.sshKeys.read();
    expect(kept?.keys).toEqual([
      {
        login: 'anna@203.0.113.7:22',
        line: expect.stringMatching(/^ssh-ed25519 \S+ hardshell@lab$/) as string,
        secret: { backend: 'vault-keyfile', key: expect.stringMatching(/^ssh-key\/[0-9a-f]{32}$/) as string },
        madeAt: '2026-11-22T00:00:00.000Z',
      },
    ]);
  });

  it('that the store has lost are made anew, and forgotten ones leave nothing', async () => {
    const book = ring.bookOf(anna, 'hardshell@lab');
    await book.make();
    await book.use();
    await book.notePasswords('off');
    const first = await book.read();
    const { secret: lost } = (await state.sshKeys.read())?.keys[0] ?? {};
    if (lost === undefined) throw new Error('There was none.');
    await secrets.remove(lost);
    expect((await book.read())?.secret).toBeUndefined();
    expect(await ring.find(anna)).toBeUndefined();
    await book.make();
    const second = await book.read();
    expect(second?.line).not.toBe(first?.line);
    // Nobody has seen the new one come in; what the server takes is as it was.
    expect([second?.provenAt, second?.passwordsOffAt]).toEqual([undefined, '2026-11-22T00:00:00.000Z']);
    await book.notePasswords('on');
    expect((await book.read())?.passwordsOffAt).toBeUndefined();
    const { secret: ref } = (await state.sshKeys.read())?.keys[0] ?? {};
    await book.forget();
    expect(await book.read()).toBeUndefined();
    if (ref === undefined) throw new Error('There was none.');
    await expect(secrets.get(ref)).rejects.toMatchObject({ code: 'secrets.missing' });
  });
});

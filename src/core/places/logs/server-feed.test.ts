import { execFileSync } from 'node:child_process';
import { appendFile, chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../../host/host.ts';
import { openLocalHost } from '../../host/local/local-host.ts';
import { serverLayout } from '../../openclaw/server-layout.ts';
import { mergeFeeds } from './merge-feeds.ts';
import { serverFeed } from './server-feed.ts';

let dir = '';
let host: Host;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-server-feed-'));
  await mkdir(join(dir, 'logs'));
  await writeFile(join(dir, 'audit.log'), '2026-11-21T06:30:12Z anna@laptop h r openclaw: npm install\n');
  await writeFile(join(dir, 'logs', 'update-1.log'), '2026-11-21T06:29:00.000Z updating\n');
  host = await openLocalHost();
});
afterEach(async () => {
  await host[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

// The script as it is, by this computer's shell; of a journal nothing is asked.
describe.skipIf(process.platform !== 'linux')('the program that reads the logs of a server', () => {
  const open = (follow: boolean, signal: AbortSignal, user = userInfo().username) => {
    const bare: Host = {
      ...host,
      spawn: (command, options) => host.spawn({ ...command, runAs: 'login' }, options),
    };
    const layout = { ...serverLayout, auditLog: join(dir, 'audit.log'), stateDir: dir, user };
    return mergeFeeds({
      feeds: [serverFeed(bare, layout, undefined)],
      query: { lines: 50, follow, sources: ['audit', 'installer'] },
      signal,
      strike: (words) => words,
    });
  };

  it('tells what is in its files, in order, and ends', { timeout: 60_000 }, async () => {
    const told = Buffer.concat((await open(false, new AbortController().signal).toArray()) as Buffer[]).toString();
    expect(
      told
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([
      { source: 'installer', text: 'updating' },
      { source: 'audit', text: 'anna@laptop h r openclaw: npm install' },
    ]);
  });

  it('reads no link, and of what has no end the last piece', { timeout: 60_000 }, async () => {
    const logs = join(dir, 'logs');
    await writeFile(join(dir, 'foreign'), '2026-11-21T06:00:00.000Z foreign\n');
    await symlink(join(dir, 'foreign'), join(logs, 'update-2.log'));
    await symlink(join(dir, 'foreign'), join(logs, 'gateway-restart.log'));
    await writeFile(join(logs, 'update-3.log'), `${'x'.repeat(8 * 1024 * 1024)}\n2026-11-21T06:31:00.000Z the end\n`);
    for (const follow of [false, true]) {
      const stop = new AbortController();
      let told = '';
      const stream = open(follow, stop.signal);
      stream.on('data', (chunk: Buffer) => (told += chunk.toString()));
      await expect.poll(() => told, { timeout: 20_000 }).toContain('the end');
      await expect.poll(() => told, { timeout: 20_000 }).toContain('updating');
      stop.abort();
      expect(told).not.toContain('foreign');
      expect(told.length).toBeLessThan(10_000);
    }
  });

  it.runIf(userInfo().uid === 0)(
    'reads as root what the account may read, and no more',
    { timeout: 60_000 },
    async () => {
      await chmod(dir, 0o755);
      await writeFile(join(dir, 'logs', 'update-4.log'), '2026-11-21T06:32:00.000Z of root alone\n', { mode: 0o600 });
      const told = Buffer.concat((await open(false, new AbortController().signal, 'nobody').toArray()) as Buffer[]);
      expect(told.toString()).toContain('updating');
      expect(told.toString()).not.toContain('of root alone');
    },
  );

  it('goes on with what comes, and leaves nothing behind', { timeout: 60_000 }, async () => {
    const stop = new AbortController();
    const stream = open(true, stop.signal);
    let told = '';
    stream.on('data', (chunk: Buffer) => (told += chunk.toString()));
    await expect.poll(() => told, { timeout: 20_000 }).toContain('npm install');
    await appendFile(join(dir, 'audit.log'), '2026-11-21T07:30:12Z anna@laptop later\n');
    await expect.poll(() => told, { timeout: 20_000 }).toContain('later');
    stop.abort();
    const readers = (): string => execFileSync('ps', ['-eo', 'args']).toString();
    await expect
      .poll(() => /tail -[nc] \d+ -F --pid/.test(readers()) && readers().includes(dir), { timeout: 20_000 })
      .toBe(false);
  });
});

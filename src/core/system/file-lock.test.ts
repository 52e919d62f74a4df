import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sweepLock, withFileLock } from './file-lock.ts';
import { readOwnIdentity } from './process-identity.ts';

const module = new URL('./file-lock.ts', import.meta.url).href;

describe('a file lock', () => {
  let dir = '';
  let lock = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hardshell-lock-'));
    lock = join(dir, 'record.json.lock');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  /** Another process that runs `body` with `withFileLock` and `lock` at hand. */
  function start(body: string): { ended: Promise<number | null>; said: Promise<unknown>; kill: () => void } {
    const script = `import { withFileLock } from ${JSON.stringify(module)}; import fs from 'node:fs';
      import { setTimeout as sleep } from 'node:timers/promises'; const lock = ${JSON.stringify(lock)}; ${body}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return {
      ended: once(child, 'exit').then(([code]) => code as number | null),
      said: once(child.stdout, 'data'),
      kill: () => child.kill('SIGKILL'),
    };
  }

  it('lets one in at a time, of this process as well, and leaves nothing behind', async () => {
    let inside = 0;
    let most = 0;
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        withFileLock(lock, async () => {
          inside += 1;
          most = Math.max(most, inside);
          await sleep(1);
          inside -= 1;
          return index;
        }),
      ),
    );
    expect(most).toBe(1);
    expect(results).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(await readdir(dir)).toEqual([]);
  });

  it('is let go when the work fails', async () => {
    await expect(withFileLock(lock, () => Promise.reject(new Error('work')))).rejects.toThrow('work');
    expect(await withFileLock(lock, () => Promise.resolve('next'))).toBe('next');
  });

  it('counts right across processes', async () => {
    const counter = join(dir, 'counter');
    await writeFile(counter, '0');
    const body = `for (let i = 0; i < 100; i++) await withFileLock(lock, async () => {
      const n = Number(fs.readFileSync(${JSON.stringify(counter)}, 'utf8')); await sleep(0);
      fs.writeFileSync(${JSON.stringify(counter)}, String(n + 1)); });`;
    const codes = await Promise.all([start(body).ended, start(body).ended, start(body).ended]);
    expect(codes).toEqual([0, 0, 0]);
    expect(await readFile(counter, 'utf8')).toBe('300');
  });

  it('is refused in time while another process holds it, naming that process, and had at once when that one is killed', async () => {
    const other = start(`await withFileLock(lock, async () => { console.log('held'); await sleep(60_000); });`);
    await other.said;
    await expect(withFileLock(lock, () => Promise.resolve(), { waitMs: 200 })).rejects.toMatchObject({
      code: 'state.busy',
      details: { path: lock, pid: expect.any(Number) as number },
    });
    other.kill();
    await other.ended;
    expect(await withFileLock(lock, () => Promise.resolve('mine'), { waitMs: 1000 })).toBe('mine');
  });

  it('is taken over from a dead process by exactly one of many', async () => {
    const counter = join(dir, 'counter');
    for (let round = 0; round < 5; round += 1) {
      await writeFile(counter, '0');
      // Our own pid, but of an earlier process: as after a restart of a container.
      await writeFile(
        lock,
        JSON.stringify({ ...(await readOwnIdentity()), startedAt: 'earlier', nonce: 'aaaaaaaaaaaa' }),
      );
      const body = `await withFileLock(lock, async () => { const n = Number(fs.readFileSync(${JSON.stringify(counter)}, 'utf8'));
        await sleep(20); fs.writeFileSync(${JSON.stringify(counter)}, String(n + 1)); });`;
      const codes = await Promise.all([start(body), start(body), start(body)].map((one) => one.ended));
      expect(codes).toEqual([0, 0, 0]);
      expect(await readFile(counter, 'utf8')).toBe('3');
    }
    expect(await readdir(dir)).toEqual(['counter']);
  }, 30_000);

  it('is taken over when whoever took it over before was killed in doing so', async () => {
    const dead = { pid: 4_000_000, startedAt: 'earlier' };
    await writeFile(lock, JSON.stringify({ ...dead, nonce: 'aaaaaaaaaaaa' }));
    await writeFile(`${lock}.reap-aaaaaaaaaaaa`, JSON.stringify({ ...dead, nonce: 'bbbbbbbbbbbb' }));
    expect(await withFileLock(lock, () => Promise.resolve('mine'))).toBe('mine');
    expect(await readdir(dir)).toEqual([]);
  });

  it('is not taken from whoever took it over first', async () => {
    const own = await readOwnIdentity();
    const live = (nonce: string): string => JSON.stringify({ ...own, nonce });
    const guard = `${lock}.reap-aaaaaaaaaaaa`;
    await writeFile(lock, JSON.stringify({ pid: 4_000_000, startedAt: 'earlier', nonce: 'aaaaaaaaaaaa' }));
    await writeFile(guard, live('cccccccccccc'));
    // Looked at from the start: on a busy machine its time may be over before the lines below are through.
    const second = expect(withFileLock(lock, () => Promise.resolve(), { waitMs: 700 })).rejects.toMatchObject({
      code: 'state.busy',
      details: { pid: process.pid },
    });
    await sleep(200);
    // While the first is at it, the second touches nothing …
    expect(await readFile(lock, 'utf8')).toContain('aaaaaaaaaaaa');
    await rm(lock);
    await writeFile(lock, live('bbbbbbbbbbbb'));
    await rm(guard);
    // … and afterwards it sees that this is another lock.
    await second;
    expect(await readFile(lock, 'utf8')).toContain('bbbbbbbbbbbb');
    expect(await readdir(dir)).toEqual(['record.json.lock']);
  });

  it('of what killed processes left of it nothing stays, and of those that wait everything', async () => {
    const dead = { pid: 4_000_000, startedAt: 'earlier' };
    const own = await readOwnIdentity();
    await writeFile(`${lock}.aaaaaaaaaaaa.tmp`, JSON.stringify({ ...dead, nonce: 'aaaaaaaaaaaa' }));
    await writeFile(`${lock}.reap-bbbbbbbbbbbb`, JSON.stringify({ ...dead, nonce: 'bbbbbbbbbbbb' }));
    const others = {
      [`${lock}.cccccccccccc.tmp`]: JSON.stringify({ ...own, nonce: 'cccccccccccc' }),
      // Being written this moment.
      [`${lock}.dddddddddddd.tmp`]: '',
      [`${lock}.notes`]: JSON.stringify({ ...dead, nonce: 'eeeeeeeeeeee' }),
      [join(dir, 'other.aaaaaaaaaaaa.tmp')]: JSON.stringify({ ...dead, nonce: 'aaaaaaaaaaaa' }),
    };
    for (const [path, text] of Object.entries(others)) await writeFile(path, text);
    await withFileLock(lock, () => sweepLock(lock));
    expect((await readdir(dir)).map((name) => join(dir, name)).toSorted()).toEqual(Object.keys(others).toSorted());
  });

  it('is nobody’s when a power failure left it empty', async () => {
    await writeFile(lock, '');
    expect(await withFileLock(lock, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('of a newer Hardshell that writes more into it is respected', async () => {
    await writeFile(lock, JSON.stringify({ ...(await readOwnIdentity()), nonce: 'aaaaaaaaaaaa', more: 1 }));
    await expect(withFileLock(lock, () => Promise.resolve(), { waitMs: 100 })).rejects.toMatchObject({
      code: 'state.busy',
    });
  });

  it('stops waiting when it is told to', async () => {
    await writeFile(lock, JSON.stringify({ ...(await readOwnIdentity()), nonce: 'aaaaaaaaaaaa' }));
    const reason = new Error('enough');
    const work = withFileLock(lock, () => Promise.resolve(), { signal: AbortSignal.timeout(50) });
    await expect(work).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(withFileLock(lock, () => Promise.resolve(), { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
    expect(await readdir(dir)).toEqual(['record.json.lock']);
  });
});

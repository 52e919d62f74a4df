import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sweepTemporariesOf, sweepTemporaryFiles, writeFileAtomic } from './atomic-file.ts';
import { openPrivateDir } from './private-dir.ts';

const posixOnly = it.runIf(process.platform !== 'win32');
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-file-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('an atomic write', () => {
  posixOnly('makes folders 0700 and files 0600, whatever the umask', async () => {
    const path = join(dir, 'a', 'b', 'record.json');
    const before = process.umask(0);
    try {
      await writeFileAtomic(path, 'one');
      await writeFileAtomic(join(dir, 'a', 'open'), 'x', 0o644);
    } finally {
      process.umask(before);
    }
    expect(await modeOf(join(dir, 'a'))).toBe(0o700);
    expect(await modeOf(join(dir, 'a', 'b'))).toBe(0o700);
    expect(await modeOf(path)).toBe(0o600);
    expect(await modeOf(join(dir, 'a', 'open'))).toBe(0o644);
  });

  posixOnly('closes a file that was open to others', async () => {
    const path = join(dir, 'record.json');
    await writeFile(path, 'old');
    await chmod(path, 0o666);
    await writeFileAtomic(path, 'new');
    expect(await modeOf(path)).toBe(0o600);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('that cannot be done leaves no half file behind', async () => {
    await mkdir(join(dir, 'taken', 'inside'), { recursive: true });
    await expect(writeFileAtomic(join(dir, 'taken'), 'x')).rejects.toThrow();
    expect(await readdir(dir)).toEqual(['taken']);
  });

  it('killed at any moment leaves the old or the new content whole', async () => {
    const path = join(dir, 'record.json');
    const module = new URL('./atomic-file.ts', import.meta.url).href;
    const script = `import { writeFileAtomic } from ${JSON.stringify(module)};
      for (let i = 0; ; i++) { await writeFileAtomic(${JSON.stringify(path)}, JSON.stringify({ i, pad: 'x'.repeat(200_000) })); if (i === 0) console.log('on'); }`;
    for (let round = 0; round < 8; round += 1) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      await sleep(10 + round * 7);
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      const parsed = JSON.parse(await readFile(path, 'utf8')) as { pad: string };
      expect(parsed.pad).toHaveLength(200_000);
    }
  }, 30_000);

  it('of a killed process is swept up later, a running one is left alone', async () => {
    const old = join(dir, 'record.json.0123456789ab.tmp');
    const fresh = join(dir, 'record.json.ba9876543210.tmp');
    const foreign = join(dir, 'notes.tmp');
    const guard = join(dir, 'record.json.lock.reap-0123456789ab');
    for (const path of [old, fresh, foreign, guard]) await writeFile(path, '');
    const longAgo = new Date(Date.now() - 3_600_000);
    for (const path of [old, foreign, guard]) await utimes(path, longAgo, longAgo);
    await sweepTemporaryFiles(dir, Date.now());
    expect((await readdir(dir)).toSorted()).toEqual(['notes.tmp', 'record.json.ba9876543210.tmp']);
    await sweepTemporaryFiles(join(dir, 'not there'), Date.now());
  });

  it('of a file that nobody else writes is swept up at once, and nothing of another', async () => {
    const path = join(dir, 'lease.json');
    await writeFileAtomic(path, '{}');
    const others = [
      'lease.json',
      'lease.json.bak',
      'lease.json.old.0123456789ab.tmp',
      'my-lease.json.0123456789ab.tmp',
    ];
    for (const name of [...others, 'lease.json.0123456789ab.tmp']) await writeFile(join(dir, name), '');
    await sweepTemporariesOf(path);
    expect((await readdir(dir)).toSorted()).toEqual(others.toSorted());
  });
});

describe('a private folder among other people’s', () => {
  posixOnly('is made, and found again', async () => {
    const path = join(dir, 'own');
    await openPrivateDir(path);
    await openPrivateDir(path);
    expect(await modeOf(path)).toBe(0o700);
  });

  posixOnly('is refused when it is a link, a file, or open to others', async () => {
    await mkdir(join(dir, 'elsewhere'), { mode: 0o700 });
    await symlink(join(dir, 'elsewhere'), join(dir, 'link'));
    await writeFile(join(dir, 'file'), '');
    await mkdir(join(dir, 'open'));
    await chmod(join(dir, 'open'), 0o755);
    for (const name of ['link', 'file', 'open']) {
      await expect(openPrivateDir(join(dir, name))).rejects.toMatchObject({
        code: 'state.unsafe',
        details: { path: join(dir, name) },
      });
    }
  });
});

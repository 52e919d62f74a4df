import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../scripts/checkout.mjs';
import { tryLock } from '../scripts/process-lock.mjs';
import { tempDataDir } from './lab/temp-data-dir.ts';

/** Adds one to the number in a file, under the lock: two at once would lose one. */
const adder = `
  import { readFileSync, writeFileSync } from 'node:fs';
  import { withProcessLock } from ${JSON.stringify(join(root, 'scripts', 'process-lock.mjs'))};
  const [lock, file] = process.argv.slice(1);
  for (let i = 0; i < 5; i += 1) {
    await withProcessLock(lock, () => undefined, async () => {
      const before = Number(readFileSync(file, 'utf8'));
      await new Promise((resolve) => setTimeout(resolve, 2));
      writeFileSync(file, String(before + 1));
    });
  }
`;

it('a process lock keeps processes apart', { timeout: 60_000 }, async () => {
  await using dir = await tempDataDir();
  const [lock, counter] = [join(dir.path, 'lock'), join(dir.path, 'counter')];
  writeFileSync(counter, '0');
  await Promise.all(
    [1, 2, 3, 4].map(async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', adder, lock, counter], { stdio: 'inherit' });
      expect(await once(child, 'exit')).toEqual([0, null]);
    }),
  );
  expect(readFileSync(counter, 'utf8')).toBe('20');
});

it('a process lock is free when its holder is dead, and not before', async () => {
  await using dir = await tempDataDir();
  const lock = join(dir.path, 'lock');
  const holder = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { tryLock } from ${JSON.stringify(join(root, 'scripts', 'process-lock.mjs'))};
     tryLock(process.argv[1]); process.stdout.write('held'); setInterval(() => undefined, 1000);`,
    lock,
  ]);
  await once(holder.stdout, 'data');
  expect(tryLock(lock)).toBeNull();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const release = tryLock(lock);
  expect(release).not.toBeNull();
  release?.();
  expect(tryLock(lock)).not.toBeNull();
});

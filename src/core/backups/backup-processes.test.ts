import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '../../shared/app-error.ts';
import { createSecretStore } from '../secrets/create-secret-store.ts';
import { createStateStore } from '../state/state-store.ts';
import { createIds } from '../system/ids.ts';
import { createBackupKeys } from './backup-keys.ts';
import { createBackupVault } from './backup-vault.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hardshell-processes-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const onProblem = (error: AppError): void => expect.unreachable(error.message);

/** Another process of the same installation, with a vault of its own. */
function start(body: string): ChildProcess & { readonly stdout: Readable } {
  const from = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `import { Readable } from 'node:stream';
    import { createSecretStore } from ${from('../secrets/create-secret-store.ts')};
    import { createStateStore } from ${from('../state/state-store.ts')};
    import { createBackupKeys } from ${from('./backup-keys.ts')};
    import { createBackupVault } from ${from('./backup-vault.ts')};
    const state = createStateStore(${JSON.stringify(dataDir)}, { platform: process.platform, onProblem: (error) => { throw error; } });
    const keys = createBackupKeys(state, createSecretStore({ dir: state.layout.secretsDir }));
    const vault = createBackupVault({ dir: state.layout.backupsDir, keys, openStore: () => { throw new Error(); } });
    ${body}`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('processes that share a vault', () => {
  it('make one key, and the secret store alone has it', async () => {
    const children = [1, 2, 3].map(() => start('console.log((await keys.current()).recipient)'));
    const said = await Promise.all(children.map(({ stdout }) => text(stdout)));
    expect(new Set(said).size).toBe(1);
    const state = createStateStore(dataDir, { platform: process.platform, onProblem });
    const keys = createBackupKeys(state, createSecretStore({ dir: state.layout.secretsDir }));
    expect(`${(await keys.current()).recipient}\n`).toBe(said[0]);
  }, 30_000);

  it('leave nothing that looks like a backup when one is killed while it takes one in', async () => {
    const [id, whole] = [createIds().backup(), createIds().backup()];
    const child =
      start(`async function* slow() { for (;;) { yield Buffer.alloc(300_000, 1); await new Promise((go) => setTimeout(go, 5)); } }
      let isTold = false;
      await vault.take('${id}', Readable.from(slow()), { onBytes: (done) => { if (done > 2_000_000 && !isTold) { isTold = true; console.log('on'); } } });`);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const state = createStateStore(dataDir, { platform: process.platform, onProblem });
    const dir = state.layout.backupsDir;
    const [left, ...others] = await readdir(dir);
    expect(left).toMatch(new RegExp(`^${id}\\.age\\.[0-9a-f]{12}\\.tmp$`));
    expect(others).toEqual([]);
    expect(await state.backups.list()).toEqual([]);

    const keys = createBackupKeys(state, createSecretStore({ dir: state.layout.secretsDir }));
    const openStore = (): never => expect.unreachable('Nothing is sent.');
    await createBackupVault({ dir, keys, openStore }).take(whole, Readable.from([Buffer.alloc(1000, 1)]));
    const longAgo = new Date(Date.now() - 60 * 60_000);
    await utimes(join(dir, left ?? ''), longAgo, longAgo);
    await state.sweep();
    expect(await readdir(dir)).toEqual([`${whole}.age`]);
  }, 30_000);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SshTarget } from '../../shared/model/target.ts';
import { Secret } from '../../shared/secret.ts';
import { createSecretStore } from '../secrets/create-secret-store.ts';
import { createMemorySecretStore } from '../secrets/memory-secrets.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { createStateStore, type StateStore } from '../state/state-store.ts';
import { createBackupKeys } from './backup-keys.ts';

const server: SshTarget = { kind: 'ssh', host: 'Backups.example.net', user: 'keeper', port: 2222, jumps: [] };
const other: SshTarget = { ...server, port: 2223 };

let dir: string;
let state: StateStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-backup-keys-'));
  state = createStateStore(dir, {
    platform: process.platform,
    onProblem(error) {
      throw error;
    },
  });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const stores: readonly (readonly [string, () => SecretStore])[] = [
  ['a vault, where there is no keychain', () => createSecretStore({ dir: join(dir, 'secrets') })],
  ['memory', createMemorySecretStore],
];

describe.each(stores)('the login of a destination, kept in %s', (_where, open) => {
  it('is read again, and is that of its own server', async () => {
    const keys = createBackupKeys(state, open());
    await keys.keepLogin(server, { sshPassword: new Secret('one') });
    await keys.keepLogin(other, { sshPassword: new Secret('two'), keyPassphrase: new Secret('three') });
    expect((await keys.readLogin(server)).sshPassword?.reveal()).toBe('one');
    expect((await keys.readLogin(other)).keyPassphrase?.reveal()).toBe('three');
  });

  it('is replaced where it lies', async () => {
    const keys = createBackupKeys(state, open());
    await keys.keepLogin(server, { sshPassword: new Secret('one') });
    const before = (await state.backupSecrets.read())?.logins;
    await keys.keepLogin(server, { sshPassword: new Secret('new') });
    expect((await state.backupSecrets.read())?.logins).toEqual(before);
    expect((await keys.readLogin(server)).sshPassword?.reveal()).toBe('new');
  });
});

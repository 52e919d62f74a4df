import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAppError } from '../../shared/app-error.ts';
import type { Backup, Destination } from '../../shared/model/backup.ts';
import type { BackupId, InstanceId } from '../../shared/model/ids.ts';
import { Secret } from '../../shared/secret.ts';
import { createMemorySecretStore } from '../secrets/memory-secrets.ts';
import { createStateStore, type StateStore } from '../state/state-store.ts';
import { createIds } from '../system/ids.ts';
import { generateKey } from './age-stream.ts';
import type { BackupVault, Kept } from './backup-api.ts';
import { createBackupKeys, type BackupKeys } from './backup-keys.ts';
import { createBackupVault } from './backup-vault.ts';
import { createFolderStore } from './folder-store.ts';

let dataDir: string;
let shelf: string;
let state: StateStore;
let keys: BackupKeys;
let vault: BackupVault;
const id = createIds().backup();

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hardshell-vault-'));
  shelf = join(dataDir, 'shelf');
  await mkdir(shelf);
  state = createStateStore(dataDir, { onProblem: () => undefined, platform: process.platform });
  keys = createBackupKeys(state, createMemorySecretStore());
  vault = createVault(keys);
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const createVault = (someKeys: BackupKeys): BackupVault =>
  createBackupVault({
    dir: state.layout.backupsDir,
    keys: someKeys,
    openStore: ({ path }: Destination) => Promise.resolve(createFolderStore(path)),
  });
const record = (backupId: BackupId, { bytes, sha256, encrypted, copy }: Kept): Backup => ({
  id: backupId,
  instanceId: 'i-0123456789abcdef' as InstanceId,
  instanceName: 'claw',
  place: 'docker',
  createdAt: '2026-11-20T03:00:00.000Z',
  version: '2026.9.6',
  reason: 'asked',
  bytes,
  sha256,
  encrypted,
  copies: [copy],
});
const take = async (plain: Buffer): Promise<Backup> => record(id, await vault.take(id, Readable.from([plain])));
const flip = async (path: string, at: number): Promise<void> => {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
};
const code = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'fine';
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
};

describe('backup vault', () => {
  it.each([0, 1, 65_536, 65_537, 1_000_000])(
    'gives %i bytes back as they were, and keeps none of them plain',
    async (size) => {
      const plain = randomBytes(size);
      const seen: number[] = [];
      const kept = await vault.take(id, Readable.from(size === 0 ? [] : [plain]), {
        onBytes: (done) => seen.push(done),
      });
      expect(kept.bytes).toBe(size);
      expect(seen.at(-1) ?? 0).toBe(size);
      const path = join(state.layout.backupsDir, `${id}.age`);
      expect(kept.copy).toEqual({ at: 'here', path });
      const stored = await readFile(path);
      expect(stored.length).toBe(kept.encrypted.bytes);
      if (size > 16) expect(stored.includes(plain.subarray(0, 16))).toBe(false);
      if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect((await buffer(await vault.open(record(id, kept)))).equals(plain)).toBe(true);
      await vault.verify(record(id, kept), kept.copy);
    },
  );

  it('leaves nothing behind of an archive that breaks off, and of one that is not waited for', async () => {
    async function* breaking(): AsyncGenerator<Buffer> {
      yield randomBytes(100_000);
      await Promise.resolve();
      throw new Error('cut');
    }
    await expect(vault.take(id, Readable.from(breaking()))).rejects.toThrow('cut');
    const silent = new Readable({ read: () => undefined });
    silent.push(randomBytes(100_000));
    const stop = new AbortController();
    const taking = vault.take(id, silent, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await expect(taking).rejects.toThrow('enough');
    expect(silent.destroyed).toBe(true);
    expect(await readdir(state.layout.backupsDir)).toEqual([]);
  });

  it('is given up before the key is there, and nothing goes wrong beside it', async () => {
    const silent = new Readable({ read: () => undefined });
    const stop = new AbortController();
    const taking = vault.take(id, silent, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(taking).rejects.toThrow('enough');
    expect(silent.destroyed).toBe(true);
  });

  it('does not read faster than it writes', async () => {
    let given = 0;
    const source = new Readable({
      highWaterMark: 65_536,
      read() {
        given += 65_536;
        this.push(given > 64 * 1_048_576 ? null : Buffer.alloc(65_536));
      },
    });
    let most = 0;
    await vault.take(id, source, { onBytes: (done) => (most = Math.max(most, given - done)) });
    expect(most).toBeLessThan(4 * 1_048_576);
  });

  it.each([10, 400, 70_000, -1])('refuses an archive with a flipped bit at %i before its last byte', async (at) => {
    const backup = await take(randomBytes(200_000));
    const path = join(state.layout.backupsDir, `${id}.age`);
    await flip(path, at < 0 ? (await stat(path)).size + at : at);
    expect(await code(vault.open(backup))).toBe('backup.damaged');
    expect(await code(vault.verify(backup, backup.copies[0] ?? { at: 'here', path }))).toBe('backup.damaged');
  });

  it('refuses what was cut short, and what was put in its place with the same key', async () => {
    const backup = await take(randomBytes(200_000));
    const path = join(state.layout.backupsDir, `${id}.age`);
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, -16_000));
    expect(await code(vault.open(backup))).toBe('backup.damaged');
    const forged = await vault.take(createIds().backup(), Readable.from([randomBytes(200_000)]));
    await writeFile(path, await readFile(forged.copy.path));
    expect(await code(vault.open(backup))).toBe('backup.damaged');
    await rm(path);
    expect(await code(vault.open(backup))).toBe('backup.gone');
  });

  it('sends what is read back, opens it where the copy here is damaged, and takes it away again', async () => {
    const plain = randomBytes(300_000);
    const backup = await take(plain);
    const copy = await vault.send(backup, { kind: 'folder', path: shelf });
    expect(copy).toEqual({ at: 'folder', path: join(shelf, `${id}.age`) });
    expect((await readdir(shelf)).sort()).toEqual([`${id}.age`, `${id}.json`]);
    expect(await readFile(join(shelf, `${id}.json`), 'utf8')).not.toContain(dataDir);
    await flip(join(state.layout.backupsDir, `${id}.age`), 500);
    const both = { ...backup, copies: [...backup.copies, copy] };
    expect((await buffer(await vault.open(both))).equals(plain)).toBe(true);
    await vault.drop(both, copy);
    await vault.drop(both, copy);
    expect(await readdir(shelf)).toEqual([]);
  });

  it('does not make the folder of a share that is not mounted', async () => {
    const backup = await take(randomBytes(10));
    expect(await code(vault.send(backup, { kind: 'folder', path: join(shelf, 'nowhere') }))).toBe('backup.unreachable');
    expect(await readdir(shelf)).toEqual([]);
  });

  it('is opened by the key of the sheet alone where the store has none', async () => {
    const plain = randomBytes(1000);
    const backup = await take(plain);
    const { key } = await keys.current();
    await rm(state.layout.backupSecretsFile);
    const stranger = createVault(createBackupKeys(state, createMemorySecretStore()));
    expect(await code(stranger.open(backup))).toBe('backup.key-missing');
    expect(await code(stranger.open(backup, { secrets: { backupKey: await generateKey() } }))).toBe('backup.key-wrong');
    expect(await code(stranger.open(backup, { secrets: { backupKey: new Secret('hunter2') } }))).toBe(
      'backup.key-wrong',
    );
    expect((await buffer(await stranger.open(backup, { secrets: { backupKey: key } }))).equals(plain)).toBe(true);
  });

  it('makes one key, whoever asks first', async () => {
    const secrets = createMemorySecretStore();
    const two = [createBackupKeys(state, secrets), createBackupKeys(state, secrets)];
    const found = await Promise.all(two.flatMap((one) => [one.current(), one.current()]));
    expect(new Set(found.map(({ recipient }) => recipient)).size).toBe(1);
    expect(JSON.stringify(await state.backupSecrets.read())).not.toContain('AGE-SECRET');
  });
});

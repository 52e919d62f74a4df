import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleInstance } from '../../../test/sample-instance.ts';
import { isAppError, type AppError } from '../../shared/app-error.ts';
import { backupPolicySchema, type Backup, type BackupCopy, type Destination } from '../../shared/model/backup.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { createMemorySecretStore } from '../secrets/memory-secrets.ts';
import { createStateStore, type StateStore } from '../state/state-store.ts';
import { createIds } from '../system/ids.ts';
import { generateKey } from './age-stream.ts';
import type { Backups, BackupVault } from './backup-api.ts';
import { createBackupKeys } from './backup-keys.ts';
import { createBackupVault } from './backup-vault.ts';
import { createBackups } from './backups.ts';
import { createFolderStore } from './folder-store.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const instance = sampleInstance();
const ids = createIds();

interface Hardshell {
  readonly state: StateStore;
  readonly vault: BackupVault;
  readonly backups: Backups;
}

let dir: string;
let shelf: string;
let ours: Hardshell;
let problems: AppError[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-backups-'));
  shelf = join(dir, 'shelf');
  await mkdir(shelf);
  problems = [];
  ours = open('ours', createMemorySecretStore());
  await ours.state.instances.put(instance.id, instance);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

function open(name: string, secrets: SecretStore): Hardshell {
  const onProblem = (error: AppError): void => void problems.push(error);
  const state = createStateStore(join(dir, name), { onProblem, platform: process.platform });
  const keys = createBackupKeys(state, secrets);
  const openStore = ({ path }: Destination) => Promise.resolve(createFolderStore(path));
  const vault = createBackupVault({ dir: state.layout.backupsDir, keys, openStore });
  const makeScheduled = () => Promise.reject(new Error('Nothing is due here.'));
  return {
    state,
    vault,
    backups: createBackups({ state, vault, keys, openStore, now: () => NOW, makeScheduled, onProblem }),
  };
}

const onMachine: BackupCopy = { at: 'machine', path: '/var/lib/openclaw/backups/x.tar.gz' };

async function make(more: Partial<Backup> = {}, plain = randomBytes(70_000)): Promise<Backup> {
  const id = ids.backup();
  const kept = await ours.vault.take(id, Readable.from([plain]));
  const backup: Backup = {
    id,
    instanceId: instance.id,
    instanceName: instance.name,
    place: 'ssh',
    createdAt: '2026-11-20T03:00:00.000Z',
    version: '2026.9.6',
    reason: 'asked',
    bytes: kept.bytes,
    sha256: kept.sha256,
    encrypted: kept.encrypted,
    copies: [onMachine, kept.copy],
    ...more,
  };
  const sent = await ours.vault.send(backup, { kind: 'folder', path: shelf });
  const whole = { ...backup, copies: [...backup.copies, sent] };
  await ours.state.backups.put(id, whole);
  return whole;
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'fine';
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
};

describe('backups', () => {
  it('are listed newest first, those of one name with those that were called so before', async () => {
    const old = await make({ createdAt: '2026-11-18T03:00:00.000Z', instanceId: ids.instance() });
    const young = await make();
    const other = await make({
      createdAt: '2026-11-19T03:00:00.000Z',
      instanceId: ids.instance(),
      instanceName: 'other',
    });
    const idsOf = (list: readonly Backup[]): string[] => list.map(({ id }) => id);
    expect(idsOf(await ours.backups.list())).toEqual([young.id, other.id, old.id]);
    expect(idsOf(await ours.backups.list(instance.name.toUpperCase()))).toEqual([young.id, old.id]);
    expect(idsOf(await ours.backups.list('nobody'))).toEqual([]);
    const places = (await ours.backups.list()).map(({ copies }) => copies.map(({ at }) => at));
    expect(places, 'whose instance is gone lies on no machine that we know').toEqual([
      ['machine', 'here', 'folder'],
      ['here', 'folder'],
      ['here', 'folder'],
    ]);
  });

  it('are verified by reading, and say when', async () => {
    const backup = await make();
    expect(await ours.backups.verify(backup.id)).toMatchObject({ verifiedAt: '2026-11-21T12:00:00.000Z' });
    const here = join(ours.state.layout.backupsDir, `${backup.id}.age`);
    const bytes = await readFile(here);
    bytes.writeUInt8(bytes.readUInt8(1000) ^ 4, 1000);
    await writeFile(here, bytes);
    expect(await codeOf(ours.backups.verify(backup.id))).toBe('backup.damaged');
    await rm(here);
    expect(await codeOf(ours.backups.verify(backup.id))).toBe('fine');
    await rm(join(shelf, `${backup.id}.age`));
    expect(await codeOf(ours.backups.verify(backup.id))).toBe('backup.gone');
    expect(await codeOf(ours.backups.verify(ids.backup()))).toBe('backup.unknown');
  });

  it('are taken away everywhere, and what lies on the machine is left to the next backup there', async () => {
    const backup = await make();
    await ours.backups.remove(backup.id);
    expect(await readdir(shelf)).toEqual([]);
    expect(await readdir(ours.state.layout.backupsDir)).toEqual([`${backup.id}.json`]);
    expect(await ours.backups.list()).toEqual([]);
    expect(await ours.backups.get(backup.id)).toMatchObject({ copies: [onMachine] });
    const ofGone = await make({ instanceId: ids.instance() });
    await ours.backups.remove(ofGone.id);
    expect(await ours.backups.get(ofGone.id)).toBeUndefined();
  });

  it('stay where they cannot be reached, and where they are pinned', async () => {
    const backup = await make();
    await rm(shelf, { recursive: true });
    expect(await codeOf(ours.backups.remove(backup.id))).toBe('backup.unreachable');
    expect((await ours.backups.get(backup.id))?.copies.map(({ at }) => at)).toEqual(['folder', 'machine']);
    await mkdir(shelf);
    const pinned = await make({ pinned: true });
    expect(await codeOf(ours.backups.remove(pinned.id))).toBe('backup.pinned');
    await ours.state.instances.remove(instance.id);
    await ours.backups.remove(pinned.id);
    expect(await ours.backups.get(pinned.id)).toBeUndefined();
  });

  it('keep their policy in the record of the instance', async () => {
    const policy = backupPolicySchema.parse({ schedule: { every: 'day', hour: 3 } });
    await ours.backups.setPolicy(instance.name, policy);
    expect((await ours.state.instances.get(instance.id))?.backups).toEqual(policy);
    expect(await codeOf(ours.backups.setPolicy('nobody', policy))).toBe('instance.unknown');
  });

  it('try a destination and leave nothing there', async () => {
    await ours.backups.tryDestination({ kind: 'folder', path: shelf });
    expect(await readdir(shelf)).toEqual([]);
    expect(await codeOf(ours.backups.tryDestination({ kind: 'folder', path: join(shelf, 'not') }))).toBe(
      'backup.unreachable',
    );
  });

  it.skipIf(process.platform === 'win32')('say who may not write', async () => {
    await chmod(shelf, 0o500);
    // Root writes everywhere but there.
    const path = process.platform === 'linux' ? '/sys' : shelf;
    expect(await codeOf(ours.backups.tryDestination({ kind: 'folder', path }))).toBe('backup.denied');
  });
});

describe('after the data folder was lost', () => {
  it('the sheet and the folder bring the backups back, and the same key goes on', async () => {
    const plain = randomBytes(70_000);
    const backup = await make({}, plain);
    const sheet = await ours.backups.recoverySheet();
    expect(sheet.text.reveal()).toContain(sheet.key.reveal());
    expect(JSON.stringify(sheet)).not.toContain('AGE-SECRET');
    const from: Destination = { kind: 'folder', path: shelf };
    const theirs = open('theirs', createMemorySecretStore());
    expect(await codeOf(theirs.backups.adopt(from))).toBe('backup.key-missing');
    expect(await codeOf(theirs.backups.adopt(from, { key: await generateKey() }))).toBe('backup.key-wrong');
    expect(await theirs.backups.list()).toEqual([]);

    const adopted = await theirs.backups.adopt(from, { key: sheet.key });
    expect(adopted).toEqual([{ ...backup, copies: [{ at: 'folder', path: join(shelf, `${backup.id}.age`) }] }]);
    expect(await theirs.backups.adopt(from)).toEqual(adopted);
    expect((await buffer(await theirs.vault.open(adopted[0] ?? backup))).equals(plain)).toBe(true);
    expect((await theirs.backups.recoverySheet()).recipient).toBe(sheet.recipient);
  });

  it('what is no backup there is passed over', async () => {
    const backup = await make();
    await writeFile(join(shelf, 'holiday.jpg'), 'x');
    await writeFile(join(shelf, `${ids.backup()}.json`), '{}');
    const broken = ids.backup();
    await writeFile(join(shelf, `${broken}.json`), '{"v":1}');
    await writeFile(join(shelf, `${broken}.age`), 'x');
    const adopted = await ours.backups.adopt({ kind: 'folder', path: shelf });
    expect(adopted.map(({ id }) => id)).toEqual([backup.id]);
    // What was known is still known: also where else it lies.
    expect(adopted[0]?.copies).toHaveLength(3);
    expect(problems.map(({ code }) => code)).toEqual(['backup.damaged']);
  });
});

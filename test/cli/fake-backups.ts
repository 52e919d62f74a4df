import { AppError } from '../../src/shared/app-error.ts';
import type { Backups } from '../../src/core/index.ts';
import { backupSchema, type Backup } from '../../src/shared/model/backup.ts';
import { isSameName } from '../../src/shared/model/ids.ts';
import { Secret } from '../../src/shared/secret.ts';

export const BACKUP_ID = 'b-0123456789abcdef';
export const RECOVERY_KEY = 'AGE-SECRET-KEY-1FAKEFAKEFAKE';
const SHA256 = 'ab'.repeat(32);

export function aBackup(more: Record<string, unknown> = {}): Backup {
  return backupSchema.parse({
    id: BACKUP_ID,
    instanceId: 'i-0123456789abcdef',
    instanceName: 'research',
    place: 'ssh',
    createdAt: '2026-09-19T03:00:00.000Z',
    version: '2026.9.6',
    reason: 'asked',
    bytes: 48_300_000,
    sha256: SHA256,
    encrypted: { bytes: 48_312_000, sha256: SHA256, recipient: 'age1fakerecipient' },
    copies: [
      { at: 'machine', path: '/home/openclaw/.openclaw-backups/research.tar.gz' },
      { at: 'here', path: '/home/anna/.local/share/hardshell/backups/research.age' },
      { at: 'folder', path: '/mnt/nas/hardshell/research.age' },
    ],
    verifiedAt: '2026-09-19T03:01:00.000Z',
    ...more,
  });
}

export interface BackupScript {
  readonly backups?: readonly Backup[];
  /** What reading back, trying and removing meet. */
  readonly backupFailure?: AppError;
}

/** Keeps what the test says it keeps. */
export function createFakeBackups(
  { backups = [aBackup()], backupFailure }: BackupScript,
  calls: [string, unknown?][],
): Backups {
  let kept = [...backups];
  const meet = (): void => {
    if (backupFailure !== undefined) throw backupFailure;
  };
  const get: Backups['get'] = (id) => Promise.resolve(kept.find((backup) => backup.id === id));
  return {
    list: (name) =>
      Promise.resolve(kept.filter(({ instanceName }) => name === undefined || isSameName(instanceName, name))),
    get,
    verify: async (id, options) => {
      calls.push(['backups.verify', { id, options }]);
      meet();
      const found = await get(id);
      if (found === undefined) throw new AppError('backup.unknown');
      return { ...found, verifiedAt: '2026-09-20T12:00:00.000Z' };
    },
    remove: async (id, options) => {
      calls.push(['backups.remove', { id, options }]);
      meet();
      if ((await get(id)) === undefined) throw new AppError('backup.unknown');
      kept = kept.filter((backup) => backup.id !== id);
    },
    setPolicy: (name, policy) => {
      calls.push(['backups.setPolicy', { name, policy }]);
      return Promise.resolve();
    },
    tryDestination: (destination, options) => {
      calls.push(['backups.tryDestination', { destination, options }]);
      return new Promise((resolve) => {
        meet();
        resolve();
      });
    },
    recoverySheet: () =>
      Promise.resolve({
        recipient: 'age1fakerecipient',
        key: new Secret(RECOVERY_KEY),
        text: new Secret(`Recovery sheet of Hardshell\n\n${RECOVERY_KEY}\n`),
      }),
    adopt: (from, options) => {
      calls.push(['backups.adopt', { from, key: options?.key?.reveal() }]);
      return new Promise((resolve) => {
        meet();
        resolve([...kept]);
      });
    },
    watch: () => ({ [Symbol.asyncDispose]: () => Promise.resolve() }),
  };
}

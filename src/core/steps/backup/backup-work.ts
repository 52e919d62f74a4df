import { AppError } from '../../../shared/app-error.ts';
import type { Backup, BackupReason, LeftState } from '../../../shared/model/backup.ts';
import type { BackupId, InstanceId } from '../../../shared/model/ids.ts';
import type { Instance } from '../../../shared/model/instance.ts';
import type { BackupVault } from '../../backups/backup-api.ts';
import type { ConnectOptions } from '../../api.ts';
import type { Collection } from '../../state/collection.ts';
import { formatSize } from '../../diagnostics/finding.ts';
import type { Quarters } from './quarters.ts';

/** An archive of many gigabytes goes over a slow line. One step may take as long as its whole run: most of it is that one step. */
export const ARCHIVE_DEADLINE_MS = 6 * 60 * 60_000;

/** What the steps of one backup have in common. */
export interface BackupWork {
  readonly id: BackupId;
  readonly reason: BackupReason;
  readonly instance: Instance;
  readonly quarters: Quarters;
  readonly vault: BackupVault;
  readonly records: Collection<Backup, BackupId>;
  /** For signing in to destinations. */
  readonly options: ConnectOptions;
  readonly now: () => number;
  readonly noteLeft: NoteLeft;
}

/** Writes into the instance's record what lies beside its state; undefined: nothing does. */
export type NoteLeft = (left: LeftState | undefined) => Promise<void>;

export function noteLeftFor(
  instances: Pick<Collection<Instance, InstanceId>, 'get' | 'update'>,
  id: InstanceId,
): NoteLeft {
  return async (left) => {
    const known = (await instances.get(id))?.leftState;
    if (known?.at === left?.at && known?.bytes === left?.bytes) return;
    await instances.update(id, (old) => {
      if (old === undefined) throw new AppError('instance.unknown');
      const next = { ...old };
      delete next.leftState;
      return left === undefined ? next : { ...next, leftState: left };
    });
  };
}

const MB = 1024 ** 2;

/** Archives of a young instance are small. Pure. */
export function formatArchive(bytes: number): string {
  return bytes < MB ? `${String(Math.ceil(bytes / 1024))} kB` : formatSize(bytes);
}

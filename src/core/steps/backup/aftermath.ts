import { posix, win32 } from 'node:path';
import { AppError } from '../../../shared/app-error.ts';
import type { Backup, BackupCopy, Destination, Retention } from '../../../shared/model/backup.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { formatTarget, isSamePlace } from '../../../shared/model/target.ts';
import type { Step } from '../step.ts';
import { ARCHIVE_DEADLINE_MS, type BackupWork } from './backup-work.ts';

/**
 * Brings to one more place what lies here and not there: this backup, and, where it is made up for what the place has missed, those
 * before it.
 */
export function sendStep(work: BackupWork, destination: Destination, index: number, isMadeUpFor: boolean): Step {
  const { id, vault, records, instance } = work;
  const where =
    destination.kind === 'folder' ? destination.path : `${formatTarget(destination.server)}${destination.path}`;
  const listMissing = async (): Promise<readonly Backup[]> =>
    (await records.list())
      .filter(({ instanceId, copies }) => instanceId === instance.id && copies.some(({ at }) => at === 'here'))
      .filter((backup) => isMadeUpFor || backup.id === id)
      .filter(({ copies }) => !copies.some((copy) => liesIn(copy, destination)))
      .toSorted((one, other) => Number(other.id === id) - Number(one.id === id));
  return {
    id: `send-${String(index + 1)}`,
    title: `Copy it to ${where}`,
    facts: [],
    timeoutMs: ARCHIVE_DEADLINE_MS,
    async check() {
      const missing = await listMissing();
      // Of a plan that is only looked at, its own is not there yet.
      if (missing.length === 0 && (await records.get(id)) !== undefined) return satisfied('it lies there as well');
      const before = missing.filter((backup) => backup.id !== id).length;
      return needed(
        before === 0 ? 'it does not lie there yet' : `it and ${String(before)} before it do not lie there yet`,
      );
    },
    async apply({ act, progress }) {
      for (const backup of await listMissing()) {
        await act(`Copying the backup of ${backup.createdAt} to ${where}`, async (signal) => {
          const copy = await vault.send(backup, destination, {
            ...work.options,
            signal,
            onBytes: (done) => {
              progress(done, backup.encrypted?.bytes, 'bytes');
            },
          });
          await records.update(backup.id, (old) => {
            if (old === undefined) throw new AppError('backup.unknown');
            return { ...old, copies: [...old.copies, copy] };
          });
        });
      }
    },
  };
}

/** Compared as the stores name what they write, however a person has written the folder. Pure. */
export function liesIn(copy: BackupCopy, destination: Destination): boolean {
  if (copy.at === 'sftp') {
    if (destination.kind !== 'sftp' || !isSamePlace(copy.server, destination.server)) return false;
  } else if (copy.at !== 'folder' || destination.kind !== 'folder') return false;
  // A share that several computers reach: where the name begins so, Windows has given it.
  const names = copy.at === 'folder' && /^([A-Za-z]:|\\)/.test(copy.path) ? win32 : posix;
  return names.join(destination.path, names.basename(copy.path)) === names.normalize(copy.path);
}

/** Which of the backups of an instance go. Pure. */
export type ChooseRetired = (backups: readonly Backup[], keep: Retention, now: number) => readonly Backup[];

/** Takes away what the policy keeps no longer: here, on the machine, and wherever it was sent to. */
export function retireStep(work: BackupWork, keep: Retention, choose: ChooseRetired): Step {
  const { quarters, vault, records, instance, now } = work;
  let isDone = false;
  const read = async (): Promise<readonly Backup[]> => {
    const own = (await records.list()).filter(({ instanceId }) => instanceId === instance.id);
    return choose(own, keep, now());
  };
  return {
    id: 'retire',
    title: 'Remove backups that need not be kept any longer',
    facts: [],
    timeoutMs: ARCHIVE_DEADLINE_MS,
    async check() {
      const old = isDone ? [] : await read();
      if (old.length === 0) return satisfied('none is older than what is kept');
      return needed(`${String(old.length)} of them: ${old.map(({ createdAt }) => createdAt.slice(0, 10)).join(', ')}`);
    },
    async apply(context) {
      const old = await read();
      await quarters.retire(
        context,
        old.map(({ id }) => id),
      );
      for (const backup of old) await drop(backup);
      isDone = true;

      /** What cannot be reached now stays in the record, for the next time. */
      async function drop(backup: Backup): Promise<void> {
        await context.act(`Removing the backup of ${backup.createdAt}`, async (signal) => {
          const left: Backup['copies'] = [];
          for (const copy of backup.copies) {
            if (copy.at === 'machine') continue;
            try {
              await vault.drop(backup, copy, { ...work.options, signal });
            } catch (error) {
              signal.throwIfAborted();
              left.push(copy);
              context.note(`a copy in ${copy.path} stays for now: ${error instanceof Error ? error.message : ''}`);
            }
          }
          if (left.length === 0) await records.remove(backup.id);
          else await records.update(backup.id, (record) => ({ ...(record ?? backup), copies: left }));
        });
      }
    },
  };
}

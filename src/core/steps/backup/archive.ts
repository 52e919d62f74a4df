import { AppError, isAppError } from '../../../shared/app-error.ts';
import { LEFT_DAYS, type Backup, type LeftState } from '../../../shared/model/backup.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Kept } from '../../backups/backup-api.ts';
import type { ApplyContext, CheckContext, Step } from '../step.ts';
import { ARCHIVE_DEADLINE_MS, formatArchive, type BackupWork } from './backup-work.ts';
import { BEFORE } from './quarters-script.ts';
import { isBetween, type KeptArchive } from './quarters.ts';

/** OpenClaw copies databases before it packs them. */
const SPARE_BYTES = 64 * 1024 ** 2;

/** Two steps, because the second one needs what the first has made. */
export interface BackupSteps {
  readonly archive: Step;
  readonly keep: Step;
  /** Whether nothing is lost with what is there: this run has kept it, or there is nothing. */
  readonly wasKept: () => boolean;
  /** Whether the programs that are there have made no backup of it. */
  readonly wasRefused: () => boolean;
}

/** When a backup is only a part of something else. */
export interface BackupOccasion {
  /** Goes on where none can be made, and keeps what is there as it stands. */
  readonly canDoWithout: boolean;
  /** Why none is needed any more. */
  readonly isDone: (context: CheckContext) => Promise<string | undefined>;
  readonly prepare: (context: ApplyContext) => Promise<void>;
}

/**
 * The archive as OpenClaw makes and verifies it, on its machine; then here, encrypted on the way. A record of it is written when
 * it lies in both places and not before. What does not come here does not stay there: each would be as large as the state, and plain.
 * Where the run was cut short, the next one sweeps it away.
 */
export function backupSteps(work: BackupWork, occasion?: BackupOccasion): BackupSteps {
  const { id, quarters, vault, records, instance } = work;
  let made: KeptArchive | undefined;
  let isKept = false;
  let isEmpty = false;
  let isRefused = false;
  const why = async (context: CheckContext): Promise<string | undefined> =>
    isEmpty
      ? 'there is nothing yet that could be lost'
      : isRefused
        ? 'OpenClaw makes no backup of what is there: it is kept as it stands'
        : occasion?.isDone(context);
  /** Whether the next backup has room beside this one, and the state to grow. */
  const hasRoom = async (context: ApplyContext): Promise<boolean> => {
    const { stateBytes, freeBytes } = await quarters.survey(context);
    return freeBytes > 2 * stateBytes + SPARE_BYTES;
  };
  const writeDown = async (context: ApplyContext, archived: KeptArchive, kept: Kept): Promise<void> => {
    if (kept.sha256 !== archived.sha256 || kept.bytes !== archived.bytes) {
      throw new AppError('backup.damaged', {
        message: 'What arrived here is not what was made.',
        hint: 'It is not kept. Try again.',
      });
    }
    const backup = describe(work, archived, kept);
    const stays = await hasRoom(context);
    if (!stays) {
      context.note('there is little room left on the machine: no copy of it stays there');
      await quarters.retire(context, [id]);
    }
    const copies = stays ? backup.copies : [kept.copy];
    await context.act('Writing it into the list of backups', () => records.put(id, { ...backup, copies }));
    isKept = true;
    context.note(`backup ${id} of ${instance.name}, ${formatArchive(archived.bytes)}`);
  };
  const archive: Step = {
    id: 'archive',
    title: 'Make a backup and verify it',
    facts: [],
    timeoutMs: ARCHIVE_DEADLINE_MS,
    async check(context) {
      if (made !== undefined) return satisfied(`OpenClaw has made and verified it: ${formatArchive(made.bytes)}`);
      const without = await why(context);
      return without === undefined ? needed('a new one is made') : satisfied(without);
    },
    async apply(context) {
      await occasion?.prepare(context);
      await sweepLeft(context, work);
      const { hasState, stateBytes, freeBytes, before } = await quarters.survey(context);
      await sweepBefore(context, work, before);
      if (!hasState) {
        isEmpty = occasion?.canDoWithout === true;
        if (isEmpty) return;
        throw new AppError('backup.failed', { message: 'There is no state yet of which a backup could be made.' });
      }
      if (freeBytes < stateBytes + SPARE_BYTES) {
        throw new AppError('backup.no-room', { details: { stateBytes, freeBytes } });
      }
      try {
        made = await quarters.archive(context, id);
      } catch (error) {
        // A broken configuration is refused, and is what many a restore is for.
        if (occasion?.canDoWithout !== true || !isAppError(error, 'backup.failed')) throw error;
        isRefused = true;
        context.note(`OpenClaw makes no backup of what is there now: it stays in ${BEFORE} of the state folder`);
      }
    },
  };
  const keep: Step = {
    id: 'keep',
    title: 'Fetch it here, encrypted',
    facts: [],
    timeoutMs: ARCHIVE_DEADLINE_MS,
    async check(context) {
      if (isKept) return satisfied('it lies here, encrypted, and is in the list');
      const without = made === undefined ? await why(context) : undefined;
      return without === undefined ? needed('it lies on its machine alone') : satisfied(without);
    },
    async apply(context) {
      const archived = made;
      if (archived === undefined) throw new AppError('backup.gone');
      const taken: Kept[] = [];
      try {
        const kept = await quarters.read(context, id, async (bytes, signal) => {
          const one = await vault.take(id, bytes, {
            ...work.options,
            signal,
            onBytes: (done) => {
              context.progress(done, archived.bytes, 'bytes');
            },
          });
          taken.push(one);
          return one;
        });
        await writeDown(context, archived, kept);
      } catch (error) {
        for (const { copy, encrypted } of taken)
          await vault.drop(describe(work, archived, { copy, encrypted }), copy).catch(() => undefined);
        // Out of reach or cancelled, it waits for the next sweep.
        await quarters.retire(context, [id]).catch(() => undefined);
        throw error;
      }
    },
  };
  return { archive, keep, wasKept: () => isKept || isEmpty, wasRefused: () => isRefused };
}

/**
 * No backup of half of two states is made. A restore that is through and was never cleared away has served since, or is made anew:
 * it is at its end. What an update goes back with stays, because that is not at its end before its record says so.
 */
async function sweepLeft(context: ApplyContext, { quarters, records, instance }: BackupWork): Promise<void> {
  const isGoingBack = instance.pendingUpdate?.phase === 'back';
  const journal = await quarters.readJournal(context);
  if (journal !== undefined && isBetween(journal)) {
    if (isGoingBack) throw new AppError('update.unfinished');
    throw new AppError('backup.failed', {
      message: 'A restore was cut short here: what is there is half of two states.',
      hint: 'Run the same restore again: it goes on where that one stopped.',
      details: { restoring: journal.backup },
    });
  }
  // Of all that are known: what was kept here for an instance of before may lie in the same folder.
  const known = (await records.list()).filter(({ copies }) => copies.some(({ at }) => at === 'machine'));
  await quarters.sweep(
    context,
    known.map(({ id }) => id),
    !isGoingBack,
  );
}

/** What an update left of the state nobody looks for after a month: it would only fill the disk. */
async function sweepBefore(
  context: ApplyContext,
  { quarters, noteLeft, now }: Pick<BackupWork, 'quarters' | 'noteLeft' | 'now'>,
  before: LeftState | undefined,
): Promise<void> {
  const isOld = before !== undefined && now() - Date.parse(before.at) > LEFT_DAYS * 24 * 60 * 60_000;
  if (isOld) {
    await quarters.forget(context);
    context.note(`what an update had made of the state is removed: it was kept for ${String(LEFT_DAYS)} days`);
  }
  await noteLeft(isOld ? undefined : before);
}

function describe(
  { id, reason, instance, now }: BackupWork,
  { path, bytes, sha256, version = instance.version }: KeptArchive,
  { encrypted, copy }: Pick<Kept, 'encrypted' | 'copy'>,
): Backup {
  const at = new Date(now()).toISOString();
  return {
    id,
    instanceId: instance.id,
    instanceName: instance.name,
    place: instance.target.kind,
    createdAt: at,
    version,
    reason,
    bytes,
    sha256,
    encrypted,
    copies: [{ at: 'machine', path }, copy],
    verifiedAt: at,
  };
}

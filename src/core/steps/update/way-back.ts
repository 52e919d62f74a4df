import { AppError, toAppError } from '../../../shared/app-error.ts';
import { LEFT_DAYS, type Backup } from '../../../shared/model/backup.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { BackupSteps } from '../backup/archive.ts';
import { ARCHIVE_DEADLINE_MS, noteLeftFor } from '../backup/backup-work.ts';
import { BEFORE } from '../backup/quarters-script.ts';
import type { Quarters } from '../backup/quarters.ts';
import { beforeSwap, clearStep, roomToUnpack, stageStep, swapStep, type RestoreWork } from '../backup/restore.ts';
import type { ApplyContext, Step } from '../step.ts';
import { applyAndProve, bestEffort, carryOut, startPatiently } from './carry-out.ts';
import { markBack, readPending, settleBack } from './update-record.ts';
import type { BackParts, UpdateWork } from './update-work.ts';

/** @throws AppError `backup.gone`, `backup.no-room`: a way back that cannot be gone when it is needed is none */
export async function expectRoomBack(context: ApplyContext, work: UpdateWork, quarters: Quarters): Promise<void> {
  const backup = await work.backups.get(work.from.backup);
  if (backup === undefined) throw new AppError('backup.gone', { details: { id: work.from.backup } });
  const needBytes = roomToUnpack(backup);
  const { freeBytes } = await quarters.survey(context);
  if (freeBytes < needBytes) throw new AppError('backup.no-room', { details: { needBytes, freeBytes } });
}

/**
 * From what is there now to the older program on its own state, serving. Each is asked first, so that a run goes on where one was
 * cut short.
 * @param wasKept whether there is a backup of what is there now; else it is kept as it stands
 */
function backSteps(
  work: UpdateWork,
  parts: BackParts,
  backup: Backup,
  wasKept: () => boolean,
  settle: Step,
): readonly Step[] {
  const restore = describeRestore(work, parts, backup);
  return listBack(work, parts, restore, stageStep(restore, wasKept), settle);
}

function describeRestore(
  work: UpdateWork,
  { quarters, vault, options, settle }: BackParts,
  backup: Backup,
): RestoreWork {
  const noteLeft = noteLeftFor(work.instances, work.instance.id);
  return { backup, version: work.from.version, quarters, vault, options, settle, noteLeft };
}

export interface RollbackSteps {
  /** What can be done while the newer version still serves. */
  readonly early: readonly Step[];
  readonly rest: readonly Step[];
}

/**
 * Nothing is stopped before the backup lies on the machine, verified by the programs that run. Where they make no backup of what is
 * there, or a run before this one has begun to put the older ones back, the older ones verify it.
 * @param quarters of what runs now
 */
export function rollbackSteps(
  work: UpdateWork,
  parts: BackParts,
  backup: Backup,
  { quarters, wasKept, wasRefused }: Pick<BackupSteps, 'wasKept' | 'wasRefused'> & { readonly quarters: Quarters },
): RollbackSteps {
  if (work.instance.pendingUpdate?.phase === 'back') {
    return { early: [], rest: backSteps(work, parts, backup, wasKept, settleBackStep(work, true)) };
  }
  const restore = describeRestore(work, parts, backup);
  const [early, late] = [stageStep({ ...restore, quarters }, wasKept), stageStep(restore, wasKept)];
  const stageOlder: Step = {
    ...late,
    id: 'stage-older',
    title: `Have OpenClaw ${work.from.version} check the backup`,
    check: (context) =>
      wasRefused() ? late.check(context) : Promise.resolve(satisfied('it is checked before anything is stopped')),
  };
  return {
    early: [
      {
        ...early,
        check: (context) =>
          wasRefused()
            ? Promise.resolve(satisfied(`OpenClaw ${work.from.version} checks it once it is there`))
            : early.check(context),
      },
    ],
    rest: listBack(work, parts, restore, stageOlder, settleBackStep(work, true)),
  };
}

/**
 * What was there before goes when the record says what runs, and not before: a run that is cut short in between is gone on with by
 * it, and without the journal it would swap a second time what has served since.
 */
function listBack(
  work: UpdateWork,
  parts: BackParts,
  restore: RestoreWork,
  stage: Step,
  settle: Step,
): readonly Step[] {
  return [
    beforeSwap(parts.stop, restore),
    ...parts.program,
    stage,
    swapStep(restore),
    ...(work.isStill ? [] : parts.start),
    ...listTidying(parts),
    settle,
    bestEffort(clearStep(restore)),
  ];
}

const listTidying = ({ after = [] }: BackParts): readonly Step[] => after.map(bestEffort);

/** @param isTakenBack by a person, and not because it failed: then there is no way back any more */
function settleBackStep(work: UpdateWork, isTakenBack: boolean): Step {
  return {
    id: 'settle',
    title: 'Write down what runs now',
    facts: [],
    timeoutMs: 60_000,
    async check() {
      const isSettled =
        (await readPending(work)) === undefined &&
        (!isTakenBack || (await work.instances.get(work.instance.id))?.wayBack === undefined);
      return isSettled ? satisfied('the record says what runs') : needed('the record says otherwise');
    },
    async apply({ act }) {
      await act(`Noting that OpenClaw ${work.from.version} runs`, () => settleBack(work, isTakenBack));
    },
  };
}

/**
 * A step of an update: where it fails, the older version serves again before the run ends. One that is cancelled is left as it
 * stands: the record knows what there was, and the next run goes on. What was going back when it was cut short goes back to its end.
 */
export function withRollback(step: Step, work: UpdateWork, parts: BackParts): Step {
  return {
    ...step,
    timeoutMs: step.timeoutMs + ARCHIVE_DEADLINE_MS,
    async check(context) {
      return (await readPending(work))?.phase === 'back'
        ? needed('an update that failed is still being taken back', 'restart')
        : step.check(context);
    },
    async apply(context) {
      const pending = await readPending(work);
      const unfinished = pending?.phase === 'back';
      // Whoever goes on with it may have asked for another one.
      const tried = unfinished ? pending.version : work.version;
      let cause = new AppError('update.failed', { message: 'It was cut short while it was being taken back.' });
      try {
        if (!unfinished) {
          await applyAndProve(step, context);
          return;
        }
      } catch (thrown) {
        context.signal.throwIfAborted();
        cause = toAppError(thrown);
        context.note(`"${step.title}" failed: ${cause.message}`);
      }
      context.note(`OpenClaw ${work.from.version} is put back.`);
      const backup = await goBack(context, work, parts, cause);
      const state = backup === undefined ? '' : ` with its state of ${formatMoment(backup.createdAt)}`;
      throw new AppError('update.rolled-back', {
        message: `The update to OpenClaw ${tried} failed, and ${work.from.version} is there again${state}: ${cause.message}`,
        ...(backup === undefined
          ? {}
          : { hint: `What came since then lies in ${BEFORE} of the state folder, for ${String(LEFT_DAYS)} days.` }),
        details: { ...cause.details, cause: cause.toReport() },
        cause,
      });
    },
  };
}

/**
 * Where the older program was never replaced, it is only asked whether it serves: its state is its own. Else both go back. What the
 * record says first is what a run that is cut short here goes on with.
 * @returns what the state came back from; undefined: it is the one that was there
 */
async function goBack(
  context: ApplyContext,
  work: UpdateWork,
  parts: BackParts,
  cause: AppError,
): Promise<Backup | undefined> {
  let backup: Backup | undefined;
  try {
    const settle = settleBackStep(work, false);
    let steps = [...listTidying(parts), settle];
    if (!(await isUntouched(context, work, parts))) {
      await sweepStaged(context, work, parts);
      await context.act(`Noting that OpenClaw ${work.from.version} is being put back`, () => markBack(work));
      backup = await findBackup(work);
      // Nobody has made a backup since: what is there now is kept as it stands.
      steps = [...backSteps(work, parts, backup, () => false, settle)];
    }
    const starting = new Set(work.isStill ? [] : parts.start);
    for (const step of steps) {
      if (step === parts.start[0] && starting.size > 0) await startPatiently(parts.start, context);
      else if (!starting.has(step)) await carryOut(step, context);
    }
    return backup;
  } catch (thrown) {
    context.signal.throwIfAborted();
    const error = toAppError(thrown);
    throw new AppError('update.stuck', {
      message: `The update to OpenClaw ${work.version} failed, and ${work.from.version} does not serve again yet: ${error.message}`,
      details: { cause: cause.toReport(), back: error.toReport() },
      cause: error,
    });
  }
}

/** What a rollback that was cut short has brought says of another time what was kept. */
async function sweepStaged(context: ApplyContext, work: UpdateWork, { quarters }: BackParts): Promise<void> {
  if ((await readPending(work))?.phase === 'back') return;
  const journal = await quarters.readJournal(context);
  if (journal?.phase === 'staged') await quarters.clear(context, journal.backup);
}

async function isUntouched(context: ApplyContext, work: UpdateWork, parts: BackParts): Promise<boolean> {
  if ((await readPending(work))?.phase === 'back') return false;
  // A newer Node.js alone has changed nothing of the state.
  const isNode = ({ id }: Step): boolean => id === 'node';
  for (const step of parts.program) {
    if (!isNode(step) && (await step.check(context)).is === 'needed') return false;
  }
  for (const step of parts.program.filter(isNode)) {
    await carryOut(step, context).catch((thrown: unknown) => {
      context.signal.throwIfAborted();
      context.note(`it is left with the newer Node.js: ${toAppError(thrown).message}`);
    });
  }
  if (work.isStill) return true;
  try {
    for (const step of parts.start) await carryOut(step, context);
    return true;
  } catch (thrown) {
    context.signal.throwIfAborted();
    context.note(`it does not serve on what is there: ${toAppError(thrown).message}`);
    return false;
  }
}

/** `2026-11-21 12:00 UTC`. Pure. */
export function formatMoment(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

/** @throws AppError `rollback.no-backup` */
export async function findBackup({ backups, from }: UpdateWork): Promise<Backup> {
  const backup = await backups.get(from.backup);
  if (backup === undefined) throw new AppError('rollback.no-backup', { details: { id: from.backup } });
  return backup;
}

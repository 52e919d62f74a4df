import type { Backup } from '../../shared/model/backup.ts';
import { formatTarget } from '../../shared/model/target.ts';
import { backupSteps } from '../steps/backup/archive.ts';
import type { BackupWork } from '../steps/backup/backup-work.ts';
import type { Step } from '../steps/step.ts';
import { markStep, settleStep, updateOccasion } from '../steps/update/update-record.ts';
import type { BackParts, UpdateWork } from '../steps/update/update-work.ts';
import { expectRoomBack, rollbackSteps, withRollback } from '../steps/update/way-back.ts';
import type { Plan } from './plan.ts';

export interface UpdatePlanInput {
  readonly work: UpdateWork;
  /** Of what is there now, by the id that `work.from` names. */
  readonly safety: BackupWork;
  /** What finds out whether the update can be made, and what can be brought before anything that runs is touched. */
  readonly before: readonly Step[];
  /** From the first that touches what runs to the proof that the newer version serves. What fails here is rolled back. */
  readonly steps: readonly Step[];
  readonly back: BackParts;
  /** What nobody needs any more once the newer version is written down. */
  readonly after?: readonly Step[];
}

/** Pure. Nothing is touched before its backup is verified and lies here. */
export function buildUpdatePlan({ work, safety, before, steps, back, after = [] }: UpdatePlanInput): Plan {
  const { archive, keep } = backupSteps(safety, updateOccasion(work, 'forward'));
  const stages: Step[][] = [
    [archive],
    [keep],
    ...before.map((step) => [step]),
    [markStep(work, 'forward', (context) => expectRoomBack(context, work, safety.quarters))],
    ...steps.map((step) => [withRollback(step, work, back)]),
    [settleStep(work)],
    ...after.map((step) => [step]),
  ];
  const { name, target } = work.instance;
  return { kind: 'update', why: `update ${name} on ${formatTarget(target)} to ${work.version}`, stages };
}

export interface RollbackPlanInput {
  readonly work: UpdateWork;
  /** Of what is there now: what came since the update is in it. */
  readonly safety: BackupWork;
  /** What the older version is put back with. */
  readonly backup: Backup;
  /** What can be brought while the newer version still serves. */
  readonly before?: readonly Step[];
  readonly back: BackParts;
}

/** Pure. */
export function buildRollbackPlan({ work, safety, backup, before = [], back }: RollbackPlanInput): Plan {
  const occasion = updateOccasion(work, 'back');
  const kept = backupSteps(safety, {
    ...occasion,
    // What a rollback that was cut short has brought is brought again, and is no part of the state.
    async prepare(context) {
      if ((await safety.quarters.readJournal(context))?.phase === 'staged') {
        await safety.quarters.clear(context, backup.id);
      }
    },
  });
  const { early, rest } = rollbackSteps(work, back, backup, { ...kept, quarters: safety.quarters });
  const steps = [kept.archive, kept.keep, ...before, ...early, markStep(work, 'back'), ...rest];
  const { name, target } = work.instance;
  const why = `take the update of ${name} on ${formatTarget(target)} back to ${work.from.version}`;
  return { kind: 'rollback', why, stages: steps.map((step) => [step]) };
}

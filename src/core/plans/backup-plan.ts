import type { Destination, Retention } from '../../shared/model/backup.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { formatTarget } from '../../shared/model/target.ts';
import { retireStep, sendStep, type ChooseRetired } from '../steps/backup/aftermath.ts';
import { backupSteps } from '../steps/backup/archive.ts';
import type { BackupWork } from '../steps/backup/backup-work.ts';
import { forgetStep } from '../steps/backup/forget.ts';
import type { Quarters } from '../steps/backup/quarters.ts';
import {
  beforeSwap,
  clearStep,
  isUnderWay,
  stageStep,
  swapStep,
  withWayBack,
  type RestoreWork,
} from '../steps/backup/restore.ts';
import type { Collection } from '../state/collection.ts';
import type { Step } from '../steps/step.ts';
import type { Plan } from './plan.ts';

export interface BackupPlanInput {
  readonly work: BackupWork;
  readonly destinations: readonly Destination[];
  /** Where this one goes alone. */
  readonly extra: readonly Destination[];
  readonly keep: Retention;
  readonly choose: ChooseRetired;
}

/** Pure. The record is written before anything is sent: a place that does not answer takes no backup away. */
export function buildBackupPlan({ work, destinations, extra, keep, choose }: BackupPlanInput): Plan {
  const { archive, keep: fetch } = backupSteps(work);
  const sends = [
    ...destinations.map((destination) => ({ destination, isMadeUpFor: true })),
    ...extra.map((destination) => ({ destination, isMadeUpFor: false })),
  ];
  const stages = [
    [archive],
    [fetch],
    // Before anything is sent: a place that does not answer for weeks must not fill the disks here.
    [retireStep(work, keep, choose)],
    ...sends.map(({ destination, isMadeUpFor }, index) => [sendStep(work, destination, index, isMadeUpFor)]),
  ];
  return { kind: 'backup', why: describe('back up', work.instance), stages };
}

export interface RestorePlanInput {
  readonly instance: Instance;
  readonly work: RestoreWork;
  /** Of what is there now. */
  readonly safety: BackupWork;
  /** Gives a gateway the time to finish what it does. */
  readonly stop: Step;
  /** What makes it serve, and proves that it does; empty for one that stands still and shall go on doing so. */
  readonly start: readonly Step[];
}

/** Pure. Nothing that runs is touched before the backup lies beside it, verified. */
export function buildRestorePlan({ instance, work: asked, safety, stop, start }: RestorePlanInput): Plan {
  const work: RestoreWork = { ...asked, isServing: async (context) => (await stop.check(context)).is === 'needed' };
  const { quarters, backup } = work;
  const kept = backupSteps(safety, {
    canDoWithout: true,
    isDone: async (context) =>
      (await isUnderWay(work, context)) ? 'a run before this one has kept what was there' : undefined,
    // What waits from a run that was cut short is no part of the state.
    async prepare(context) {
      await quarters.clear(context, backup.id);
    },
  });
  const undoing = { quarters, backup, stop, start };
  const stages = [
    [kept.archive],
    [kept.keep],
    [stageStep(work, kept.wasKept)],
    [withWayBack(beforeSwap(stop, work), undoing)],
    [withWayBack(swapStep(work), undoing)],
    ...start.map((step) => [withWayBack(step, undoing)]),
    [clearStep(work)],
  ];
  return { kind: 'restore', why: describe('restore', instance), stages };
}

/** Pure. */
export function buildForgetPlan(
  instance: Instance,
  quarters: Quarters,
  instances: Collection<Instance, InstanceId>,
): Plan {
  const stages = [[forgetStep(instance.id, quarters, instances)]];
  return { kind: 'forget', why: describe('remove what an update has left of', instance), stages };
}

function describe(what: string, { name, target }: Instance): string {
  return `${what} ${name} on ${formatTarget(target)}`;
}

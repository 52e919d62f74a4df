import { AppError } from '../../../shared/app-error.ts';
import type { BackupId } from '../../../shared/model/ids.ts';
import type { Instance } from '../../../shared/model/instance.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { PendingUpdate, WayBack } from '../../../shared/model/update.ts';
import type { BackupOccasion } from '../backup/archive.ts';
import type { ApplyContext, CheckContext, Step } from '../step.ts';
import type { UpdateWork } from './update-work.ts';

const SHORT_MS = 60_000;

export async function readPending({ instance, instances }: UpdateWork): Promise<PendingUpdate | undefined> {
  return (await instances.get(instance.id))?.pendingUpdate;
}

/** Whether the version is there, and nothing of its update is left to be done. */
async function isThere(work: UpdateWork, context: CheckContext): Promise<boolean> {
  return (await readPending(work)) === undefined && (await work.readVersion(context)) === work.version;
}

/**
 * What an update that was cut short is taken back with. Undefined: there is none, or it has touched nothing yet, and what came since
 * its backup was made belongs into a new one. Pure.
 * @param runs what the machine would start
 */
export function findStanding(pending: PendingUpdate | undefined, runs: string | undefined): WayBack | undefined {
  return pending?.phase === 'forward' && pending.from.version === runs ? undefined : pending?.from;
}

/** Whether a run before this one has tried this version on this state, or is being taken back. */
export async function wasTried(work: UpdateWork): Promise<boolean> {
  const pending = await readPending(work);
  if (pending === undefined || pending.phase === 'back') return pending !== undefined;
  return pending.version === work.version && pending.from.backup === work.from.backup;
}

/** No backup is made of what a run that was cut short has left behind, nor where there is nothing to do. */
export function updateOccasion(work: UpdateWork, phase: PendingUpdate['phase']): BackupOccasion {
  return {
    // An update can wait; who comes back from one that has broken everything cannot.
    canDoWithout: phase === 'back',
    async isDone(context) {
      const pending = await readPending(work);
      if (pending?.phase === 'back') return 'a run before this one has kept what was there';
      if (phase === 'back') return undefined;
      if (pending === undefined) {
        return (await isThere(work, context)) ? `OpenClaw ${work.version} is there already` : undefined;
      }
      const isFresh = pending.from.backup !== work.from.backup;
      return isFresh && findStanding(pending, await work.readVersion(context)) === undefined
        ? undefined
        : 'a run before this one has kept what was there';
    },
    prepare: () => Promise.resolve(),
  };
}

/**
 * From here on it is known what there was before, whatever becomes of this run.
 * @param expectAll throws where something is missing that is needed from here on
 */
export function markStep(
  work: UpdateWork,
  phase: PendingUpdate['phase'],
  expectAll?: (context: ApplyContext) => Promise<void>,
): Step {
  const { version, from, isStill } = work;
  /** Nothing was touched before this run, which has made a backup of what is there now. */
  const isNewer = async (pending: PendingUpdate): Promise<boolean> =>
    phase === 'forward' &&
    pending.phase === 'forward' &&
    pending.from.backup !== from.backup &&
    (await work.backups.get(from.backup)) !== undefined;
  return {
    id: 'mark',
    title:
      phase === 'forward' ? 'Note what the update can be taken back with' : 'Note that the update is being taken back',
    facts: [],
    timeoutMs: SHORT_MS,
    async check(context) {
      const pending = await readPending(work);
      if (pending === undefined) {
        if (phase === 'forward' && (await isThere(work, context))) return satisfied('there is nothing to update');
        return needed('nothing says yet how to come back to what is there now');
      }
      if (pending.from.backup !== from.backup) return needed('it is noted with another backup');
      if (pending.phase === 'back') return satisfied('it is noted that it goes back');
      return pending.version === version && pending.phase === phase
        ? satisfied('it is noted')
        : needed(`it is noted for OpenClaw ${pending.version}`);
    },
    async apply(context) {
      const pending = await readPending(work);
      const isFresh = pending === undefined || (await isNewer(pending));
      await expectAsPlanned(work, isFresh && phase === 'forward' ? await work.readVersion(context) : undefined);
      if (!isFresh && pending.from.backup !== from.backup) throw outdatedPlan();
      await expectAll?.(context);
      await context.act(`Noting that OpenClaw ${from.version} is what can be come back to`, () =>
        changePending(work, async (old) => {
          if (old === undefined) return { version, from, isStill, phase };
          return old.phase === 'back' ? old : { ...old, version, phase, ...((await isNewer(old)) ? { from } : {}) };
        }),
      );
      await keepPinned(work, (await readPending(work))?.from.backup, true);
    },
  };
}

/** Whether both records say that the same programs run. Pure. */
export function isSameProgram(
  one: Pick<Instance, 'version' | 'container'>,
  other: Pick<Instance, 'version' | 'container'>,
): boolean {
  return one.version === other.version && one.container?.image === other.container?.image;
}

/** Of a plan that was made for other programs than are there by now. */
export function outdatedPlan(): AppError {
  return new AppError('usage.invalid', {
    message: 'Another version has come to this instance since the plan was made.',
    hint: 'Look at the plan again, then start it.',
  });
}

/**
 * A backup of one version, noted as what another comes back to, would bring a state back that its programs do not know.
 * @param runs as the machine says, where it can be told
 * @throws AppError `usage.invalid`
 */
async function expectAsPlanned({ instance, instances, from }: UpdateWork, runs: string | undefined): Promise<void> {
  const record = await instances.get(instance.id);
  if (record === undefined) throw new AppError('instance.unknown');
  if (!isSameProgram(record, instance) || (runs !== undefined && runs !== from.version)) throw outdatedPlan();
}

/** What goes back is never led forward again: it goes back to its end first. */
export async function markBack(work: UpdateWork): Promise<void> {
  await changePending(work, (old) => ({
    version: work.version,
    from: work.from,
    isStill: work.isStill,
    ...old,
    phase: 'back',
  }));
}

async function changePending(
  { instance, instances }: UpdateWork,
  change: (old: PendingUpdate | undefined) => PendingUpdate | Promise<PendingUpdate>,
): Promise<void> {
  await instances.update(instance.id, async (old) => {
    if (old === undefined) throw new AppError('instance.unknown');
    return { ...old, pendingUpdate: await change(old.pendingUpdate) };
  });
}

/** The newer version serves: the record says so, and what it can be taken back with. */
export function settleStep(work: UpdateWork): Step {
  const { instance, version, instances } = work;
  return {
    id: 'settle',
    title: 'Write down what runs now',
    facts: [],
    timeoutMs: SHORT_MS,
    async check(context) {
      const record = await instances.get(instance.id);
      if (record?.pendingUpdate !== undefined) return needed('the update is noted as under way');
      if (record?.version === version) return satisfied(`OpenClaw ${version} is in the record`);
      // Somebody has updated it without us.
      return (await work.readVersion(context)) === version
        ? needed(`the record says OpenClaw ${record?.version ?? ''}`)
        : needed('the newer version does not serve yet');
    },
    async apply({ act }) {
      await act(`Noting that OpenClaw ${version} runs`, async () => {
        const settled = await instances.update(instance.id, (old) => {
          if (old === undefined) throw new AppError('instance.unknown');
          const { pendingUpdate: pending, ...rest } = old;
          return { ...rest, ...work.becomes, version, ...(pending === undefined ? {} : { wayBack: pending.from }) };
        });
        await keepPinned(work, settled.wayBack?.backup);
      });
    },
  };
}

/** The older version serves again: what the record says of it is what it said before. */
export async function settleBack(work: UpdateWork, isTakenBack: boolean): Promise<void> {
  const { instance, instances } = work;
  const settled = await instances.update(instance.id, (old) => {
    if (old === undefined) throw new AppError('instance.unknown');
    const { pendingUpdate: pending, wayBack, ...rest } = old;
    const from = pending?.from ?? work.from;
    return {
      ...rest,
      ...describeFrom(rest, from),
      version: from.version,
      // An update that failed leaves the way back of the one before it; one that is taken back has none any more.
      ...(isTakenBack || wayBack === undefined || wayBack.backup === from.backup ? {} : { wayBack }),
    };
  });
  await keepPinned(work, settled.wayBack?.backup);
}

function describeFrom(
  { nodeVersion, container }: Pick<Instance, 'nodeVersion' | 'container'>,
  from: UpdateWork['from'],
): UpdateWork['becomes'] {
  return {
    ...(nodeVersion === undefined ? {} : { nodeVersion: from.nodeVersion ?? nodeVersion }),
    ...(container === undefined ? {} : { container: { ...container, image: from.image ?? container.image } }),
  };
}

/** Of this instance, what an update is taken back with stays; what former ones were may go as any other backup does, unless they wait as well. */
async function keepPinned(
  { instance, backups }: UpdateWork,
  kept: BackupId | undefined,
  others = false,
): Promise<void> {
  for (const backup of await backups.list()) {
    const isOurs = backup.instanceId === instance.id && backup.reason === 'update';
    const isPinned = backup.id === kept || (others && backup.pinned === true);
    if (!isOurs || (backup.pinned ?? false) === isPinned) continue;
    await backups.update(backup.id, (old) => {
      const rest = { ...(old ?? backup) };
      delete rest.pinned;
      return isPinned ? { ...rest, pinned: true } : rest;
    });
  }
}

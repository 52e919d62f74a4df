import { isDeepStrictEqual } from 'node:util';
import { AppError, isAppError } from '../shared/app-error.ts';
import type { InstanceId } from '../shared/model/ids.ts';
import type { Instance } from '../shared/model/instance.ts';
import type { StateStore } from './state/state-store.ts';

/** What a run wrote into the record of its instance before it began. */
export interface RunNote {
  /** Undefined: there was none. */
  readonly before: Instance | undefined;
  readonly after: Instance;
}

/** Writes with nobody in between, so that what is noted as before is what was written over. */
export async function noteRun(
  { instances }: Pick<StateStore, 'instances'>,
  id: InstanceId,
  change: (old: Instance | undefined) => Instance,
): Promise<RunNote> {
  let before: Instance | undefined;
  const after = await instances.update(id, (old) => {
    before = old;
    return change(old);
  });
  return { before, after };
}

/**
 * Takes back what a run that never began has written. The record goes on meanwhile, under whoever works on the machine or sets
 * something from another door: what they wrote stays, and where their run is the last one, all of it does.
 */
export async function takeBack(
  { instances }: Pick<StateStore, 'instances'>,
  { before, after }: RunNote,
): Promise<void> {
  const { id, lastRun } = after;
  if (before === undefined) {
    await instances.exclusively(async () => {
      if ((await instances.get(id))?.lastRun === lastRun) await instances.remove(id);
    });
    return;
  }
  try {
    await instances.update(id, (now) => {
      if (now === undefined) throw new AppError('instance.unknown');
      return now.lastRun === lastRun ? undo(now, { before, after }) : now;
    });
  } catch (error) {
    // Removed meanwhile: there is nothing to take back.
    if (!isAppError(error, 'instance.unknown')) throw error;
  }
}

/** Each field that the run has changed, and nobody since, as it was before. Pure. */
function undo(now: Instance, { before, after }: { readonly before: Instance; readonly after: Instance }): Instance {
  const isOurs = ([key]: [string, unknown]): boolean => {
    const field = key as keyof Instance;
    return !isDeepStrictEqual(before[field], after[field]) && isDeepStrictEqual(now[field], after[field]);
  };
  const others = Object.entries(now).filter((entry) => !isOurs(entry));
  return Object.fromEntries([...others, ...Object.entries(before).filter(isOurs)]) as Instance;
}

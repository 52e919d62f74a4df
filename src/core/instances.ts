import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../shared/app-error.ts';
import { isSameName } from '../shared/model/ids.ts';
import type { Instance, SecretRef } from '../shared/model/instance.ts';
import { suspendedError } from './openclaw/suspension.ts';
import { noteRun, type RunNote } from './run-note.ts';
import type { StateStore } from './state/state-store.ts';

export async function findByName(state: StateStore, name: string): Promise<Instance | undefined> {
  return (await state.instances.list()).find((instance) => isSameName(instance.name, name));
}

/**
 * Who decides on each field of a record while a plan to deploy lies there: the plan, which puts exactly that on the machine, or
 * others (guards, schedules, updates, other doors), whom a plan that was made before never writes over.
 */
const DECIDED_BY: Readonly<Record<keyof Instance, 'plan' | 'others'>> = {
  id: 'others',
  name: 'others',
  target: 'plan',
  createdAt: 'others',
  phase: 'others',
  version: 'plan',
  nodeVersion: 'plan',
  port: 'plan',
  provider: 'plan',
  model: 'plan',
  instructions: 'plan',
  firewall: 'plan',
  telegram: 'plan',
  instructionsSha256: 'others',
  providerKeyFingerprint: 'others',
  telemetry: 'plan',
  installer: 'plan',
  container: 'plan',
  adopted: 'plan',
  limits: 'plan',
  ingress: 'plan',
  guard: 'others',
  suspension: 'others',
  backups: 'others',
  updates: 'others',
  wayBack: 'others',
  leftState: 'others',
  pendingUpdate: 'others',
  bots: 'others',
  device: 'others',
  token: 'others',
  rotation: 'others',
  // The run's own, of which a plan knows nothing.
  lastRun: 'others',
};
const PLANNED = (Object.keys(DECIDED_BY) as (keyof Instance)[]).filter((key) => DECIDED_BY[key] === 'plan');

/**
 * The record is there before the first change, so that a run that is cut short is known.
 * @param former the record that the plan was made of; undefined: there was none
 * @throws AppError `instance.exists`, `instance.suspended`, `update.unfinished`, `usage.invalid` where the plan is out of date
 */
export async function saveBeforeRun(
  state: StateStore,
  instance: Instance,
  former: Instance | undefined,
): Promise<RunNote> {
  return state.instances.exclusively(async () => {
    const rival = await findByName(state, instance.name);
    if (rival !== undefined && rival.id !== instance.id) throw new AppError('instance.exists');
    return noteRun(state, instance.id, (old) => {
      expectPlanned(instance, former, old);
      return old === undefined ? instance : layOver(old, instance);
    });
  });
}

/** @throws AppError `instance.unknown` where another door has removed it */
export function saveBeforeRemoval(state: StateStore, { id, lastRun }: Instance): Promise<RunNote> {
  return noteRun(state, id, (old) => {
    if (old === undefined) throw new AppError('instance.unknown');
    return { ...old, phase: 'removing', ...(lastRun === undefined ? {} : { lastRun }) };
  });
}

/** What nobody makes a plan over must not have come since, and what the plan is made of must still be so. */
function expectPlanned(planned: Instance, former: Instance | undefined, now: Instance | undefined): void {
  if (now?.suspension !== undefined) throw suspendedError(now.suspension);
  if (now?.pendingUpdate !== undefined) throw new AppError('update.unfinished');
  if (now === undefined && former === undefined) return;
  const isSo = (key: keyof Instance): boolean =>
    isDeepStrictEqual(now?.[key], former?.[key]) || isDeepStrictEqual(now?.[key], planned[key]);
  if (now !== undefined && PLANNED.every(isSo)) return;
  throw new AppError('usage.invalid', {
    message: `${planned.name} was ${now === undefined ? 'removed' : 'changed'} since this plan was made.`,
    hint: 'Look at the plan again, then start it.',
  });
}

/** Pure. */
function layOver(old: Instance, planned: Instance): Instance {
  const chosen = [...PLANNED, 'lastRun' as const].flatMap((key) =>
    planned[key] === undefined ? [] : [[key, planned[key]] as const],
  );
  return { ...old, ...Object.fromEntries(chosen) };
}

export async function saveDeployed(state: StateStore, instance: Instance): Promise<void> {
  await state.instances.update(instance.id, (old) => ({ ...(old ?? instance), phase: 'deployed' }));
}

/** Where everything lies that has to go with an instance. Pure. */
export function listSecrets(instance: Instance | undefined): SecretRef[] {
  const { token, rotation, device } = instance ?? {};
  return [token, rotation?.secret, device?.key, device?.token].filter((ref) => ref !== undefined);
}

import { AppError } from '../shared/app-error.ts';
import { isSameName } from '../shared/model/ids.ts';
import type { Instance } from '../shared/model/instance.ts';
import type { Target } from '../shared/model/target.ts';
import type { StateStore } from './state/state-store.ts';

/** Another key file or jump host is still the same place; another machine, port or user is not. Pure. */
export function isSamePlace(a: Target, b: Target): boolean {
  if (a.kind === 'local' || b.kind === 'local') return a.kind === b.kind;
  return a.host === b.host && (a.port ?? 22) === (b.port ?? 22);
}

export async function findByName(state: StateStore, name: string): Promise<Instance | undefined> {
  return (await state.instances.list()).find((instance) => isSameName(instance.name, name));
}

/** The record is there before the first change, so that a run that is cut short is known. */
export async function saveBeforeRun(state: StateStore, instance: Instance): Promise<void> {
  await state.instances.exclusively(async () => {
    const rival = await findByName(state, instance.name);
    if (rival !== undefined && rival.id !== instance.id) throw new AppError('instance.exists');
    await state.instances.update(instance.id, (old) => ({
      ...instance,
      ...(old?.token === undefined ? {} : { token: old.token }),
    }));
  });
}

export async function saveDeployed(state: StateStore, instance: Instance): Promise<void> {
  await state.instances.update(instance.id, (old) => ({ ...(old ?? instance), phase: 'deployed' }));
}

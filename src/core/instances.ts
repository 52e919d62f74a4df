import { AppError } from '../shared/app-error.ts';
import { isSameName } from '../shared/model/ids.ts';
import type { Instance, SecretRef } from '../shared/model/instance.ts';
import type { StateStore } from './state/state-store.ts';

export async function findByName(state: StateStore, name: string): Promise<Instance | undefined> {
  return (await state.instances.list()).find((instance) => isSameName(instance.name, name));
}

/** The record is there before the first change, so that a run that is cut short is known. */
export async function saveBeforeRun(state: StateStore, instance: Instance): Promise<void> {
  await state.instances.exclusively(async () => {
    const rival = await findByName(state, instance.name);
    if (rival !== undefined && rival.id !== instance.id) throw new AppError('instance.exists');
    await state.instances.update(instance.id, (old) => ({
      ...withoutRotation(instance),
      // Written by others than runs: what was there when the plan was made may be old.
      ...(old?.token === undefined ? {} : { token: old.token }),
      ...(old?.rotation === undefined ? {} : { rotation: old.rotation }),
      ...(old?.device === undefined ? {} : { device: old.device }),
      ...(old?.guard === undefined ? {} : { guard: old.guard }),
    }));
  });
}

/** Pure. */
function withoutRotation(instance: Instance): Instance {
  const rest = { ...instance };
  delete rest.rotation;
  return rest;
}

export async function saveDeployed(state: StateStore, instance: Instance): Promise<void> {
  await state.instances.update(instance.id, (old) => ({ ...(old ?? instance), phase: 'deployed' }));
}

/** Where everything lies that has to go with an instance. Pure. */
export function listSecrets(instance: Instance | undefined): SecretRef[] {
  const { token, rotation, device } = instance ?? {};
  return [token, rotation?.secret, device?.key, device?.token].filter((ref) => ref !== undefined);
}

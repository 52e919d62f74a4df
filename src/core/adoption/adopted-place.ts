import { join } from 'node:path';
import { AppError } from '../../shared/app-error.ts';
import { isAdoptedCannot } from '../../shared/model/adoption.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { ok } from '../diagnostics/finding.ts';
import { openLocalHost } from '../host/local/local-host.ts';
import { expectOwn } from '../openclaw/expect-own.ts';
import type { OpenPlan, Place } from '../places/place.ts';
import type { PlaceServices } from '../places/place-services.ts';
import { createLocalLeaseKeeper } from '../runner/local-lease.ts';
import { checkPlan } from '../runner/runner.ts';
import { forgetStep } from '../steps/adoption/adopt-token.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';

/** Keeps what needs a layout of ours away from what others have set up. */
export function guardAdopted(place: Place, services: PlaceServices): Place {
  return {
    ...place,
    openDeployment(request) {
      if (request.existing !== undefined) expectOwn(request.existing, 'deploy');
      return place.openDeployment(request);
    },
    openRemoval: (instance, how, options) =>
      instance.adopted === undefined
        ? place.openRemoval(instance, how, options)
        : openForgetting(instance, services, options.signal),
    openChange(instance, change, options) {
      if (isAdoptedCannot(change.kind)) expectOwn(instance, change.kind);
      return place.openChange(instance, change, options);
    },
    halt(instance, options) {
      expectOwn(instance, 'suspend');
      return place.halt(instance, options);
    },
    readIngress: (instance, options) =>
      instance.adopted === undefined ? place.readIngress(instance, options) : Promise.resolve({}),
  };
}

/** Its machine is not even asked: one that is gone can be forgotten all the same. */
async function openForgetting(
  instance: Instance,
  { deps, state, secrets }: PlaceServices,
  signal = new AbortController().signal,
): Promise<OpenPlan> {
  const { id, name, adopted } = instance;
  const host = await openLocalHost({});
  return disposeOnFailure(host, async () => {
    const keeper = createLocalLeaseKeeper(host, {
      dataDir: deps.dataDir,
      platform: deps.platform,
      scope: join('adopted', id),
    });
    const isKept = async (): Promise<boolean> => (await state.instances.get(id))?.token !== undefined;
    const forget = async (): Promise<void> => {
      await state.instances.update(id, (old) => {
        if (old === undefined) throw new AppError('instance.unknown');
        const rest = { ...old };
        delete rest.token;
        return rest;
      });
      if (instance.token !== undefined) await secrets.remove(instance.token);
    };
    const plan = { kind: 'remove' as const, why: `forget ${name}`, stages: [[forgetStep(isKept, forget)]] };
    const { steps } = await checkPlan(plan, { host, ask: keeper.ask, keeper, signal });
    const what = adopted?.kind === 'container' ? `The container ${adopted.container}` : 'Its service';
    return {
      instance,
      plan,
      findings: [
        ok(
          { id: 'untouched', title: 'What is changed there' },
          `Nothing: it was adopted, and is only forgotten here. ${what} and all its data stay as they are.`,
        ),
      ],
      steps,
      host,
      ask: keeper.ask,
      keeper,
      [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
    };
  });
}

import { toAppError, type AppError } from '../../shared/app-error.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { formatTarget, type DockerTarget } from '../../shared/model/target.ts';
import type { InstanceStatus } from '../api-link.ts';
import type { Labels } from '../container-engine/container-engine.ts';
import type { LoginSecrets } from '../api.ts';
import { labelNames } from '../openclaw/container-layout.ts';
import { openDockerMachine } from '../places/docker-machine.ts';
import type { PlaceServices } from '../places/place-services.ts';
import { watchRecords } from '../state/watch-records.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';
import { FleetWatch, type FleetEngine } from './fleet-watch.ts';

export interface FleetServices {
  readonly listInstances: () => Promise<readonly Instance[]>;
  readonly readLabels: () => Promise<Labels>;
  readonly openEngine: (target: DockerTarget, of: Instance, signal: AbortSignal) => Promise<FleetEngine>;
  /** Told when there are other records. */
  readonly onRecords: (listener: () => void) => Disposable;
  readonly onProblem: (error: AppError) => void;
}

interface Wanted {
  readonly target: DockerTarget;
  readonly instance: Instance;
  readonly place: string;
  readonly isWide: boolean;
}

/** Watches every engine that carries an instance, for as long as it carries one. */
export function watchFleets(services: FleetServices, tell: (status: InstanceStatus) => void): AsyncDisposable {
  const fleets = new Map<string, FleetWatch>();
  const isOver = new AbortController();
  let last = Promise.resolve();

  const listOf = async (place: string): Promise<Instance[]> =>
    (await services.listInstances()).filter(({ target }) => target.kind === 'docker' && formatTarget(target) === place);

  const arrange = async (): Promise<void> => {
    const wanted = new Map<string, Wanted>();
    const instances = await services.listInstances();
    for (const instance of instances) {
      const { target } = instance;
      if (target.kind !== 'docker') continue;
      const place = formatTarget(target);
      // Where one was adopted all containers are listed: it carries no label of ours. With the first of them, another watch begins.
      const isWide = instances.some((other) => other.adopted !== undefined && formatTarget(other.target) === place);
      wanted.set(`${place}${isWide ? ' (all)' : ''}`, { target, instance, place, isWide });
    }
    const labels = wanted.size === 0 ? {} : await services.readLabels();
    if (isOver.signal.aborted) return;
    for (const [key, fleet] of fleets) {
      if (wanted.has(key)) fleet.refresh();
      else {
        fleets.delete(key);
        await fleet[Symbol.asyncDispose]();
      }
    }
    for (const [key, { target, instance, place, isWide }] of wanted) {
      if (fleets.has(key)) continue;
      const openEngine = (signal: AbortSignal): Promise<FleetEngine> => services.openEngine(target, instance, signal);
      fleets.set(
        key,
        new FleetWatch({ openEngine, labels: isWide ? {} : labels, readInstances: () => listOf(place), tell }),
      );
    }
  };
  // One after another: two of them would open the same engine twice.
  const rearrange = (): void => {
    last = last.then(arrange).catch((error: unknown) => services.onProblem(toAppError(error)));
  };
  const listening = services.onRecords(rearrange);
  rearrange();
  return {
    async [Symbol.asyncDispose]() {
      isOver.abort();
      listening[Symbol.dispose]();
      await last;
      await Promise.all([...fleets.values()].map((fleet) => fleet[Symbol.asyncDispose]()));
    },
  };
}

/** Engines as places reach them, with the login that links of their instances sign in with. */
export function createFleetServices(
  services: PlaceServices & {
    readonly readLogin: (id: InstanceId) => Promise<LoginSecrets>;
    readonly onProblem: (error: AppError) => void;
  },
): FleetServices {
  const { state, onProblem } = services;
  return {
    listInstances: () => state.instances.list(),
    readLabels: async () => ({ [labelNames.installation]: (await state.installation()).id }),
    async openEngine(target, { id }, signal) {
      const machine = await openDockerMachine(target, services, { secrets: await services.readLogin(id), signal });
      const engine = await disposeOnFailure(machine, () => machine.engine.open(signal));
      return { engine, [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose]() };
    },
    onRecords: (listener) =>
      watchRecords(state.layout, (what) => (what === 'instances' ? listener() : undefined), onProblem),
    onProblem,
  };
}

import { AppError } from '../../shared/app-error.ts';
import type { ContainerRecord, Instance } from '../../shared/model/instance.ts';
import type { DockerTarget, Target } from '../../shared/model/target.ts';
import { layoutContainer } from '../openclaw/container-layout.ts';
import { labelInstance } from '../openclaw/container-spec.ts';
import { gatewayOf, type InstanceSubnet } from '../openclaw/subnet-choice.ts';
import type { EngineAccess } from '../steps/docker/engine-access.ts';
import type { Berth } from '../steps/docker/seat.ts';
import type { DockerMachine } from './docker-machine.ts';
import { takeSeat, type SeatBook, type TakenSeat } from './docker-seat.ts';
import { listNeighbours, surveyMachine } from './docker-survey.ts';
import { seedOf } from './docker-draft.ts';
import type { PlaceServices } from './place-services.ts';

export function expectDocker(target: Target): DockerTarget {
  if (target.kind !== 'docker') throw new TypeError(`Not a place in Docker: ${target.kind}`);
  return target;
}

export interface BerthOptions {
  readonly machine: DockerMachine;
  readonly book: SeatBook;
  readonly engineId: string | undefined;
  readonly instance: Omit<Instance, 'port'>;
  readonly known: { readonly port?: number; readonly subnet?: InstanceSubnet };
  readonly isPortSettled: boolean;
  /** What the record says beside the place on the engine, when it is written. */
  readonly readImage: () => Pick<ContainerRecord, 'image' | 'imageChoice'>;
  readonly signal: AbortSignal;
}

export type TakenBerth = Berth & { readonly seat: TakenSeat };

/** Where the instance sits, or will sit: what was settled before stays. */
export async function takeBerth(options: BerthOptions, services: PlaceServices): Promise<TakenBerth> {
  const { machine, instance, engineId, signal } = options;
  const { state } = services;
  const target = expectDocker(instance.target);
  const { id: installation } = await state.installation();
  const seat = await takeSeat({
    book: options.book,
    engine: engineId ?? machine.host.name,
    known: options.known,
    isPortSettled: options.isPortSettled,
    range: services.deps.instanceRange,
    seed: seedOf(instance.id),
    survey: async (limit) => surveyMachine(machine, await listNeighbours(state, target, instance.id), limit),
    async keep({ port, subnet }, id) {
      await state.instances.update(instance.id, (old) => {
        if (old === undefined) throw new AppError('instance.unknown');
        return { ...old, port, container: buildRecord(id, subnet, options.readImage()) };
      });
    },
    signal,
  });
  return {
    layout: layoutContainer(instance),
    engine: machine.engine,
    seat,
    labels: labelInstance(instance, installation),
  };
}

export function buildRecord(
  engineId: string,
  { subnet, address, proxyAddress }: InstanceSubnet,
  { image, imageChoice }: Pick<ContainerRecord, 'image' | 'imageChoice'>,
): ContainerRecord {
  return {
    engineId,
    ...(imageChoice === undefined ? {} : { imageChoice }),
    image,
    subnet,
    address,
    proxyAddress,
  };
}

/** @throws AppError `container.gone` of one without a network of ours: it was adopted, and nobody asks for it */
export function subnetOf({ subnet, address, proxyAddress }: ContainerRecord): InstanceSubnet {
  if (subnet === undefined || address === undefined || proxyAddress === undefined) throw new AppError('container.gone');
  return { subnet, gateway: gatewayOf(subnet), address, proxyAddress };
}

/**
 * What its container runs. An adopted one may have been made anew by its owner since, of another image under the same name: what
 * works beside it has to be of exactly that one.
 * @throws AppError `container.gone`
 */
export async function readImage(
  { container, adopted }: Pick<Instance, 'container' | 'adopted'>,
  engine: EngineAccess,
  signal: AbortSignal,
): Promise<string> {
  if (container === undefined) throw new AppError('container.gone');
  if (adopted?.kind !== 'container') return container.image;
  const found = await (await engine.open(signal)).containers.find(adopted.container, { signal });
  if (found === undefined) throw new AppError('container.gone');
  return found.imageId;
}

/** The place of an instance that is there: nothing has to be chosen. */
export async function recallBerth(
  instance: Instance,
  engine: EngineAccess,
  { state }: Pick<PlaceServices, 'state'>,
): Promise<Berth> {
  const { container, port } = instance;
  return {
    layout: layoutContainer(instance),
    engine,
    labels: labelInstance(instance, (await state.installation()).id),
    seat: {
      port,
      get subnet() {
        // A deployment that came to nothing has none, and what undoes it asks for none.
        if (container === undefined) throw new AppError('container.gone');
        return subnetOf(container);
      },
      keep: () => Promise.resolve(),
      movePort: () => Promise.reject(new AppError('engine.port-taken', { details: { port } })),
      moveSubnet: () => Promise.reject(new AppError('engine.subnet-taken')),
    },
  };
}

import { needed, satisfied } from '../../../shared/model/run.ts';
import type { ResourceLimits } from '../../../shared/model/resources.ts';
import { formatSize } from '../../diagnostics/finding.ts';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import type { ContainerLook } from '../../container-engine/container.ts';
import {
  buildContainerSpec,
  findDrift,
  STOP_SECONDS,
  type ContainerDrift,
  type InstanceContainerSpec,
} from '../../openclaw/container-spec.ts';
import type { ApplyContext, Step } from '../step.ts';
import { expectOurs } from './network.ts';
import type { Berth } from './seat.ts';

export interface ContainerChoice {
  /** The reference that the image step has brought. */
  readonly readImage: () => string;
  readonly limits: ResourceLimits;
}

/** Makes the container, or another one where the one that is there is not what is wanted. What it keeps lies in its volumes. */
export function containerStep(berth: Berth, { readImage, limits }: ContainerChoice): Step {
  const { layout, engine, seat, labels } = berth;
  const name = layout.container;
  const build = (): InstanceContainerSpec =>
    buildContainerSpec({ layout, labels, image: readImage(), limits, address: seat.subnet.address, port: seat.port });
  const look = async (
    there: ContainerEngine,
    signal: AbortSignal,
  ): Promise<{ readonly found: ContainerLook; readonly drift: ContainerDrift } | undefined> => {
    const found = await there.containers.find(name, { signal });
    if (found === undefined) return undefined;
    expectOurs('container', name, found.labels, labels);
    const wanted = await there.images.find(readImage(), { signal });
    return { found, drift: findDrift(found, build(), wanted?.id) };
  };
  return {
    id: 'container',
    title: 'Make the container',
    facts: [],
    timeoutMs: STOP_SECONDS * 1000 + 3 * 60_000,
    async check({ signal }) {
      const there = await engine.find(signal);
      if (there === undefined) return needed('there is no Docker engine yet');
      const known = await look(there, signal);
      if (known === undefined) return needed(`there is no container ${name} yet`);
      const { remake, liveWords } = known.drift;
      if (remake.length > 0) return needed(`to be made anew: ${remake.join('; ')}`, 'restart');
      if (liveWords.length > 0) return needed(liveWords.join('; '));
      return satisfied(`the container ${name} is there`);
    },
    async apply(context) {
      const { act, signal } = context;
      const there = await engine.open(signal);
      const known = await look(there, signal);
      if (known?.drift.remake.length === 0) {
        const { live } = known.drift;
        await act(describeLimits(limits), (limit) => there.containers.update(name, live, { signal: limit }));
        return;
      }
      if (known !== undefined) await endContainer(context, there, known.found);
      await act(`Making the container ${name}`, (limit) => there.containers.create(build(), { signal: limit }));
      const { id } = await there.look({ signal });
      await act('Keeping what it was made of', () => seat.keep(id));
    },
  };
}

/** Its gateway gets the time that it needs: what it does not finish is lost. */
export async function endContainer(
  { act, note }: Pick<ApplyContext, 'act' | 'note'>,
  there: ContainerEngine,
  { name, state }: Pick<ContainerLook, 'name' | 'state'>,
): Promise<void> {
  if (state === 'running' || state === 'restarting' || state === 'paused') {
    note(`the gateway is given up to ${String(STOP_SECONDS)} s to finish its work`);
    await act(`Stopping the container ${name}`, async (signal) => {
      // A frozen one cannot hear that it shall end.
      if (state === 'paused') await there.containers.unpause(name, { signal });
      await there.containers.stop(name, STOP_SECONDS, { signal });
    });
  }
  await act(`Removing the container ${name}`, (signal) => there.containers.remove(name, { signal }));
}

export function describeLimits({ memoryBytes, cpus }: ResourceLimits): string {
  return `Limiting it to ${formatSize(memoryBytes)} of memory and ${String(cpus)} processors`;
}

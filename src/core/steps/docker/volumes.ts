import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Step } from '../step.ts';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import type { VolumeLook } from '../../container-engine/network.ts';
import { expectOurs } from './network.ts';
import type { Berth } from './seat.ts';

/** The folders that outlive the container: named volumes, found again by their labels. */
export function volumesStep({ layout, engine, labels }: Berth): Step {
  const names = [layout.stateVolume, layout.secretsVolume];
  return {
    id: 'volumes',
    title: 'Make the volumes for its data',
    facts: [],
    timeoutMs: 2 * 60_000,
    async check({ signal }) {
      const there = await engine.find(signal);
      if (there === undefined) return needed('there is no Docker engine yet');
      const found = await Promise.all(names.map((name) => findVolume(there, name, signal)));
      for (const volume of found)
        if (typeof volume === 'object') expectOurs('volume', volume.name, volume.labels, labels);
      const missing = names.filter((_, index) => found[index] === undefined);
      const halfMade = names.filter((_, index) => found[index] === 'half made');
      if (halfMade.length > 0) return needed(`half made, and empty: ${halfMade.join(', ')}`);
      if (missing.length > 0) return needed(`not there yet: ${missing.join(', ')}`);
      return satisfied('the volumes are there');
    },
    async apply({ act, signal }) {
      const there = await engine.open(signal);
      for (const name of names) {
        const found = await findVolume(there, name, signal);
        if (typeof found === 'object') continue;
        if (found === 'half made')
          await act(`Removing the half made volume ${name}`, (limit) => there.volumes.remove(name, { signal: limit }));
        await act(`Making the volume ${name}`, (limit) => there.volumes.create(name, labels, { signal: limit }));
      }
    },
  };
}

/**
 * An engine that is ended while it makes a volume may keep its folder and forget its labels. What has none and holds nothing
 * is such a one; what a container uses the engine refuses to remove.
 */
async function findVolume(
  engine: ContainerEngine,
  name: string,
  signal: AbortSignal,
): Promise<VolumeLook | 'half made' | undefined> {
  const found = await engine.volumes.find(name, { signal });
  if (found === undefined || Object.keys(found.labels).length > 0) return found;
  return (await engine.volumes.measure({ signal })).get(name) === 0 ? 'half made' : found;
}

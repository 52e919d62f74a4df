import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Step } from '../step.ts';
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
      const found = await Promise.all(names.map((name) => there.volumes.find(name, { signal })));
      for (const volume of found) if (volume !== undefined) expectOurs('volume', volume.name, volume.labels, labels);
      const missing = names.filter((_, index) => found[index] === undefined);
      if (missing.length > 0) return needed(`not there yet: ${missing.join(', ')}`);
      return satisfied('the volumes are there');
    },
    async apply({ act, signal }) {
      const there = await engine.open(signal);
      for (const name of names) {
        if ((await there.volumes.find(name, { signal })) !== undefined) continue;
        await act(`Making the volume ${name}`, (limit) => there.volumes.create(name, labels, { signal: limit }));
      }
    },
  };
}

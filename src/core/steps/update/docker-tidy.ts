import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Berth } from '../docker/seat.ts';
import { expectOurs } from '../docker/network.ts';
import type { Step } from '../step.ts';

/**
 * The container beside the volumes in which an update works: it goes with the run that has made it, and one that was killed leaves it.
 * @param closeRooms what this run itself has open there; it is opened again where it is needed again
 */
export function dockerTidyStep({ layout, engine, labels }: Berth, closeRooms: () => Promise<void>): Step {
  const name = layout.backupContainer;
  return {
    id: 'tidy',
    title: 'Clear away what the update has left',
    facts: [],
    timeoutMs: 2 * 60_000,
    async check({ signal }) {
      const there = await engine.find(signal);
      const left = await there?.containers.find(name, { signal });
      return left === undefined ? satisfied('nothing of it is left') : needed(`the container ${name} is there`);
    },
    async apply({ act }) {
      await act(`Removing the container ${name}`, async (signal) => {
        await closeRooms();
        const there = await engine.open(signal);
        const left = await there.containers.find(name, { signal });
        if (left === undefined) return;
        expectOurs('container', name, left.labels, labels);
        await there.containers.remove(name, { signal });
      });
    },
  };
}

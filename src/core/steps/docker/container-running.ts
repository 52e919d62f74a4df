import { isAppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { ApplyContext, Step } from '../step.ts';
import type { Berth } from './seat.ts';
import { endTurn, takeTurn } from './start-turns.ts';

/** Ports that others may take in the very moment, one after another. */
const TRIES = 24;
/** Most of it is waiting for other gateways, where many are started together. */
const TIMEOUT_MS = 20 * 60_000;

/**
 * Starts the container. The engine takes the port only now: where somebody else was quicker, and nobody knows the port yet,
 * the next one is taken.
 * @param remake what depends on the port
 */
export function containerRunningStep({ engine, layout, seat }: Berth, remake: readonly Step[]): Step {
  const name = layout.container;
  const remakeAll = async (context: ApplyContext): Promise<void> => {
    for (const step of remake) if ((await step.check(context)).is === 'needed') await step.apply(context);
  };
  return {
    id: 'service',
    title: 'Start the container',
    facts: [],
    timeoutMs: TIMEOUT_MS,
    async check({ signal }) {
      const found = await (await engine.find(signal))?.containers.find(name, { signal });
      if (found === undefined) return needed('there is no container yet');
      if (found.state === 'running') return satisfied('the container runs');
      return needed(`the container is ${found.state}`);
    },
    async apply(context) {
      const { act, note, signal } = context;
      const there = await engine.open(signal);
      await takeTurn(name, await there.look({ signal }), note, signal);
      for (let tried = 1; ; tried += 1) {
        try {
          await act(`Starting the container ${name}`, async (limit) => {
            await there.containers.unpause(name, { signal: limit });
            await there.containers.start(name, { signal: limit });
          });
          return;
        } catch (error) {
          if (!isAppError(error, 'engine.port-taken') || tried === TRIES) {
            endTurn(name);
            throw error;
          }
          const { port } = seat;
          await seat.movePort(signal);
          note(`port ${String(port)} was taken in this moment: ${String(seat.port)} is tried`);
          await remakeAll(context);
        }
      }
    },
  };
}

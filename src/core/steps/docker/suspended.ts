import { posix } from 'node:path';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Suspension } from '../../../shared/model/guard.ts';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import type { ContainerLayout } from '../../openclaw/container-layout.ts';
import { STOP_SECONDS } from '../../openclaw/container-spec.ts';
import type { Step } from '../step.ts';
import type { Berth } from './seat.ts';
import { expectContainer, privateFile, readText } from './state-files.ts';

/**
 * What keeps a suspended instance down: the mark in its volume, which whatever starts the container meets first, and no restart by
 * the engine. The mark comes before the stop, so that nothing can come between.
 */
export function suspensionMarkStep({ engine, layout }: Berth, suspension: Suspension): Step {
  const name = layout.container;
  return {
    id: 'mark',
    title: 'Mark it as suspended',
    facts: [],
    timeoutMs: 60_000,
    async check({ signal }) {
      const found = await (await engine.find(signal))?.containers.find(name, { signal });
      if (found === undefined) return satisfied('there is no container that could start');
      const there = await engine.open(signal);
      const mark = await readText(there, name, layout.suspendedMark, signal);
      if (mark === undefined || mark === LIFTED) return needed('nothing keeps it from being started');
      if (found.restart !== 'no') return needed('the engine would start it by itself');
      return satisfied('it is marked, and the engine does not start it');
    },
    async apply({ act, signal }) {
      const there = await engine.open(signal);
      await expectContainer(there, name, signal);
      const text = `${JSON.stringify(suspension)}\n`;
      await act('Writing the mark', (limit) => writeMark(there, layout, text, limit));
      await act('Keeping the engine from starting it', (limit) =>
        there.containers.update(name, { restart: 'no' }, { signal: limit }),
      );
    },
  };
}

export function containerStoppedStep({ engine, layout }: Berth): Step {
  const name = layout.container;
  return {
    id: 'service',
    title: 'Stop the container',
    facts: [],
    timeoutMs: STOP_SECONDS * 1000 + 60_000,
    async check({ signal }) {
      const found = await (await engine.find(signal))?.containers.find(name, { signal });
      const isUp = found?.state === 'running' || found?.state === 'paused' || found?.state === 'restarting';
      return isUp ? needed(`the container is ${found.state}`, 'restart') : satisfied('the container does not run');
    },
    async apply({ act, signal }) {
      const there = await engine.open(signal);
      // What ran wild gets no time to finish: it would go on meanwhile.
      await act(`Stopping the container ${name}`, async (limit) => {
        if ((await there.containers.find(name, { signal: limit }))?.state === 'paused')
          await there.containers.unpause(name, { signal: limit });
        await there.containers.stop(name, 0, { signal: limit });
      });
    },
  };
}

/** Takes back exactly what suspending did. */
export function suspensionLiftedStep({ engine, layout }: Berth): Step {
  const name = layout.container;
  return {
    id: 'mark',
    title: 'Lift the suspension',
    facts: [],
    timeoutMs: 60_000,
    async check({ signal }) {
      const there = await engine.open(signal);
      await expectContainer(there, name, signal);
      const found = await there.containers.find(name, { signal });
      const mark = await readText(there, name, layout.suspendedMark, signal);
      if (mark !== undefined && mark !== LIFTED) return needed('it is marked as suspended');
      if (found?.restart === 'no') return needed('the engine does not start it by itself');
      return satisfied('nothing keeps it down');
    },
    async apply({ act, signal }) {
      const there = await engine.open(signal);
      await act('Taking the mark away', (limit) => writeMark(there, layout, LIFTED, limit));
      await act('Letting the engine start it', (limit) =>
        there.containers.update(name, { restart: 'unless-stopped' }, { signal: limit }),
      );
    },
  };
}

/** No call of the engine removes a file: an empty mark is none, and the container itself sweeps it when it starts. */
const LIFTED = '';

/** Whole, without a program inside: a frozen container runs none, and the mark has no reader but the start. */
function writeMark(
  there: ContainerEngine,
  { container, suspendedMark }: ContainerLayout,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  const mark = { ...privateFile(posix.basename(suspendedMark), text), mode: 0o644 };
  return there.containers.putFiles(container, posix.dirname(suspendedMark), [mark], { signal });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import type { ContainerEngine } from '../container-engine/container-engine.ts';
import type { ContainerLook, ContainerUsage } from '../container-engine/container.ts';
import { watchContainerUsage } from './container-usage.ts';
import type { RequestCount } from './request-count.ts';
import type { UsageReading } from './usage-reading.ts';

const INTERVAL_MS = 30;
const usage = (cpus: number): ContainerUsage => ({
  at: 0,
  cpus,
  memoryBytes: 512,
  memoryLimitBytes: 1024,
  receivedBytes: 0,
  sentBytes: 0,
  pids: 1,
});

/** An engine that knows one container, as far as it is asked here. */
function engineOf(look: () => Partial<ContainerLook> | undefined): Pick<ContainerEngine, 'containers'> {
  const containers: Partial<ContainerEngine['containers']> = {
    find: () => Promise.resolve(look() as ContainerLook | undefined),
    watchUsage: async (_id, onUsage, signal) => {
      if (look()?.state !== 'running') throw new AppError('engine.conflict');
      for (const cpus of [1, 2, 3]) onUsage(usage(cpus));
      await sleep(10_000, undefined, { signal }).catch(() => undefined);
    },
  };
  return { containers: containers as ContainerEngine['containers'] };
}

async function watch(
  look: () => Partial<ContainerLook> | undefined,
  rounds: number,
  countRequests?: () => Promise<RequestCount>,
): Promise<UsageReading[]> {
  const leaving = new AbortController();
  const told: UsageReading[] = [];
  const onReading = (reading: UsageReading): void => {
    told.push(reading);
    if (told.length === rounds) leaving.abort();
  };
  const container = {
    container: 'one',
    stateDir: '/state',
    cpus: 2,
    countRequests: countRequests ?? (() => Promise.reject(new Error('nobody wished for it'))),
  };
  await watchContainerUsage(
    engineOf(look),
    container,
    { disk: false, requests: countRequests !== undefined },
    onReading,
    leaving.signal,
    INTERVAL_MS,
  );
  return told;
}

it('tells the mean of what the engine says, of what the container may take', async () => {
  const [first] = await watch(() => ({ state: 'running', cpus: 4, restarts: 1 }), 1);
  expect(first).toMatchObject({ cpu: 0.5, memory: 0.5, restarts: 1 });
  const [unlimited] = await watch(() => ({ state: 'running', cpus: 0, restarts: 0 }), 1);
  expect(unlimited?.cpu).toBe(1);
});

it('tells the requests that came, or why it cannot, and the rest all the same', async () => {
  const problem = new AppError('guard.unsupported');
  const counts: RequestCount[] = [{ requests: 3 }, { problem }, { requests: 9 }];
  const count = (): Promise<RequestCount> => Promise.resolve(counts.shift() ?? {});
  const readings = await watch(() => ({ state: 'running', cpus: 4, restarts: 1 }), 3, count);
  expect(readings).toMatchObject([{ requests: 3, restarts: 1 }, { problem, restarts: 1 }, { requests: 9 }]);
  expect(readings[1]).not.toHaveProperty('requests');
});

it('counts restarts while it does not run, and says nothing of processors', async () => {
  let restarts = 0;
  const readings = await watch(() => ({ state: 'restarting', cpus: 2, restarts: (restarts += 1) }), 3);
  for (const reading of readings) expect(reading).not.toHaveProperty('cpu');
  expect(readings.map((reading) => reading.restarts)).toEqual([...readings.map((reading) => reading.restarts)].sort());
  expect(readings.at(-1)?.restarts).toBeGreaterThan(2);
});

it('ends where the container is gone, and throws where the engine is', async () => {
  expect(await watch(() => undefined, 1)).toEqual([]);
  const gone = (): never => {
    throw new AppError('engine.unreachable');
  };
  await expect(watch(gone, 1)).rejects.toMatchObject({ code: 'engine.unreachable' });
});

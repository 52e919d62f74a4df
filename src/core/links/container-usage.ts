import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerEngine } from '../container-engine/container-engine.ts';
import type { ContainerUsage } from '../container-engine/container.ts';
import { READING_INTERVAL_S } from './metric-reading.ts';
import type { RequestCount } from './request-count.ts';
import { DISK_EVERY_MS, type UsageReading, type UsageWish } from './usage-reading.ts';

export interface GuardedContainer {
  readonly container: string;
  /** The folder in it whose size is the disk of the instance. */
  readonly stateDir: string;
  /** Processors that it may use, where the engine knows of no limit. */
  readonly cpus: number;
  /** Asks how many requests came; where it cannot be asked, it says so. */
  readonly countRequests: (signal: AbortSignal) => Promise<RequestCount>;
}

/**
 * What a container takes of what it may take, until the signal aborts or it is gone. The engine tells of it each second and
 * here it is told every few; while it does not run, restarts alone are told.
 */
export async function watchContainerUsage(
  engine: Pick<ContainerEngine, 'containers'>,
  { container, stateDir, cpus, countRequests }: GuardedContainer,
  wish: UsageWish,
  onReading: (reading: UsageReading) => void,
  signal: AbortSignal,
  intervalMs = READING_INTERVAL_S * 1000,
): Promise<void> {
  const { containers } = engine;
  const leaving = new AbortController();
  const both = AbortSignal.any([signal, leaving.signal]);
  const pause = (): Promise<unknown> => sleep(intervalMs, undefined, { signal: both }).catch(() => undefined);
  let heard: ContainerUsage[] = [];
  let diskAt: number | undefined;

  const listen = async (): Promise<void> => {
    while (!both.aborted) {
      // Of one that does not run there is nothing to hear; what is wrong with the engine, looking at it tells.
      await containers.watchUsage(container, (usage) => heard.push(usage), both).catch(() => undefined);
      await pause();
    }
  };
  const measureDisk = async (): Promise<Pick<UsageReading, 'diskBytes'>> => {
    if (!wish.disk || (diskAt !== undefined && Date.now() - diskAt < DISK_EVERY_MS)) return {};
    diskAt = Date.now();
    const child = await containers.exec(container, { argv: ['du', '-sk', stateDir] }, { signal: both });
    child.stderr.resume();
    child.stdin.end();
    const [said] = await Promise.all([text(child.stdout), child.exit]);
    const kib = /^(\d+)\s/.exec(said)?.[1];
    return kib === undefined ? {} : { diskBytes: Number(kib) * 1024 };
  };

  const listening = listen();
  try {
    for (await pause(); !both.aborted; await pause()) {
      const look = await containers.find(container, { signal: both });
      if (look === undefined) return;
      const runs = look.state === 'running';
      const usage = runs ? averageOf(heard, look.cpus > 0 ? look.cpus : cpus) : {};
      heard = [];
      // An image without `du` has no disk to watch; the other limits hold all the same.
      const disk = runs ? await measureDisk().catch(() => ({})) : {};
      const requests = wish.requests ? await countRequests(both) : {};
      if (!isAborted(both)) onReading({ at: Date.now(), restarts: look.restarts, ...usage, ...disk, ...requests });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    leaving.abort();
    await listening;
  }
}

/** As a function: the compiler does not know that others abort it meanwhile. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

function averageOf(heard: readonly ContainerUsage[], cpus: number): Pick<UsageReading, 'cpu' | 'memory'> {
  const last = heard.at(-1);
  if (last === undefined) return {};
  const used = heard.reduce((sum, usage) => sum + usage.cpus, 0) / heard.length;
  return {
    cpu: Math.min(1, used / cpus),
    ...(last.memoryLimitBytes > 0 ? { memory: last.memoryBytes / last.memoryLimitBytes } : {}),
  };
}

import type { ContainerEngine } from '../container-engine/container-engine.ts';
import type { ContainerUsage } from '../container-engine/container.ts';
import { READING_INTERVAL_S, type Reading } from './metric-reading.ts';

/** The engine walks through every volume to measure one. */
const MEASURE_EVERY_MS = 10 * 60_000;

export interface ContainerGauge {
  readonly container: string;
  /** The volumes that are its disk. */
  readonly volumes: readonly string[];
  /** Processors that it may use. */
  readonly cpus: number;
}

/**
 * How busy a container is, of what it may take: its own processors and memory. Its disk is what its volumes hold; how much
 * there is for them nobody says, so that the total is 0.
 */
export async function readContainerMetrics(
  engine: ContainerEngine,
  gauge: ContainerGauge,
  onReading: (reading: Reading) => void,
  signal: AbortSignal,
): Promise<void> {
  let diskUsedBytes = 0;
  let measuredAtMs: number | undefined;
  const measure = async (): Promise<void> => {
    const sizes = await engine.volumes.measure({ signal });
    diskUsedBytes = gauge.volumes.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  };
  const meter = createMeter(gauge.cpus);
  await engine.containers.watchUsage(
    gauge.container,
    (usage) => {
      if (measuredAtMs === undefined || usage.at - measuredAtMs > MEASURE_EVERY_MS) {
        measuredAtMs = usage.at;
        // An engine that is busy, or older, may not say: the last size counts.
        measure().catch(() => undefined);
      }
      const busy = meter(usage);
      if (busy === undefined) return;
      onReading({
        ...busy,
        memoryUsedBytes: usage.memoryBytes,
        memoryTotalBytes: usage.memoryLimitBytes,
        diskUsedBytes,
        diskTotalBytes: 0,
      });
    },
    signal,
  );
}

/**
 * Sums what is told each second up, as a machine counts its ticks; tells twice at once and then every few seconds, because it
 * takes two readings to know how busy something is. Pure but for what it remembers.
 */
export function createMeter(
  cpus: number,
): (usage: Pick<ContainerUsage, 'at' | 'cpus'>) => Pick<Reading, 'cpuTotal' | 'cpuIdle'> | undefined {
  let lastMs: number | undefined;
  let toldMs = 0;
  let count = 0;
  let cpuTotal = 0;
  let cpuIdle = 0;
  return ({ at, cpus: used }) => {
    const passed = lastMs === undefined ? 0 : Math.max(0, at - lastMs);
    lastMs = at;
    cpuTotal += passed * cpus;
    cpuIdle += passed * Math.max(0, cpus - used);
    if (count >= 2 && at - toldMs < READING_INTERVAL_S * 1000) return undefined;
    count += 1;
    toldMs = at;
    return { cpuTotal, cpuIdle };
  };
}

import type { ContainerStats } from 'dockerode';
import type { ContainerUsage } from './container.ts';

/** What can be absent: an engine says nothing of a container that does not run, and other things by version of its control groups. */
type Stats = DeepPartial<ContainerStats>;
type DeepPartial<T> = T extends object ? { readonly [K in keyof T]?: DeepPartial<T[K]> | undefined } : T;

/** What an engine says once a second, as what a person wants to know. Undefined: it is of no second yet. Pure. */
export function readUsage(stats: Stats): ContainerUsage | undefined {
  const before = stats.precpu_stats;
  const now = stats.cpu_stats;
  const used = (now?.cpu_usage?.total_usage ?? 0) - (before?.cpu_usage?.total_usage ?? 0);
  const passed = (now?.system_cpu_usage ?? 0) - (before?.system_cpu_usage ?? 0);
  if (before?.system_cpu_usage === undefined || passed <= 0) return undefined;
  const processors = now?.online_cpus ?? now?.cpu_usage?.percpu_usage?.length ?? 1;
  const memory = stats.memory_stats;
  // Version 1 of the control groups adds up what its children hold under `total_`.
  const cache = memory?.stats?.total_inactive_file ?? memory?.stats?.inactive_file ?? 0;
  const networks = Object.values(stats.networks ?? {});
  const sum = (name: 'rx_bytes' | 'tx_bytes'): number =>
    networks.reduce((total, network) => total + (network?.[name] ?? 0), 0);
  return {
    at: Date.parse(stats.read ?? ''),
    cpus: Math.max(0, (used / passed) * processors),
    memoryBytes: Math.max(0, (memory?.usage ?? 0) - cache),
    memoryLimitBytes: memory?.limit ?? 0,
    receivedBytes: sum('rx_bytes'),
    sentBytes: sum('tx_bytes'),
    pids: stats.pids_stats?.current ?? 0,
  };
}

/** An engine goes on to speak of a container that has ended, once a second, with nothing in it. Pure. */
export function isOfNothing(stats: Stats): boolean {
  return (stats.read ?? '').startsWith('0001-') || stats.memory_stats?.usage === undefined;
}

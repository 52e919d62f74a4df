import { lstat, readdir } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayStatus } from '../supervisor/definition.ts';
import { readTreeUsage, type TreeUsage } from '../supervisor/tree-usage.ts';
import { READING_INTERVAL_S } from './metric-reading.ts';
import { DISK_EVERY_MS, type UsageReading, type UsageWish } from './usage-reading.ts';

export interface LocalUsageOptions {
  readonly platform: NodeJS.Platform;
  readonly stateDir: string;
  /** What the supervisor says; undefined while none runs. */
  readonly look: () => Promise<GatewayStatus | undefined>;
  readonly intervalMs?: number;
}

/** What a gateway of this computer takes, with everything that it has started. */
export async function watchLocalUsage(
  { platform, stateDir, look, intervalMs = READING_INTERVAL_S * 1000 }: LocalUsageOptions,
  wish: UsageWish,
  onReading: (reading: UsageReading) => void,
  signal: AbortSignal,
): Promise<void> {
  let before: { readonly pid: number; readonly at: number; readonly usage: TreeUsage } | undefined;
  let diskAt: number | undefined;
  while (!signal.aborted) {
    const gateway = await look();
    const pid = gateway?.pid;
    // On Windows nobody says; a guard of such a limit is refused there, and the others are watched.
    const usage = pid === undefined || platform === 'win32' ? undefined : await readTreeUsage(pid, platform);
    // A clock that nobody sets, and that stands still with the computer.
    const at = performance.now();
    const cpu = usage !== undefined && before?.pid === pid ? shareOf(before, usage, at) : undefined;
    let diskBytes: number | undefined;
    if (wish.disk && (diskAt === undefined || at - diskAt >= DISK_EVERY_MS)) {
      diskAt = at;
      diskBytes = await measureFolder(stateDir);
    }
    if (isAborted(signal)) return;
    onReading({
      at,
      ...(cpu === undefined ? {} : { cpu }),
      ...(usage === undefined ? {} : { memory: usage.memoryBytes / totalmem() }),
      ...(gateway === undefined ? {} : { restarts: gateway.crashes }),
      ...(diskBytes === undefined ? {} : { diskBytes }),
    });
    before = usage === undefined || pid === undefined ? undefined : { pid, at, usage };
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

/** As a function: the compiler does not know that others abort it meanwhile. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** Processes that have ended take their time with them. */
function shareOf(
  before: { readonly at: number; readonly usage: TreeUsage } | undefined,
  usage: TreeUsage,
  at: number,
): number | undefined {
  if (before === undefined || at <= before.at) return undefined;
  const used = usage.cpuSeconds - before.usage.cpuSeconds;
  return Math.min(1, Math.max(0, used / (((at - before.at) / 1000) * availableParallelism())));
}

/** Bytes of all files below a folder; what goes away meanwhile counts nothing. */
export async function measureFolder(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  let sum = 0;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) sum += await measureFolder(path);
    else sum += (await lstat(path).catch(() => undefined))?.size ?? 0;
  }
  return sum;
}

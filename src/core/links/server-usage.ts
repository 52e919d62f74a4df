import { queryScript } from '../host/command.ts';
import type { Host } from '../host/host.ts';
import type { ServerLayout } from '../openclaw/server-layout.ts';
import { READING_END, READING_INTERVAL_S } from './metric-reading.ts';
import { readBlocks } from './server-blocks.ts';
import { watchServerRequests, type RequestCount } from './request-count.ts';
import { DISK_EVERY_MS, type UsageReading, type UsageWish } from './usage-reading.ts';

/** What the unit of an instance says at one moment; its processors only since they were started. */
export interface UnitReading {
  /** Seconds since the machine was started. */
  readonly uptime: number;
  /** Processors that it may use: those of the machine, or its share of their time. */
  readonly cpus: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  /** That it may take: the machine's, or less. */
  readonly memoryMaxBytes: number;
  readonly restarts: number | undefined;
  readonly diskBytes: number | undefined;
}

/*
 * Ends with its standard input, as the readings of the machine do. `$1` is the unit, `$2` the folder whose size is wanted or
 * nothing, `$3` the seconds between readings, `$4` how many of them lie between two looks at the disk. Processes are found by the
 * last part of their control group: that is so whichever of the two kinds a machine has, and within a container as well. Another
 * account may have a unit of that name too, so that only what belongs to this one counts. Where systemd does not count processor
 * time, what the processes say of themselves has to do.
 */
export const USAGE_SCRIPT = `s=1
n=0
ticks=$(getconf CLK_TCK)
page=$(getconf PAGESIZE)
while :; do
  echo "machine $(cut -d ' ' -f 1 /proc/uptime) $(nproc) $ticks $page"
  grep '^MemTotal:' /proc/meminfo
  systemctl --user show --property=CPUUsageNSec,NRestarts,MemoryMax,CPUQuotaPerSecUSec -- "$1"
  for f in $(grep -ls "/$1\$" /proc/[0-9]*/cgroup); do
    [ -O "\${f%/cgroup}" ] || continue
    echo "process $(cat "\${f%/cgroup}/stat" 2>/dev/null)"
  done
  if [ -n "$2" ] && [ "$n" -eq 0 ]; then echo "disk $(nice du -sk -- "$2" 2>/dev/null | cut -f 1)"; fi
  n=$(( (n + 1) % $4 ))
  echo end
  timeout "$s" cat >/dev/null
  [ $? -eq 124 ] || exit 0
  s=$3
done`;

/** One reading as the script prints it; undefined where it says nothing of the machine. Pure. */
export function parseUnitReading(text: string): UnitReading | undefined {
  const machine = /^machine ([\d.]+) (\d+) (\d+) (\d+)$/m.exec(text);
  const total = /^MemTotal:\s+(\d+) kB/m.exec(text)?.[1];
  if (machine === null || total === undefined) return undefined;
  const [uptime = 0, cpus = 1, ticks = 100, pageBytes = 4096] = machine.slice(1).map(Number);
  const processes = [...text.matchAll(/^process .*\) (\S.*)$/gm)].map(([, fields = '']) =>
    fields.split(' ').map(Number),
  );
  const sum = (...places: number[]): number =>
    processes.reduce((all, fields) => all + places.reduce((some, place) => some + (fields[place] ?? 0), 0), 0);
  const machineBytes = Number(total) * 1024;
  const maxBytes = Number(/^MemoryMax=(\d+)$/m.exec(text)?.[1] ?? Infinity);
  const quota = parseTimespan(/^CPUQuotaPerSecUSec=(.*)$/m.exec(text)?.[1] ?? '');
  const counted = /^CPUUsageNSec=(\d{1,18})$/m.exec(text)?.[1];
  const restarts = /^NRestarts=(\d+)$/m.exec(text)?.[1];
  const disk = /^disk (\d+)$/m.exec(text)?.[1];
  return {
    uptime,
    cpus: Math.min(cpus, quota ?? cpus),
    // Its own time and that of children it has waited for, then their sums for the kernel; the state is the first field here.
    cpuSeconds: counted === undefined ? sum(11, 12, 13, 14) / ticks : Number(counted) / 1e9,
    memoryBytes: sum(21) * pageBytes,
    memoryMaxBytes: Math.min(machineBytes, maxBytes),
    restarts: restarts === undefined ? undefined : Number(restarts),
    diskBytes: disk === undefined ? undefined : Number(disk) * 1024,
  };
}

const SECONDS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600 };

/** `1.250000s`, `500ms`, `1min 5s`, as systemd writes a time, in seconds; undefined where it is `infinity` or nothing. */
function parseTimespan(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|min|h)(?= |$)/g)];
  const seconds = parts.reduce((sum, [, number = '0', unit = 's']) => sum + Number(number) * (SECONDS[unit] ?? 0), 0);
  return seconds > 0 ? seconds : undefined;
}

/** What the instance took between two readings. Pure. */
export function buildUsage(before: UnitReading | undefined, after: UnitReading): UsageReading {
  const passed = before === undefined ? 0 : after.uptime - before.uptime;
  const used = before === undefined ? 0 : after.cpuSeconds - before.cpuSeconds;
  const { restarts, diskBytes } = after;
  return {
    at: Math.round(after.uptime * 1000),
    // Processes that have ended take their time with them.
    ...(passed > 0 ? { cpu: Math.min(1, Math.max(0, used / (passed * after.cpus))) } : {}),
    memory: after.memoryBytes / after.memoryMaxBytes,
    ...(restarts === undefined ? {} : { restarts }),
    ...(diskBytes === undefined ? {} : { diskBytes }),
  };
}

export async function watchServerUsage(
  host: Host,
  layout: Pick<ServerLayout, 'user' | 'unit' | 'stateDir'>,
  wish: UsageWish & { readonly requestFile: string },
  onReading: (reading: UsageReading) => void,
  signal: AbortSignal,
): Promise<void> {
  const diskEvery = Math.max(1, Math.round(DISK_EVERY_MS / 1000 / READING_INTERVAL_S));
  const args = [layout.unit, wish.disk ? layout.stateDir : '', READING_INTERVAL_S, diskEvery];
  const script = queryScript(USAGE_SCRIPT, args, { runAs: { user: layout.user }, env: { LC_ALL: 'C' } });
  let counted: RequestCount = {};
  let before: UnitReading | undefined;
  const onBlock = (text: string): void => {
    const reading = parseUnitReading(text);
    if (reading === undefined) return;
    onReading({ ...buildUsage(before, reading), ...counted });
    before = reading;
  };
  const leaving = new AbortController();
  const both = AbortSignal.any([signal, leaving.signal]);
  const watches = [
    readBlocks(host, script, READING_END, onBlock, both),
    ...(wish.requests ? [watchServerRequests(host, wish.requestFile, (count) => (counted = count), both)] : []),
  ];
  try {
    await Promise.all(watches);
  } finally {
    // One of them without the other would tell half of it.
    leaving.abort();
    await Promise.allSettled(watches);
  }
}

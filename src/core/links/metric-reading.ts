import type { MetricSample } from '../api-link.ts';

/** What a machine says of itself at one moment; its processors only since they were started. */
export interface Reading {
  /** In units of the machine's own, since it was started. */
  readonly cpuTotal: number;
  readonly cpuIdle: number;
  readonly memoryUsedBytes: number;
  readonly memoryTotalBytes: number;
  readonly diskUsedBytes: number;
  readonly diskTotalBytes: number;
}

/** Seconds between two readings. */
export const READING_INTERVAL_S = 5;

/*
 * `cat` sees the end of standard input, which comes when whoever asked goes away or the connection breaks: then all of this
 * ends at once, and nothing is left on the machine. The first interval is short, because it takes two readings to tell how
 * busy processors are. `$1` is a path on the disk that counts; where it is not there yet, the folder that it will lie in does.
 * `$2` is the seconds between readings.
 */
export const READINGS_SCRIPT = `s=1
while :; do
  head -n 1 /proc/stat
  grep -E '^Mem(Total|Available|Free):' /proc/meminfo
  echo "disk $(stat -f -c '%S %b %f' -- "$1" 2>/dev/null || stat -f -c '%S %b %f' -- "\${1%/*}" 2>/dev/null)"
  echo end
  timeout "$s" cat >/dev/null
  [ $? -eq 124 ] || exit 0
  s=$2
done`;

/** The last line of each reading that `READINGS_SCRIPT` prints. */
export const READING_END = 'end';

/** One reading as the script prints it; undefined where it says nothing of processors or memory. Pure. */
export function parseReading(text: string): Reading | undefined {
  const ticks = /^cpu\s+(\d+(?: \d+)*)/m.exec(text)?.[1]?.split(' ').map(Number);
  const kib = (name: string): number | undefined => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
    return found === undefined ? undefined : Number(found) * 1024;
  };
  const total = kib('MemTotal');
  if (ticks === undefined || total === undefined) return undefined;
  // user nice system idle iowait irq softirq steal; what guests used is part of user already.
  const [, , , idle = 0, ioWait = 0] = ticks;
  const [, blockBytes = 0, blocks = 0, free = 0] = (/^disk (\d+) (\d+) (\d+)$/m.exec(text) ?? []).map(Number);
  return {
    cpuTotal: ticks.slice(0, 8).reduce((sum, count) => sum + count, 0),
    cpuIdle: idle + ioWait,
    memoryUsedBytes: Math.max(0, total - (kib('MemAvailable') ?? kib('MemFree') ?? total)),
    memoryTotalBytes: total,
    diskUsedBytes: blockBytes * Math.max(0, blocks - free),
    diskTotalBytes: blockBytes * blocks,
  };
}

/** How the machine was between two readings. Pure. */
export function buildSample(before: Reading, after: Reading, at: number): MetricSample {
  const { cpuTotal, cpuIdle, ...rest } = after;
  const passed = cpuTotal - before.cpuTotal;
  const busy = passed - (cpuIdle - before.cpuIdle);
  // Idle time is seen to go backwards by a little on some machines.
  const cpu = passed > 0 ? Math.min(1, Math.max(0, busy / passed)) : 0;
  return { at, cpu, ...rest };
}

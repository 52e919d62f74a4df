import { queryScript } from '../host/command.ts';
import { parseCount, unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';

/** Sizes in bytes. */
export interface Memory {
  /** What programs can have: the machine's memory, or less where a control group limits it. */
  readonly totalBytes: number;
  readonly availableBytes: number;
  /** The limit of a control group around the whole machine; undefined without one. */
  readonly limitBytes: number | undefined;
  readonly swaps: readonly Swap[];
  /** Swap on disk. What lies in memory itself (zram) adds none. */
  readonly diskSwapBytes: number;
}

export interface Swap {
  readonly name: string;
  readonly kind: 'file' | 'partition' | 'zram';
  readonly sizeBytes: number;
}

/*
 * Limits are looked for from the group of process 1 upwards: what is set there holds for everything on the machine, while
 * the group of our own login does not hold for a service.
 */
const SCRIPT = `cat /proc/meminfo; echo '--- swaps'; cat /proc/swaps 2>/dev/null; echo '--- limits'
while IFS=: read -r n c p; do
  case $n:$c in 0:) r=/sys/fs/cgroup f=memory.max ;; *:memory) r=/sys/fs/cgroup/memory f=memory.limit_in_bytes ;; *) continue ;; esac
  while :; do
    [ ! -r "$r$p/$f" ] || { read -r l <"$r$p/$f" && echo "$l"; }
    [ -n "$p" ] && [ "$p" != / ] || break
    p=\${p%/*}
  done
done </proc/1/cgroup 2>/dev/null
:`;

export function memoryFact(): Fact<Memory> {
  return fact('memory', queryScript(SCRIPT, [], { runAs: 'root' }), (result) => {
    const memory = parseMemory(result.stdout);
    if (memory === undefined) throw unreadable('its memory', result);
    return memory;
  });
}

/** Undefined without a MemTotal. Pure. */
export function parseMemory(text: string): Memory | undefined {
  const [meminfo = '', swaps = '', limits = ''] = text.split(/^--- (?:swaps|limits)$/m);
  const kib = (name: string): number | undefined => {
    const count = parseCount(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo)?.[1]);
    return count === undefined ? undefined : count * 1024;
  };
  const physical = kib('MemTotal');
  if (physical === undefined) return undefined;
  // Without a limit, version 1 writes a number beyond any machine and version 2 the word `max`.
  const set = limits
    .split('\n')
    .flatMap((line) => parseCount(line) ?? [])
    .filter((bytes) => bytes > 0 && bytes < physical);
  const limitBytes = set.length === 0 ? undefined : Math.min(...set);
  const totalBytes = limitBytes ?? physical;
  const found = swaps.split('\n').flatMap((line) => parseSwap(line) ?? []);
  return {
    totalBytes,
    availableBytes: Math.min(kib('MemAvailable') ?? kib('MemFree') ?? 0, totalBytes),
    limitBytes,
    swaps: found,
    diskSwapBytes: found.filter((swap) => swap.kind !== 'zram').reduce((sum, swap) => sum + swap.sizeBytes, 0),
  };
}

/** A line of /proc/swaps. In names the kernel writes a space as `\040`. */
function parseSwap(line: string): Swap | undefined {
  const match = /^(\S+)\s+(file|partition)\s+(\d+)\s+\d+\s+-?\d+\s*$/.exec(line);
  if (match === null) return undefined;
  const [, name = '', kind, kib] = match;
  const isZram = /^\/dev\/zram\d+$/.test(name);
  return {
    name: name.replace(/\\040/g, ' '),
    kind: isZram ? 'zram' : kind === 'file' ? 'file' : 'partition',
    sizeBytes: Number(kib) * 1024,
  };
}

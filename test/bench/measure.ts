/** What was found, and what we aim for. */
export interface Figure {
  readonly title: string;
  readonly value: number;
  readonly unit: 'x' | 'ms' | 'kB' | '/s';
  /** Absent: only reported. */
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number };
  /** What it was made from. */
  readonly note: string;
}

/** What one part of the bench has found, or why it could not look. */
export type Measured = { readonly figures: readonly Figure[] } | { readonly skipped: string };

/** One thing measured in both ways, in the same run on the same machine: only their ratio says something. */
export interface Comparison {
  readonly title: string;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** The ratio of the best of each that we aim for; undefined: only reported. */
  readonly goal?: number;
}

export async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** A B A B …: what slows the machine down for a while slows both. */
export async function alternate(
  title: string,
  rounds: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
  goal?: number,
): Promise<Comparison> {
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.theirs.push(await theirs());
    times.ours.push(await ours());
    sayRound(title, round, `${formatMs(times.ours.at(-1))} against ${formatMs(times.theirs.at(-1))}`);
  }
  return { title, ...times, ...(goal === undefined ? {} : { goal }) };
}

/** Somebody waits for it: how it goes is told on standard error. */
export function sayRound(title: string, round: number, found: string): void {
  process.stderr.write(`${title}, round ${String(round + 1)}: ${found}\n`);
}

/** Pure. The best of each: what else the machine did makes nothing faster. */
export function compare(
  { title, ours, theirs, goal }: Comparison,
  format: (value: number) => string = formatMs,
): Figure {
  return {
    title,
    value: Math.min(...ours) / Math.min(...theirs),
    unit: 'x',
    ...(goal === undefined ? {} : { goal: { atMost: goal } }),
    note: `${ours.map(format).join(', ')} against ${theirs.map(format).join(', ')}`,
  };
}

/** Pure. */
export function bestOf(title: string, times: readonly number[], goalMs: number): Figure {
  return {
    title,
    value: Math.min(...times),
    unit: 'ms',
    goal: { atMost: goalMs },
    note: `all ${times.map(formatMs).join(', ')}`,
  };
}

/** Pure. Of an even number: the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** Pure. */
export function formatMs(ms: number | undefined): string {
  if (ms === undefined) return '-';
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export const formatMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

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
    process.stderr.write(
      `${title}, round ${String(round + 1)}: ${formatSeconds(times.ours.at(-1))} against ${formatSeconds(times.theirs.at(-1))}\n`,
    );
  }
  return { title, ...times, ...(goal === undefined ? {} : { goal }) };
}

const formatSeconds = (ms: number | undefined): string =>
  ms === undefined ? '-' : `${(ms / 1000).toFixed(ms < 1000 ? 3 : 1)} s`;

export function formatComparison({ title, ours, theirs, goal }: Comparison): string {
  const [best, rival] = [Math.min(...ours), Math.min(...theirs)];
  const target = goal === undefined ? '' : ` (goal ${String(goal)})`;
  return `${title}: ratio ${(best / rival).toFixed(2)}${target}   best ${formatSeconds(best)} against ${formatSeconds(rival)}   all ${ours.map(formatSeconds).join(', ')} against ${theirs.map(formatSeconds).join(', ')}`;
}

export function formatFigure(title: string, ms: number, note: string): string {
  return `${title}: ${formatSeconds(ms)}   ${note}`;
}

import type { DoctorDiff } from '../../shared/model/diagnosis.ts';

type Line = DoctorDiff['lines'][number];

/** Lines around a change that tell where it is. */
const AROUND = 2;
/** Beyond this a table of all pairs is too much: the middle is told as replaced. */
const MAX_LINES = 3000;

/** What of the lines stays, goes and comes; long stretches that stay are left out. Pure. */
export function diffLines(before: readonly string[], after: readonly string[]): Omit<DoctorDiff, 'digest'> {
  const all = compare(before, after);
  const near = all.map((_, index) =>
    all.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ is }) => is !== 'same'),
  );
  const lines: Line[] = [];
  all.forEach((line, index) => {
    if (near[index] === true) lines.push(line);
    else if (lines.at(-1)?.is !== 'gap') lines.push({ is: 'gap', text: '' });
  });
  return { lines, changes: all.filter(({ is }) => is !== 'same').length };
}

function compare(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const shorter = Math.min(before.length, after.length) - start;
  while (end < shorter && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const [old, young] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const same = (texts: readonly string[]): Line[] => texts.map((text) => ({ is: 'same', text }));
  return [
    ...same(before.slice(0, start)),
    ...(old.length + young.length > MAX_LINES ? replaced(old, young) : middle(old, young)),
    ...same(before.slice(before.length - end)),
  ];
}

const replaced = (old: readonly string[], young: readonly string[]): Line[] => [
  ...old.map((text): Line => ({ is: 'removed', text })),
  ...young.map((text): Line => ({ is: 'added', text })),
];

/** By the longest common subsequence. */
function middle(old: readonly string[], young: readonly string[]): Line[] {
  const width = young.length + 1;
  const table = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number): number => table[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1)
    for (let column = young.length - 1; column >= 0; column -= 1)
      table[row * width + column] =
        old[row] === young[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < young.length) {
    const [gone = '', come = ''] = [old[row], young[column]];
    if (row < old.length && column < young.length && gone === come) {
      lines.push({ is: 'same', text: gone });
      [row, column] = [row + 1, column + 1];
    } else if (column >= young.length || (row < old.length && at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ is: 'removed', text: gone });
      row += 1;
    } else {
      lines.push({ is: 'added', text: come });
      column += 1;
    }
  }
  return lines;
}

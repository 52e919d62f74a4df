import { formatMs, type Figure, type Measured } from './measure.ts';

/** Pure. A table for people: what, how much, the goal, whether it is held, and what it was made from. */
export function formatReport(parts: readonly { readonly name: string; readonly measured: Measured }[]): string {
  const rows = parts.flatMap(({ name, measured }) =>
    'skipped' in measured
      ? [[name, 'skipped', '', '', measured.skipped]]
      : measured.figures.map((figure) => [
          figure.title,
          formatValue(figure.value, figure.unit),
          formatGoal(figure),
          formatVerdict(figure),
          figure.note,
        ]),
  );
  const table = [['figure', 'measured', 'goal', '', 'from'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function formatValue(value: number, unit: Figure['unit']): string {
  switch (unit) {
    case 'x':
      return value.toFixed(2);
    case 'ms':
      return formatMs(value);
    case 'kB':
      return `${value.toFixed(0)} kB`;
    case '/s':
      return `${value.toFixed(0)}/s`;
  }
}

function formatGoal({ goal, unit }: Figure): string {
  if (goal === undefined) return '';
  return 'atMost' in goal ? `<= ${formatValue(goal.atMost, unit)}` : `>= ${formatValue(goal.atLeast, unit)}`;
}

function formatVerdict({ goal, value }: Figure): string {
  if (goal === undefined) return '';
  const isHeld = 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
  return isHeld ? 'held' : 'MISSED';
}

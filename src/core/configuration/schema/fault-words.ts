const MOST_VALUES = 12;
/** Further away it is another word, and no slip. */
const NEAR = 2;

const forms: Readonly<Record<string, string>> = {
  object: 'settings in { }',
  array: 'a list in [ ]',
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

/** Pure. */
export function sayForm(types: readonly string[]): string {
  const named = [...new Set(types)].map((type) => forms[type] ?? type);
  return `It has to be ${joinOr(named)}.`;
}

/** Pure. */
export function sayValues(values: readonly unknown[]): string {
  const all = [...new Set(values.map((value) => JSON.stringify(value)))];
  const shown = all.slice(0, MOST_VALUES);
  const rest = all.length - shown.length;
  return `It has to be ${joinOr(rest > 0 ? [...shown, `one of ${String(rest)} more`] : shown)}.`;
}

/** For a name that nobody knows. Pure. */
export function suggest(name: string, known: readonly string[]): string {
  const near = known
    .map((other) => ({ other, distance: countEdits(name.toLowerCase(), other.toLowerCase()) }))
    .filter(({ distance, other }) => distance <= Math.min(NEAR, other.length - 2))
    .sort((a, b) => a.distance - b.distance)[0];
  return near === undefined
    ? 'OpenClaw knows no such setting here.'
    : `OpenClaw knows no such setting here. Is it “${near.other}”?`;
}

function joinOr(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** Changed, added or missing letters. */
function countEdits(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > NEAR) return NEAR + 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const swapped = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, swapped));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

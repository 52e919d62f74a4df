/** What a person typed as a number, with a point or a comma. NaN: it is none. Pure. */
export function readNumber(typed: string): number {
  const text = typed.trim().replace(',', '.');
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

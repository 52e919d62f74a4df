/** Whether `one` comes before `other`: as semver orders `2026.9.6` and what stands behind a hyphen. Pure. */
export function isOlder(one: string, other: string): boolean {
  return compareVersions(one, other) < 0;
}

/** Below 0: `one` comes first. Pure. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [split(one), split(other)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  // A preview comes before what it is a preview of.
  if (a.preview.length === 0 || b.preview.length === 0) return b.preview.length - a.preview.length;
  for (let index = 0; index < Math.max(a.preview.length, b.preview.length); index += 1) {
    const difference = compareParts(a.preview[index], b.preview[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareParts(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return one === other ? 0 : one === undefined ? -1 : 1;
  const [a, b] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (a && b) return Number(one) - Number(other);
  if (a !== b) return a ? -1 : 1;
  return one === other ? 0 : one < other ? -1 : 1;
}

function split(version: string): { readonly numbers: readonly number[]; readonly preview: readonly string[] } {
  const [core = '', preview] = version.split('+', 1)[0]?.split(/-(.*)/s) ?? [];
  return {
    numbers: core.split('.').map((part) => Number.parseInt(part, 10) || 0),
    preview: preview === undefined || preview === '' ? [] : preview.split('.'),
  };
}

import { isAppError, toAppError, type ErrorReport } from '../shared/app-error.ts';
import type { Secret } from '../shared/secret.ts';

const REDACTED = '[redacted]';
/** What is shorter stands in half the sentences there are; to strike it out would tell more than to leave it. */
const SHORTEST = 6;
const MOST = 200;

/**
 * The secrets that the interface has handed in. Core keeps them out of what it says; a machine that repeats one, in the output of
 * a command or in the reason of a failure, is met here.
 */
export interface Masks {
  add(secrets: Iterable<Secret | undefined>): void;
  /** The same value with those secrets struck out; JSON in, JSON out. */
  apply<T>(value: T): T;
}

export function createMasks(): Masks {
  const known = new Set<string>();
  /** One secret may be the start of another. */
  let longestFirst: readonly string[] = [];
  const strike = (text: string): string =>
    longestFirst.reduce((struck, secret) => struck.replaceAll(secret, REDACTED), text);
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return strike(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  return {
    add(secrets) {
      for (const secret of secrets) {
        const text = secret?.reveal() ?? '';
        if (text.length < SHORTEST) continue;
        known.delete(text);
        known.add(text);
        const [oldest] = known;
        if (known.size > MOST && oldest !== undefined) known.delete(oldest);
      }
      longestFirst = [...known].sort((a, b) => b.length - a.length);
    },
    apply: <T>(value: T): T => (known.size === 0 ? value : (walk(value) as T)),
  };
}

/** An error as it may leave: JSON alone, in which a `Secret` is `[redacted]`. Of what we did not foresee not even the reason. */
export function reportError(thrown: unknown, masks: Masks): ErrorReport {
  const report = toAppError(thrown).toReport();
  const { details, ...rest } = report;
  if (details === undefined || !isAppError(thrown)) return masks.apply(rest);
  try {
    return masks.apply({ ...rest, details: JSON.parse(JSON.stringify(details)) as Record<string, unknown> });
  } catch {
    // details in a circle, or of numbers that JSON has not: the message says what matters
    return masks.apply(rest);
  }
}

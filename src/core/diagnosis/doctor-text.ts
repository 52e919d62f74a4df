import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { parseConfig } from '../openclaw/config-document.ts';
import type { Ward } from './ward.ts';

/** An openclaw.json, and what OpenClaw's doctor makes of it. Both hold secrets. */
export interface DoctorText {
  readonly before: string;
  readonly after: string;
}

/** Asks it over a copy. Undefined: it has nothing to write. @throws AppError */
export async function askDoctor(ward: Ward, signal: AbortSignal): Promise<DoctorText | undefined> {
  const { before, after } = await ward.askDoctor(signal);
  if (before === undefined || after === undefined) return undefined;
  return isDeepStrictEqual(valueOf(before), valueOf(after)) ? undefined : { before, after };
}

/**
 * What a person has seen is written, and nothing else: the same words for the same change, whoever looks, in whichever process.
 * Over the secrets as well, which what is shown leaves out. Pure.
 */
export function digestOf({ before, after }: DoctorText): string {
  return createHash('sha256')
    .update(JSON.stringify([valueOf(before), valueOf(after)]))
    .digest('hex');
}

/** Without the moments at which OpenClaw has looked and written, which are others each time. Pure. */
export function valueOf(text: string): Record<string, unknown> {
  const value: Record<string, unknown> = { ...parseConfig(text).value };
  for (const part of STAMPED) {
    const there = value[part];
    if (typeof there !== 'object' || there === null || Array.isArray(there)) continue;
    value[part] = Object.fromEntries(Object.entries(there).filter(([, one]) => !isMoment(one)));
  }
  return value;
}

/** What OpenClaw notes of itself in its configuration. */
const STAMPED = ['meta', 'wizard'];
const isMoment = (value: unknown): boolean => typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);

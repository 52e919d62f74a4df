import { AppError, type AppErrorOptions, type ErrorCode } from '../../shared/app-error.ts';
import type { Finding } from '../api.ts';

type Subject = Pick<Finding, 'id' | 'title'>;

export const ok = (subject: Subject, because: string): Finding => ({ ...subject, level: 'ok', because });
export const warn = (subject: Subject, because: string): Finding => ({ ...subject, level: 'warn', because });
/** For what the plan has a step for. */
export const fix = (subject: Subject, because: string): Finding => ({ ...subject, level: 'fix', because });

/** The sentence that the person reads is the one that the error carries. */
export function refuse(
  subject: Subject,
  code: ErrorCode,
  because: string,
  options: Omit<AppErrorOptions, 'message'> = {},
): Finding {
  return { ...subject, level: 'refuse', because, error: new AppError(code, { ...options, message: because }) };
}

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** `3.8 GB`, `412 MB`: binary units with the names that people know them by. Pure. */
export function formatSize(sizeBytes: number): string {
  // Rounded first: 1023.9 MB must not come out as 1024 MB.
  const mib = Math.round(sizeBytes / MIB);
  return mib < 1024 ? `${mib} MB` : `${(sizeBytes / GIB).toFixed(1)} GB`;
}

/** `a`, `a and b`, `a, b and c`. Pure. */
export function formatList(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

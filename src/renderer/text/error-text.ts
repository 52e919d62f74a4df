import type { ErrorReport } from '../../shared/app-error.ts';

/** What to do about it, here: the command line has other means. Pure. */
export function hintHere({ hint, windowHint }: Pick<ErrorReport, 'hint' | 'windowHint'>): string | undefined {
  return windowHint ?? hint;
}

/** What somebody who helps needs to see. It holds no secret: reports never do. Pure. */
export function formatErrorDetails(error: ErrorReport): string {
  const lines = [`code: ${error.code}`];
  for (const [key, value] of Object.entries(error.details ?? {})) lines.push(...formatDetail(key, value));
  return lines.join('\n');
}

function formatDetail(key: string, value: unknown): string[] {
  if (typeof value === 'string') {
    return value.includes('\n') ? [`${key}:`, ...indent(value.split('\n'))] : [`${key}: ${value}`];
  }
  if (Array.isArray(value)) {
    return [`${key}:`, ...indent(value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))))];
  }
  return [`${key}: ${JSON.stringify(value)}`];
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

import { AppError } from '../../shared/app-error.ts';
import { lastLines, type ExecResult } from '../host/exec.ts';

/** What a fact's parser throws where an answer makes no sense: the machine is stranger than we know. */
export function unreadable(subject: string, result: ExecResult): AppError {
  return new AppError('command.failed', {
    message: `What the machine said about ${subject} could not be understood.`,
    details: { subject, exitCode: result.code, lastLines: lastLines(result) },
  });
}

/** `NAME=value` lines, as systemctl, timedatectl and our own scripts write them. Later lines win. Pure. */
export function parseKeyValues(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) pairs.set(line.slice(0, at).trim(), line.slice(at + 1).trimEnd());
  }
  return pairs;
}

/** A whole number of a `NAME=value` answer; undefined where it is missing or not one. Pure. */
export function parseCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text.trim()) : undefined;
}

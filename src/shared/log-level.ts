import { z } from 'zod';

export const logLevelSchema = z.enum(['error', 'warn', 'info', 'debug']);
/** How bad a line is. What says nothing of it is `info`. */
export type LogLevel = z.infer<typeof logLevelSchema>;

/** The worst first. */
export const logLevels: readonly LogLevel[] = logLevelSchema.options;

// The head of a line: a time, names in brackets, then perhaps the level.
const namedLevel =
  /^(?:\S*\d{2}:\d{2}\S*\s+)?(?:\[[^\]]*\]\s*)*(error|err|fatal|warning|warn|info|debug|trace)\b[\s:\]|-]/i;
const jsonLevel = /"(?:level|logLevelName)"\s*:\s*"(error|fatal|warn|warning|info|debug|trace)"/i;
const bracketLevel = /\[(error|fatal|warn|warning|info|debug|trace)\]/i;
const soundsBad = /\b(?:\w*error|exception|fatal|panic|failed|failure|refused|denied)\b\s*[:(]/i;
const soundsWarning = /\b(?:warning|deprecated)\b/i;

/** What a program calls a level, in one of ours. Pure. */
export function readLevelName(name: string): LogLevel | undefined {
  switch (name.toLowerCase()) {
    case 'error':
    case 'err':
    case 'fatal':
    case 'panic':
      return 'error';
    case 'warn':
    case 'warning':
      return 'warn';
    case 'debug':
    case 'trace':
    case 'silly':
      return 'debug';
    case 'info':
      return 'info';
    default:
      return undefined;
  }
}

/** By the level that a line names; else by how it sounds. Pure. */
export function parseLevel(text: string): LogLevel {
  const head = text.slice(0, 300);
  const named = (namedLevel.exec(head) ?? bracketLevel.exec(head) ?? jsonLevel.exec(head))?.[1];
  const level = named === undefined ? undefined : readLevelName(named);
  if (level !== undefined) return level;
  if (soundsBad.test(head)) return 'error';
  return soundsWarning.test(head) ? 'warn' : 'info';
}

/** Whether a level is as bad as the floor, or worse. Pure. */
export function isAtLeast(level: LogLevel, floor: LogLevel): boolean {
  return logLevels.indexOf(level) <= logLevels.indexOf(floor);
}

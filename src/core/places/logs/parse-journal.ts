import { parseLevel, type LogLevel } from '../../../shared/log-level.ts';
import type { LogEntry, LogSource } from '../../../shared/model/log.ts';
import { parseJsonLine, takeTime, toIso } from './parse-text.ts';

export interface JournalNames {
  /** The gateway's user unit. */
  readonly unit: string;
  readonly caddyUnit: string;
}

/** A line of `journalctl -o json`. What is none (journalctl's own complaints) stays text of the service. Pure. */
export function parseJournalLine(line: string, names: JournalNames, now: string): LogEntry | undefined {
  if (line.trim() === '' || line.startsWith('-- ')) return undefined;
  const fields = readFields(line);
  const message = fields === undefined ? undefined : readMessage(fields['MESSAGE']);
  if (fields === undefined || message === undefined) {
    return fields === undefined ? { at: now, source: 'service', level: 'warn', text: line } : undefined;
  }
  const written = toIso(Number(fields['__REALTIME_TIMESTAMP']) / 1000) ?? now;
  const source = whose(fields, names);
  const { rest } = takeTime(message);
  const json = rest.startsWith('{') ? parseJsonLine(rest) : undefined;
  const text = json?.text ?? rest;
  if (text.trim() === '') return undefined;
  const byPriority = readPriority(Number(fields['PRIORITY']));
  // What a program prints is all of one priority: its own words say more.
  const level = json?.level ?? (source === 'service' ? byPriority : undefined) ?? parseLevel(text);
  return { at: written, source, level, text };
}

function whose(fields: Readonly<Record<string, unknown>>, names: JournalNames): LogSource {
  if (fields['_SYSTEMD_USER_UNIT'] === names.unit) return 'gateway';
  return fields['_SYSTEMD_UNIT'] === names.caddyUnit || fields['UNIT'] === names.caddyUnit ? 'caddy' : 'service';
}

function readFields(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** journald tells what is not clean text as an array of bytes. */
function readMessage(message: unknown): string | undefined {
  if (typeof message === 'string') return message;
  if (!Array.isArray(message)) return undefined;
  const bytes = message.filter((byte): byte is number => typeof byte === 'number');
  return bytes.length === message.length ? Buffer.from(bytes).toString('utf8') : undefined;
}

function readPriority(priority: number): LogLevel | undefined {
  if (!Number.isInteger(priority)) return undefined;
  if (priority <= 3) return 'error';
  if (priority === 4) return 'warn';
  return priority >= 7 ? 'debug' : 'info';
}

import { z } from 'zod';
import { logLevelSchema } from '../log-level.ts';
import { logSearchSchema } from '../log-pattern.ts';

/** Who speaks: OpenClaw, who keeps it running, the proxy before it, our own runs and OpenClaw's updates, what we changed. */
export const logSourceSchema = z.enum(['gateway', 'service', 'caddy', 'installer', 'audit']);
export type LogSource = z.infer<typeof logSourceSchema>;
export const logSources: readonly LogSource[] = logSourceSchema.options;

export const logEntrySchema = z.strictObject({
  /** As `toISOString` writes it, so that entries are in order where these texts are. */
  at: z.iso.datetime(),
  source: logSourceSchema,
  level: logLevelSchema,
  text: z.string(),
});
export type LogEntry = z.infer<typeof logEntrySchema>;

export const MOST_LOG_LINES = 100_000;

export const logQueryShape = {
  /** Absent: all that there are. */
  sources: z.array(logSourceSchema).min(1).max(logSources.length).exactOptional(),
  since: z.iso.datetime().exactOptional(),
  until: z.iso.datetime().exactOptional(),
  /** The least bad level that is wanted. */
  level: logLevelSchema.exactOptional(),
  /** Words, or `/a pattern/`. */
  grep: logSearchSchema.exactOptional(),
  /** At most so many of what is there already, the newest. */
  lines: z.int().min(0).max(MOST_LOG_LINES),
  /** Goes on with what comes. Not beyond `until`. */
  follow: z.boolean(),
} as const;
export const logQuerySchema = z.strictObject(logQueryShape);
export type LogQuery = z.infer<typeof logQuerySchema>;

/** An entry as a line of a stream. */
export function formatEntry({ at, source, level, text }: LogEntry): string {
  return `${JSON.stringify({ at, source, level, text })}\n`;
}

/** An entry as people read it. Pure. */
export function formatLogLine({ at, source, level, text }: LogEntry): string {
  return `${at} ${source.padEnd(9)} ${level.padEnd(5)} ${text}`;
}

/** Undefined: the line is none. Pure. */
export function parseEntry(line: string): LogEntry | undefined {
  try {
    return logEntrySchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

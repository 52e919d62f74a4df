import { z } from 'zod';
import { errorReportSchema } from '../app-error.ts';
import { instanceIdSchema } from '../model/ids.ts';
import { logQueryShape } from '../model/log.ts';
import { call, done, nothing } from './call.ts';

/*
 * Terminals and logs. Their bytes go beside the calls: in binary frames that begin with the number of their stream.
 */

/** Of one session with a door; 0 is never one. */
export const streamIdSchema = z.int().min(1).max(0xffff_ffff);
/** Outlives the session that opened it: a reload finds the shell again. */
export const shellIdSchema = z.string().regex(/^s-[0-9a-f]{16}$/);
export type ShellId = z.infer<typeof shellIdSchema>;

const size = { columns: z.int().min(2).max(1000), rows: z.int().min(1).max(1000) };

const shellSchema = z.strictObject({
  shellId: shellIdSchema,
  instanceId: instanceIdSchema,
  /** Of its tab: what runs there, or the account. */
  title: z.string(),
  openedAt: z.iso.datetime(),
});
export type ShellView = z.infer<typeof shellSchema>;

/** What is sent before the reader has acknowledged it; then the source is held back. At first, and whatever the reader is like. */
export const FIRST_WINDOW_BYTES = 100_000;
/** The most that is sent so, to a reader that is quick. */
export const HIGH_WATER_BYTES = 1024 * 1024;
/** The reader acknowledges at least this often. */
export const ACK_EVERY_BYTES = 5_000;
/** Kept of each shell for whoever comes back to it. */
export const REPLAY_BYTES = 1024 * 1024;

export const streamCalls = {
  'shell.list': call(z.strictObject({ instanceId: instanceIdSchema }), z.array(shellSchema)),
  'shell.open': call(z.strictObject({ instanceId: instanceIdSchema, ...size }), shellSchema),
  /** Replays what was kept, then goes on; who was attached before is let go. */
  'shell.attach': call(
    z.strictObject({ shellId: shellIdSchema, ...size }),
    z.strictObject({ streamId: streamIdSchema, replayBytes: z.int().min(0) }),
  ),
  'shell.resize': call(z.strictObject({ shellId: shellIdSchema, ...size }), done),
  'shell.close': call(z.strictObject({ shellId: shellIdSchema }), done),
  /** All logs of an instance as one: a line of JSON an entry (`logEntrySchema`), in the order of their times. */
  'log.open': call(
    z.strictObject({ instanceId: instanceIdSchema, ...logQueryShape }),
    z.strictObject({ streamId: streamIdSchema }),
  ),
  /** Writes what is wanted to a file that the person chooses; where the door can, past the page. */
  'log.save': call(
    z.strictObject({ instanceId: instanceIdSchema, ...logQueryShape, follow: z.literal(false) }),
    z.strictObject({ saved: z.boolean() }),
  ),
  'stream.close': call(z.strictObject({ streamId: streamIdSchema }), done),
} as const;

export const streamEvents = {
  'stream.ended': z.strictObject({ streamId: streamIdSchema, error: errorReportSchema.optional() }),
  'shell.listChanged': nothing,
} as const;

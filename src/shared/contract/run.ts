import { z } from 'zod';
import { runIdSchema } from '../model/ids.ts';
import { runEventSchema, runSnapshotSchema } from '../model/run.ts';
import { call, done, nothing } from './call.ts';

const one = z.strictObject({ runId: runIdSchema });

export const runCalls = {
  /** The newest first, without the lines that their steps spoke. */
  'run.list': call(nothing, z.array(runSnapshotSchema)),
  'run.get': call(one, runSnapshotSchema.nullable()),
  /** Asks a run of this door to end; one of another door is not ours to end. */
  'run.cancel': call(one, done),
} as const;

export const runEvents = {
  /** Of every run of this door, to every session. A gap in `seq`: ask `run.get`. */
  'run.happened': runEventSchema,
  /** A run of another door has begun or ended. */
  'run.listChanged': nothing,
} as const;

import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import { lastLines, type ExecResult } from '../host/exec.ts';

const counted = z.object({ files: z.number(), bytes: z.number() });

/** What the script says. Its `config.text` and the environment hold secrets: judged, and never handed on. */
export const lookSchema = z.object({
  /** By the machine's clock, milliseconds since 1970. */
  at: z.number(),
  node: z.string(),
  config: z.discriminatedUnion('is', [
    z.object({ is: z.literal('read'), text: z.string(), mode: z.string(), uid: z.number(), bytes: z.number() }),
    z.object({ is: z.literal('odd'), because: z.string() }),
    z.object({ is: z.literal('missing') }),
  ]),
  /** What lies beside openclaw.json from before. */
  previous: z.array(z.object({ name: z.string(), bytes: z.number(), isJson: z.boolean(), at: z.number() })),
  state: z
    .object({
      mode: z.string(),
      uid: z.number(),
      isWhole: z.boolean(),
      bytes: z.number(),
      /** Below the state folder, the first of them. */
      foreign: z.array(z.string()),
      foreignCount: z.number(),
      open: z.array(z.string()),
      openCount: z.number(),
      left: counted,
      sessions: counted,
      traces: counted,
    })
    .optional(),
  disk: z.object({ totalBytes: z.number(), freeBytes: z.number() }).optional(),
  package: z.object({ version: z.string(), range: z.string().optional(), changedAt: z.number() }).optional(),
  leftovers: z.array(z.string()).optional(),
  /** Other installs of OpenClaw. */
  elsewhere: z.array(z.object({ path: z.string(), version: z.string() })).optional(),
  units: z.array(z.object({ path: z.string(), name: z.string(), isEnabled: z.boolean() })).optional(),
  unitText: z.string().optional(),
  process: z.object({ pid: z.number(), env: z.record(z.string(), z.string()) }).optional(),
});
export type Look = z.infer<typeof lookSchema>;

/** What the script is asked. Paths are as the machine sees them. */
export interface LookQuestion {
  readonly config: string;
  readonly state: string;
  /** Whose everything in the state folder should be; undefined: not looked at. */
  readonly uid?: number;
  readonly package?: string;
  /** Where another OpenClaw may lie. */
  readonly elsewhere?: readonly string[];
  /** Folders in which units of other installs may lie. */
  readonly units?: readonly string[];
  readonly unit?: string;
  readonly pid?: number;
  /** Modes mean something there. */
  readonly posix: boolean;
}

/** Pure. @throws AppError `diagnosis.failed` */
export function parseLook(result: ExecResult): Look {
  if (result.code === 0) {
    try {
      return lookSchema.parse(JSON.parse(result.stdout));
    } catch {
      // its answer may hold a token, and is not shown
    }
  }
  throw new AppError('diagnosis.failed', {
    details: {
      exitCode: result.code,
      ...(result.code === 0 ? {} : { lastLines: lastLines({ ...result, stdout: '' }) }),
    },
  });
}

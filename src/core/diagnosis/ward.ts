import { z } from 'zod';
import type { FixId } from '../../shared/model/diagnosis.ts';
import type { GatewaySettings } from '../openclaw/config-patch.ts';
import type { ApplyContext, Step } from '../steps/step.ts';
import type { TokenKeeper } from '../steps/server/gateway-token.ts';
import { AppError } from '../../shared/app-error.ts';
import { lastLines, type ExecResult } from '../host/exec.ts';
import type { Evidence } from './evidence.ts';

/** What the mending script is asked; where its files lie the ward adds. */
export type MendOrder =
  | { readonly order: 'owner' | 'modes' | 'sessions' | 'leftovers' | 'find-whole' | 'doctor' }
  | { readonly order: 'write-config'; readonly text: string; readonly base: string };

const answerSchema = z.object({
  refused: z.enum(['nothing', 'changed']).optional(),
  failed: z.array(z.string()).optional(),
  count: z.number().optional(),
  before: z.string().optional(),
  after: z.string().optional(),
  base: z.string().optional(),
  whole: z.string().optional(),
});
/** Of the orders `doctor` and `find-whole` it holds configurations with their secrets. */
export type MendAnswer = z.infer<typeof answerSchema>;

/** One instance where it lives, to be looked at and mended. One implementation a kind of target. */
export interface Ward {
  /** @throws AppError */
  read(signal: AbortSignal): Promise<Evidence>;
  /** Runs OpenClaw's doctor over a copy of the configuration: seconds, and nothing of the instance is touched. */
  askDoctor(signal: AbortSignal): Promise<MendAnswer>;
  mend(context: ApplyContext, doing: string, order: MendOrder): Promise<MendAnswer>;
  /** What this place mends by steps of its own. */
  readonly applies: Partial<Readonly<Record<FixId, readonly Pick<Step, 'apply' | 'timeoutMs'>[]>>>;
  /** The proof that it serves, after what makes it start anew. */
  readonly ready: Step | undefined;
  readonly settings: () => Omit<GatewaySettings, 'token'>;
  readonly token: TokenKeeper;
}

/** Pure. @throws AppError `repair.failed`, `repair.changed` */
export function parseMend(result: ExecResult, doing: string): MendAnswer {
  let answer: MendAnswer | undefined;
  if (result.code === 0) {
    try {
      answer = answerSchema.parse(JSON.parse(result.stdout));
    } catch {
      // it may hold a token, and is not shown
    }
  }
  if (answer === undefined) {
    throw new AppError('repair.failed', {
      message: `${doing} did not work.`,
      details: { exitCode: result.code, lastLines: result.code === 0 ? [] : lastLines({ ...result, stdout: '' }) },
    });
  }
  if (answer.refused === 'changed') throw new AppError('repair.changed');
  if (answer.refused === 'nothing') throw new AppError('repair.failed', { message: 'There is nothing to bring back.' });
  if (answer.failed !== undefined) {
    throw new AppError('repair.failed', {
      message: "OpenClaw's doctor could not mend openclaw.json.",
      details: { lastLines: answer.failed },
    });
  }
  return answer;
}

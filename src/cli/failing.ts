import { basename } from 'node:path';
import { z } from 'zod';
import { exitCodes, toAppError, type AppError } from '../shared/app-error.ts';
import { CommandFailure } from './command-failure.ts';
import { quoted, type Outcome } from './commands/command.ts';
import { formatAlarm, formatFailure } from './output/failure.ts';
import { cyan, dim, type Line } from './output/line.ts';
import { marksOf } from './output/look.ts';
import type { Paper } from './output/screen.ts';
import type { Session } from './session.ts';
import { texts } from './text.ts';

/** Tells a person what went wrong, and returns how the command ended. In JSON the last line tells it. */
export function tellFailure(session: Session, thrown: unknown): Outcome {
  const failure = thrown instanceof CommandFailure ? thrown : new CommandFailure(toAppError(thrown));
  const { error, run } = failure;
  if (session.outputClosed) {
    // Whoever closed the output has read enough; what was begun and is not done is cancelled all the same.
    return { exitCode: session.runBegun ? error.exitCode : 0, error };
  }
  const { err } = session.screen;
  if (!session.json) err.print(...formatThrown(failure, session));
  if (session.io.env['HARDSHELL_LOG'] === 'debug' && error.cause instanceof Error) {
    err.print(...(error.cause.stack ?? '').split('\n').map((line): Line => [dim(line)]));
  }
  return {
    exitCode: failure.exitCode,
    error,
    ...(run === undefined
      ? {}
      : { answers: { runId: run.runId, ...(run.stats === undefined ? {} : { stats: run.stats }) } }),
  };
}

function formatThrown({ error, exitCode, run }: CommandFailure, { screen: { err } }: Session): Line[] {
  const columns = err.columns();
  if (error.code === 'host.key-changed' || error.code === 'host.key-revoked')
    return [...formatKeyAlarm(error, err), []];
  if (error.code === 'run.cancelled') {
    return [
      [`${marksOf(err.look).idle} ${run === undefined ? error.message : texts.cancelled}`],
      ...(run === undefined
        ? []
        : [
            [`${marksOf(err.look).next} ${texts.tryAgain}`],
            [`${marksOf(err.look).next} `, cyan(texts.logOf(run.runId))],
          ]),
    ];
  }
  const failed = run?.steps.find((step) => step.status === 'failed');
  return formatFailure(error.toReport(), err.look, columns, {
    ...(failed === undefined ? {} : { step: failed.title }),
    ...(run === undefined ? { unchanged: exitCode === exitCodes.refused } : { runId: run.runId }),
  });
}

const knownKeySchema = z.object({ type: z.string(), fingerprint: z.string(), where: z.string() });
const keyDetailsSchema = z.object({
  host: z.string(),
  type: z.string(),
  fingerprint: z.string(),
  /** Of a revoked key: the line that revokes it. */
  where: z.string().optional(),
  /** Of a changed key: the ones that were known. */
  known: z.array(knownKeySchema).default([]),
});

function formatKeyAlarm(error: AppError, paper: Paper): Line[] {
  const parsed = keyDetailsSchema.safeParse(error.details);
  const facts: [string, string][] = parsed.success
    ? [
        ['shown now', `${parsed.data.type} ${parsed.data.fingerprint}`],
        ...parsed.data.known.map(({ type, fingerprint, where }): [string, string] => [
          'known',
          `${type} ${fingerprint} (${where})`,
        ]),
        ...(parsed.data.where === undefined ? [] : [['revoked in', parsed.data.where] satisfies [string, string]]),
      ]
    : [];
  const meaning =
    error.code === 'host.key-revoked'
      ? texts.keyRevokedMeaning
      : [...texts.keyChangedMeaning, ...(parsed.success ? [texts.keyChangedThen, ...forgetCommands(parsed.data)] : [])];
  return formatAlarm(error.message, facts, meaning, paper.look, paper.columns());
}

/** How a person forgets the keys that are known, where each of them lies. */
function forgetCommands({ host, known }: z.infer<typeof keyDetailsSchema>): string[] {
  const commands = known.map(({ where }) => {
    const file = where.replace(/:\d+$/, '');
    return basename(file) === 'trust.json'
      ? `hardshell trust remove ${quoted(host)}`
      : `ssh-keygen -R ${quoted(host)} -f ${quoted(file)}`;
  });
  return Array.from(new Set(commands), (command) => `  ${command}`);
}

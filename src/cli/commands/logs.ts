import type { Command } from 'commander';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import { logLevelSchema, type LogLevel } from '../../shared/log-level.ts';
import { logSearchSchema } from '../../shared/log-pattern.ts';
import {
  formatLogLine,
  logSourceSchema,
  MOST_LOG_LINES,
  parseEntry,
  type LogQuery,
  type LogSource,
} from '../../shared/model/log.ts';
import { connected } from '../flow/connecting.ts';
import { findInstance } from '../flow/finding.ts';
import { formatJsonLine } from '../json-lines.ts';
import { neutralise } from '../output/neutralise.ts';
import type { Session } from '../session.ts';
import {
  collectedBy,
  done,
  instanceCommand,
  jsonOption,
  parsedBy,
  readConnectOptions,
  secretsOption,
  type Bind,
  type Outcome,
  type ReachOptions,
} from './command.ts';

const DEFAULT_LINES = 100;
const linesSchema = z
  .string()
  .regex(/^\d+$/, 'It is not a whole number.')
  .transform(Number)
  .refine((lines) => lines <= MOST_LOG_LINES, `At most ${String(MOST_LOG_LINES)} lines.`);

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const WRITE_SO = 'Write a time as 2026-11-21T06:30Z, or how long ago: -2h, -15m, -1d.';

/** A moment of the calendar, or so long before now. Pure. */
export function readMoment(text: string, nowMs: number): string | undefined {
  const ago = /^-?(\d{1,6})([smhd])$/.exec(text);
  if (ago !== null) return new Date(nowMs - Number(ago[1]) * (units[ago[2] ?? ''] ?? 0)).toISOString();
  const ms = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:?\d{2}))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

const momentSchema = z.string().transform((text, context): string => {
  const moment = readMoment(text, Date.now());
  if (moment !== undefined) return moment;
  context.addIssue({ code: 'custom', message: WRITE_SO });
  return z.NEVER;
});

interface LogsOptions extends ReachOptions {
  readonly follow?: boolean;
  readonly lines: number;
  readonly source?: readonly LogSource[];
  readonly since?: string;
  readonly until?: string;
  readonly level?: LogLevel;
  readonly grep?: string;
}

export function logsCommand(bind: Bind): Command {
  return instanceCommand('logs', 'show its logs')
    .description(
      'Shows the logs of the gateway, its service or container, the proxy, our runs and our changes as one, oldest line first. ' +
        'Ctrl-C ends --follow.',
    )
    .option(
      '--source <source>',
      'only this: gateway, service, caddy, installer or audit; may be given again',
      collectedBy(parsedBy(logSourceSchema)),
    )
    .option('--since <time>', 'from then on: 2026-11-21T06:30Z, or -2h', parsedBy(momentSchema))
    .option('--until <time>', 'up to then: 2026-11-21T06:30Z, or -15m', parsedBy(momentSchema))
    .option('--level <level>', 'what is as bad as this or worse: error, warn, info or debug', parsedBy(logLevelSchema))
    .option('--grep <text>', 'lines with these words, or that /a pattern/ fits', parsedBy(logSearchSchema))
    .option('-f, --follow', 'go on with what is written from now on')
    .option('-n, --lines <count>', 'how many lines to begin with (default: 100)', parsedBy(linesSchema), DEFAULT_LINES)
    .addOption(jsonOption())
    .addOption(secretsOption())
    .action(bind(logs));
}

/** @throws AppError `usage.invalid` */
function buildQuery({ follow = false, lines, source, since, until, level, grep }: LogsOptions): LogQuery {
  if (follow && until !== undefined)
    throw new AppError('usage.invalid', {
      message: 'What is followed has no end.',
      hint: 'Leave out --follow or --until.',
    });
  if (since !== undefined && until !== undefined && since > until)
    throw new AppError('usage.invalid', { message: '--since is later than --until.', hint: WRITE_SO });
  return {
    follow,
    lines,
    ...(source === undefined ? {} : { sources: [...new Set(source)] }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(level === undefined ? {} : { level }),
    ...(grep === undefined ? {} : { grep }),
  };
}

async function logs(session: Session, name: string, options: LogsOptions): Promise<Outcome> {
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  await findInstance(core, name);
  const query = buildQuery(options);
  const ending = new AbortController();
  const signal = AbortSignal.any([session.signal, ending.signal]);
  const stream = await connected(session, connect, {
    run: (connecting) => core.instances.logs(name, query, { ...connecting, signal }),
  });
  // Ctrl-C is how a person ends what never ends by itself.
  const forget = session.handleInterrupts(() => {
    ending.abort();
  });
  try {
    const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
    const failed = new Promise<never>((_, reject) => stream.once('error', reject));
    // Whoever waits below is told; a log that ends well leaves nobody waiting.
    failed.catch(() => undefined);
    const close = (): void => {
      lines.close();
      stream.destroy();
    };
    signal.addEventListener('abort', close, { once: true });
    for await (const line of lines) {
      if (session.outputClosed || signal.aborted) break;
      const entry = parseEntry(line);
      if (entry === undefined) continue;
      const written = session.json ? formatJsonLine({ type: 'log', ...entry }) : neutralise(formatLogLine(entry));
      await session.screen.writeRaw(written);
    }
    if (stream.errored !== null && !signal.aborted) throw stream.errored;
    return done();
  } catch (error) {
    if (ending.signal.aborted) return done();
    throw error;
  } finally {
    forget();
    stream.destroy();
  }
}

import type { Command } from 'commander';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { connected } from '../flow/connecting.ts';
import { findInstance } from '../flow/finding.ts';
import { neutralise } from '../output/neutralise.ts';
import type { Session } from '../session.ts';
import {
  done,
  instanceCommand,
  parsedBy,
  readConnectOptions,
  secretsOption,
  type Bind,
  type Outcome,
  type ReachOptions,
} from './command.ts';

const MAX_LINES = 100_000;
const DEFAULT_LINES = 100;
const linesSchema = z
  .string()
  .regex(/^\d+$/, 'It is not a whole number.')
  .transform(Number)
  .refine((lines) => lines <= MAX_LINES, `At most ${String(MAX_LINES)} lines.`);

interface LogsOptions extends ReachOptions {
  readonly follow?: boolean;
  readonly lines: number;
}

export function logsCommand(bind: Bind): Command {
  return instanceCommand('logs', 'show the log of the gateway')
    .description('Shows the log of the gateway, oldest line first. Ctrl-C ends --follow.')
    .option('-f, --follow', 'go on with what is written from now on')
    .option('-n, --lines <count>', 'how many lines to begin with (default: 100)', parsedBy(linesSchema), DEFAULT_LINES)
    .addOption(secretsOption())
    .action(bind(logs));
}

async function logs(session: Session, name: string, options: LogsOptions): Promise<Outcome> {
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  await findInstance(core, name);
  const how = { follow: options.follow === true, lines: options.lines };
  const ending = new AbortController();
  const signal = AbortSignal.any([session.signal, ending.signal]);
  const stream = await connected(session, connect, {
    run: (connecting) => core.instances.logs(name, how, { ...connecting, signal }),
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
      await session.screen.writeRaw(neutralise(line));
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

import { Command, InvalidArgumentError, Option } from 'commander';
import type { z } from 'zod';
import { AppError, exitCodes } from '../../shared/app-error.ts';
import { instanceNameSchema } from '../../shared/model/ids.ts';
import type { ConnectOptions } from '../../core/index.ts';
import type { Answers } from '../json-lines.ts';
import { readSecrets } from '../secrets-input.ts';
import type { Session } from '../session.ts';

/** How a command ended that did not throw. */
export interface Outcome {
  readonly exitCode: number;
  /** What the last line of `--json` says beyond that it went well. */
  readonly answers?: Answers;
  /** What went wrong, where the command has told it itself. */
  readonly error?: AppError;
}

export const done = (answers: Answers = {}): Outcome => ({ exitCode: 0, answers });

/** Somebody who says no has cancelled: what a script has after this one is not to go on. */
export const declined: Outcome = { exitCode: exitCodes.cancelled };

/** What an action of commander is given: its arguments, then its options. */
export type Action<Args extends unknown[]> = (session: Session, ...args: Args) => Promise<Outcome>;

/** Ties actions to the session of this call, and keeps their outcome. */
export type Bind = <Args extends unknown[]>(action: Action<Args>) => (...args: Args) => Promise<void>;

/** Parses an option's or argument's text; commander then names the option in its complaint. */
export function parsedBy<T>(schema: z.ZodType<T>): (text: string) => T {
  return (text) => {
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? '');
  };
}

/** What takes a limit away. */
export const OFF = 'off';
export type Off = typeof OFF;

/** For options whose value may be `off`. */
export function orOff<T>(parse: (text: string) => T): (text: string) => T | Off {
  return (text) => (text === OFF ? OFF : parse(text));
}

/** For options that may be given more than once. */
export function collectedBy<T>(parse: (text: string) => T): (text: string, before: readonly T[] | undefined) => T[] {
  return (text, before) => [...(before ?? []), parse(text)];
}

export const parseName = parsedBy(instanceNameSchema);

export const jsonOption = (): Option => new Option('--json', 'write JSON lines to standard output, and nothing else');
export const secretsOption = (): Option =>
  new Option('--secrets-stdin', 'read passwords and keys from standard input, as one JSON object');

/** A command about one instance. */
export function instanceCommand(name: string, summary: string): Command {
  return new Command(name).summary(summary).argument('<name>', 'name of the instance', parseName);
}

/** The options of a command that connects to where an instance lives. */
export interface ReachOptions {
  readonly secretsStdin?: boolean;
}

export async function readConnectOptions(session: Session, options: ReachOptions): Promise<ConnectOptions> {
  if (options.secretsStdin !== true) return { signal: session.signal };
  return { signal: session.signal, secrets: await readSecrets(session) };
}

/** A word as a person can paste it into a shell. */
export function quoted(name: string): string {
  return /^[\w./-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}

export function usageError(message: string, hint?: string): AppError {
  return new AppError('usage.invalid', hint === undefined ? { message } : { message, hint });
}

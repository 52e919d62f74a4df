import { z } from 'zod';
import { errorCatalogue, type ErrorCode } from './error-catalogue.ts';
import { windowHintOf } from './window-hints.ts';

export type { ErrorCode } from './error-catalogue.ts';

/** What a door does with an error: its exit code on the command line. */
export type ErrorClass = 'failed' | 'usage' | 'refused' | 'cancelled';

export const exitCodes: Readonly<Record<ErrorClass, number>> = {
  failed: 1,
  usage: 2,
  refused: 3,
  cancelled: 130,
};

export const errorReportSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  /** Where the window has other means than the command line, whose words the hint then has. */
  windowHint: z.string().optional(),
  retry: z.boolean(),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** An error as it travels: in events, run logs and replies of a door. It never holds a secret. */
export type ErrorReport = z.infer<typeof errorReportSchema>;

/** What to do, where the command line and the window have other means for it. */
export interface DoorHints {
  readonly command: string;
  readonly window: string;
}

export interface AppErrorOptions {
  /** Replaces the catalogue's sentence where more is known. One plain sentence. */
  readonly message?: string;
  /** Replaces the catalogue's hint. Text alone: it can be done at every door. */
  readonly hint?: string | DoorHints;
  /** Technical detail, shown folded: command, exit code, last lines. Values must be JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Every failure that a person can meet. What is thrown and is not one of these is a bug of ours. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** In the words of the command line. */
  readonly hint: string | undefined;
  /** In those of the window, where they are others. */
  readonly windowHint: string | undefined;
  readonly retry: boolean;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const entry = errorCatalogue[code];
    super(options.message ?? entry.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    const hint = options.hint ?? { command: entry.hint, window: windowHintOf(code) };
    this.hint = typeof hint === 'string' ? hint : hint.command;
    this.windowHint = typeof hint === 'string' ? undefined : hint.window;
    this.retry = entry.retry;
    this.details = options.details;
  }

  get errorClass(): ErrorClass {
    return errorCatalogue[this.code].class;
  }

  get exitCode(): number {
    return exitCodes[this.errorClass];
  }

  toReport(): ErrorReport {
    return {
      code: this.code,
      message: this.message,
      retry: this.retry,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.windowHint === undefined ? {} : { windowHint: this.windowHint }),
      ...(this.details === undefined ? {} : { details: { ...this.details } }),
    };
  }
}

interface HintBearer {
  readonly hint?: string | undefined;
  readonly windowHint?: string | undefined;
}

/** The hint of an error, or of its report, for another one that says the same. Pure. */
export function passHint({ hint, windowHint }: HintBearer): Pick<AppErrorOptions, 'hint'> {
  if (hint === undefined) return {};
  return { hint: windowHint === undefined ? hint : { command: hint, window: windowHint } };
}

export function isAppError(value: unknown, code?: ErrorCode): value is AppError {
  return value instanceof AppError && (code === undefined || value.code === code);
}

/** Turns whatever was thrown into an AppError; what we did not foresee becomes `internal.bug` with its cause. */
export function toAppError(value: unknown): AppError {
  if (value instanceof AppError) return value;
  const text = value instanceof Error ? value.message : String(value);
  return new AppError('internal.bug', { details: { reason: text }, cause: value });
}

import { z } from 'zod';
import { errorCatalogue, type ErrorCode } from './error-catalogue.ts';

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
  retry: z.boolean(),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** An error as it travels: in events, run logs and replies of a door. It never holds a secret. */
export type ErrorReport = z.infer<typeof errorReportSchema>;

export interface AppErrorOptions {
  /** Replaces the catalogue's sentence where more is known. One plain sentence. */
  readonly message?: string;
  /** Replaces the catalogue's hint. */
  readonly hint?: string;
  /** Technical detail, shown folded: command, exit code, last lines. Values must be JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Every failure that a person can meet. What is thrown and is not one of these is a bug of ours. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retry: boolean;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const entry = errorCatalogue[code];
    super(options.message ?? entry.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? entry.hint;
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
      ...(this.details === undefined ? {} : { details: { ...this.details } }),
    };
  }
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

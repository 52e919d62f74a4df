import type { AppError } from '../shared/app-error.ts';
import type { RunSnapshot } from '../shared/model/run.ts';

/** An AppError with what only this door knows about it: the run in which it happened, or another exit code. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly error: AppError;
  readonly exitCode: number;
  readonly run: RunSnapshot | undefined;

  constructor(error: AppError, more: { readonly exitCode?: number; readonly run?: RunSnapshot } = {}) {
    super(error.message, { cause: error });
    this.error = error;
    this.exitCode = more.exitCode ?? error.exitCode;
    this.run = more.run;
  }
}

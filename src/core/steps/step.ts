import type { Check } from '../../shared/model/run.ts';
import type { Fact } from '../facts/fact.ts';
import type { Command } from '../host/command.ts';
import type { ExecOptions, ExecResult } from '../host/exec.ts';
import type { Host } from '../host/host.ts';

export interface CheckContext {
  /** Answers are fresh: nothing has changed the machine since they were given. */
  readonly read: <T>(fact: Fact<T>) => Promise<T>;
  /** For reading and connecting. Changes go through `change`. */
  readonly host: Host;
  readonly signal: AbortSignal;
}

export interface ApplyContext extends CheckContext {
  /**
   * Runs a changing command under the lease, in a process group that whoever takes over can end, with a line in the audit
   * log of the machine. Its output is spoken to the run's log. Any exit code is returned.
   */
  readonly change: (command: Command, options?: ChangeOptions) => Promise<ExecResult>;
  /** As `change`; a non-zero exit becomes an AppError that says what was being done. */
  readonly changeOk: (doing: string, command: Command, options?: ChangeOptions) => Promise<ExecResult>;
  /** A change that we make ourselves, without a command (files of this computer): counted and audited alike. */
  readonly act: <T>(doing: string, work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** A line for the person who watches. */
  readonly note: (line: string) => void;
  readonly progress: (done: number, total: number | undefined, unit: 'bytes' | 'items') => void;
}

export type ChangeOptions = Pick<ExecOptions, 'input' | 'timeoutMs' | 'onLine'> & {
  /** For the audit log, in words. Default: the command. */
  readonly doing?: string;
  /** Output that must not be spoken (it holds a secret, or is not for people). Default false. */
  readonly quiet?: boolean;
  /** Ends the command, beside the run's own signal; its reason is then the error. */
  readonly signal?: AbortSignal;
};

/**
 * One idempotent step: check -> apply -> check. `check` is asked before anything happens (in the preview), again under the
 * lease, and once more after `apply`; a step that is still needed then has failed.
 */
export interface Step {
  readonly id: string;
  /** In the imperative: "Install Node.js 24.21.0". */
  readonly title: string;
  /** What `check` reads: gathered with everybody else's in one round trip. */
  readonly facts: readonly Fact<unknown>[];
  readonly timeoutMs: number;
  check(context: CheckContext): Promise<Check>;
  /** Changes go through `change`, `changeOk` and `act` alone: whoever wants to know them before asks for a rehearsal. */
  apply(context: ApplyContext): Promise<void>;
}

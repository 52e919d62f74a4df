import type { Input, ExecResult } from '../../host/exec.ts';
import type { Process } from '../../host/host.ts';
import type { ApplyContext, CheckContext } from '../step.ts';

type Argv = readonly [string, ...string[]];

/**
 * Where the programs of an instance run, as the account that its state belongs to: on a server, on this computer, or in a
 * container of its image beside its volumes. Paths are as those programs see them. Disposing takes away what was made to get in.
 */
export interface Room extends AsyncDisposable {
  readonly stateDir: string;
  /** Where the copies of the machine lie: beside the state folder, never in it. */
  readonly keepDir: string;
  readonly node: string;
  readonly openclaw: Argv;
  /** Under the lease. Its output is not for people. */
  change(context: ApplyContext, doing: string, argv: Argv, options: RoomOptions): Promise<ExecResult>;
  /** For bytes that stream; the caller ends it. */
  spawn(argv: Argv, signal: AbortSignal): Promise<Process>;
  /** A small file of the state folder, without making anything to get there. Undefined: there is none. */
  readFile(context: CheckContext, path: string): Promise<string | undefined>;
}

export interface RoomOptions {
  readonly timeoutMs: number;
  readonly input?: Input;
}

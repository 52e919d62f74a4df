import { z } from 'zod';
import { installationIdSchema, runIdSchema } from '../../shared/model/ids.ts';
import type { Fact } from '../facts/fact.ts';
import type { Command } from '../host/command.ts';
import type { Process, SpawnOptions } from '../host/host.ts';

/** How long a lease lives without renewal, by the clock of the machine it lies on. */
export const LEASE_SECONDS = 60;
/** How often its holder renews it. */
export const RENEW_EVERY_MS = 10_000;
/** How long a command group that was left behind is given to end before it is killed. */
export const GROUP_GRACE_SECONDS = 10;

export const holderSchema = z.strictObject({
  installation: installationIdSchema,
  run: runIdSchema,
  /** `anna@laptop` */
  who: z.string(),
  /** The plan's reason. */
  why: z.string(),
});
/** Who works on a machine. */
export type Holder = z.infer<typeof holderSchema>;

export type LeaseState =
  { readonly is: 'free' } | { readonly is: 'held'; readonly holder: Holder; readonly secondsLeft: number };

/**
 * The right to change a machine. It lies on the machine, so that two people (or two programs of one person) cannot work on
 * it at once. Disposing releases it; a process that dies leaves it to expire, or to its own installation at once.
 */
export interface Lease extends AsyncDisposable {
  readonly holder: Holder;
  /** Aborted with AppError `lease.lost` when somebody else holds it, or it could not be renewed in time. */
  readonly lost: AbortSignal;
  /**
   * Starts a changing command in a process group of its own whose id is recorded under the lease, and writes the audit line.
   * @throws AppError `lease.lost` when the lease is not ours any more: the command then was not started.
   */
  spawn(command: Command, audit: AuditNote, options?: SpawnOptions): Promise<Process>;
  /** Writes an audit line for a change that needed no command. */
  audit(note: AuditNote): Promise<void>;
}

export interface AuditNote {
  readonly step: string;
  /** What was done, in words or as a formatted command. Never a secret. */
  readonly what: string;
}

export interface LeaseKeeper {
  /** Who holds it, as a fact: read along with everything else that a preview asks. */
  readonly state: Fact<LeaseState>;
  /**
   * Takes the lease. Where a run of the same installation holds it and `isAlive` says that its process is gone, or where it
   * has expired, the command groups it left behind are ended first.
   * @throws AppError `lease.held` with the holder in its details
   */
  acquire(
    holder: Holder,
    options: { readonly isAlive: (run: Holder) => Promise<boolean>; readonly signal?: AbortSignal },
  ): Promise<Lease>;
}

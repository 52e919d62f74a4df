import type { BackupChange } from './backups/backup-api.ts';
import type { UpdateChange } from './updates/update-api.ts';
import type { AppError } from '../shared/app-error.ts';
import type { Suspension } from '../shared/model/guard.ts';
import type { Secret } from '../shared/secret.ts';
import type { Ingress } from '../shared/model/ingress.ts';
import type { SshKeyWish } from '../shared/model/ssh-key.ts';
import type { ResourceLimits } from '../shared/model/resources.ts';

/** Why an instance is stopped for good. */
export type SuspensionReason = Pick<Suspension, 'by' | 'because'>;

/** openclaw.json as a whole, of an instance that does not run, to be put in the place of one that is known by its SHA-256. */
export interface ConfigWrite {
  readonly text: Secret;
  readonly base: string;
}

/** What can be asked of an instance that is there. */
export type Change =
  | { readonly kind: 'limits'; readonly limits: ResourceLimits }
  | { readonly kind: 'ingress'; readonly ingress: Ingress }
  | { readonly kind: 'suspend'; readonly reason: SuspensionReason }
  | { readonly kind: 'resume' }
  | { readonly kind: 'config'; readonly write: ConfigWrite }
  /** Of the checks that are named, what is wrong and can be mended; of the doctor's what was shown, by its digest. */
  | { readonly kind: 'repair'; readonly checks: readonly string[]; readonly shown?: string | undefined }
  | { readonly kind: 'rotate-token' }
  /** A key of this panel's own for the server, and whether that takes passwords. */
  | { readonly kind: 'ssh-key'; readonly wish: SshKeyWish }
  | BackupChange
  | UpdateChange;

/** What is asked of an instance itself, and not of the server that it lives on. */
export type InstanceChange = Exclude<Change, { kind: 'ssh-key' }>;

/** A certificate as a visitor sees it. */
export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** Two thirds of its life are over, and there is still no newer one: renewal does not work. */
  readonly isOverdue: boolean;
}

export interface IngressStatus {
  /** `https://claw.example.com`; undefined: nothing but a tunnel. */
  readonly url?: string;
  readonly certificate?: Certificate;
  /** Whether requests are limited by their number, or (without the module for it) by connections alone. */
  readonly limitedBy?: 'rate' | 'connections';
  /** Why it cannot be reached the way it should. */
  readonly problem?: AppError;
}

export interface ExposureFinding {
  readonly id: string;
  readonly title: string;
  /** `warn`: open, and not of our making. `bad`: open, and should not be. */
  readonly level: 'ok' | 'warn' | 'bad';
  readonly because: string;
  /** What closes it, in words or as a command to type. */
  readonly fix?: string;
}

export interface ExposureReport {
  /** When it was looked at, RFC 3339. */
  readonly at: string;
  /** "Only this computer", "Whoever has the address and signs in". */
  readonly reachableFrom: string;
  readonly findings: readonly ExposureFinding[];
}

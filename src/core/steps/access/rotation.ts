import type { Duplex } from 'node:stream';
import type { Secret } from '../../../shared/secret.ts';
import type { ClientIdentity } from '../../openclaw/health.ts';
import type { ApplyContext, CheckContext } from '../step.ts';

/** Where this installation keeps the tokens of a change that is under way. */
export interface TokenRotation {
  /** `next`: made, and not in force yet. `former`: it was in force until now, and may still be. Never both. */
  read(): Promise<{ readonly token?: Secret; readonly next?: Secret; readonly former?: Secret }>;
  prepare(token: Secret): Promise<void>;
  /** The next one is the token from now on. */
  promote(): Promise<void>;
  /** The former one is forgotten for good. */
  finish(): Promise<void>;
}

/** The gateway of one instance, for whoever tries a token on it. */
export interface TokenDoor {
  readonly client: ClientIdentity;
  readonly port: () => number;
  connect(context: CheckContext, signal: AbortSignal): Promise<Duplex>;
  /** For a gateway that does not follow its openclaw.json by itself. */
  restart(context: ApplyContext): Promise<void>;
}

/** Files beside openclaw.json that name the token too. The gateway goes by openclaw.json; other programs there go by these. */
export interface TokenCopies {
  read(context: CheckContext): Promise<readonly TokenCopy[]>;
  /** @returns those that cannot be written, and name what they named before */
  write(context: ApplyContext, token: Secret): Promise<readonly string[]>;
}

export interface TokenCopy {
  readonly path: string;
  /** SHA-256 of what it says, in hex: the tokens themselves stay where they are. */
  readonly digests: readonly string[];
}

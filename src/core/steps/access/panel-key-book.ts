import type { Secret } from '../../../shared/secret.ts';

export interface KnownPanelKey {
  /** The public half, as it stands in authorized_keys. */
  readonly line: string;
  /** Undefined: the secret store does not have it any more. */
  readonly secret: Secret | undefined;
  /** Since when it is signed in with. */
  readonly provenAt?: string;
  readonly passwordsOffAt?: string;
}

/** Where this installation keeps its key for one login. */
export interface PanelKeyBook {
  read(): Promise<KnownPanelKey | undefined>;
  make(): Promise<void>;
  /** From now on it is signed in with. */
  use(): Promise<void>;
  /** From now on it is not. */
  retire(): Promise<void>;
  notePasswords(are: 'off' | 'on'): Promise<void>;
  forget(): Promise<void>;
}

/** The SSH server of a login, for whoever tries a way in. Each answer is a connection of its own, with its host key checked as always. */
export interface SshDoor {
  /** The account that a run has come in as. */
  readonly user: string;
  /** With this key alone. Hands back the account. @throws AppError `host.*` */
  signInWith(key: Secret, signal: AbortSignal): Promise<string>;
  /** With all that this computer and the person have, but for the key that this panel made. @throws AppError `host.*` */
  signInOtherwise(signal: AbortSignal): Promise<string>;
  /** What the server says it takes: `publickey`, `password`. */
  listMethods(signal: AbortSignal): Promise<readonly string[]>;
}

import { z } from 'zod';
import type { Secret } from '../../shared/secret.ts';
import type { SecretRef } from '../../shared/model/instance.ts';

/** What every store takes for a name, so that no store alone finds out that another would not have. */
export const secretNameSchema = z.string().regex(/^[a-z][a-z0-9./-]{0,199}$/);

/** Where new secrets go, in words that a person is told. */
export interface SecretBackend {
  readonly backend: SecretRef['backend'];
  /** `weak`: whoever can read this account's files can read the secrets too. */
  readonly strength: 'strong' | 'weak';
  readonly description: string;
}

/**
 * Where secrets are kept between runs. Every method may reject with
 * - `secrets.locked`: the backend is there, but needs to be unlocked, or wants the right passphrase;
 * - `secrets.unavailable`: the backend that holds this secret cannot be reached from here;
 * - `secrets.exposed`: a key or passphrase lies open to other accounts;
 * - `secrets.damaged`: the vault was changed by somebody else, or is broken; it is left as it is.
 * None of them falls back to another backend: that would end in two secrets for one thing.
 */
export interface SecretStore {
  /** @throws AppError `secrets.missing` when its backend answers, and does not have it */
  get(ref: SecretRef): Promise<Secret>;
  /**
   * Keeps a secret under a name that no other secret has (`gateway-token/i-…`). Replaces the one that is there. What people spell
   * (servers, accounts) is no name: a hash of it is. Any other name than `secretNameSchema` says is a bug, and rejects as one.
   * @param known under which the name is known already: it stays where it lies, or the call rejects
   */
  put(name: string, secret: Secret, known?: SecretRef): Promise<SecretRef>;
  /** Whether it was there. */
  remove(ref: SecretRef): Promise<boolean>;
  /** Finds out where a new secret would go. */
  backend(): Promise<SecretBackend>;
}

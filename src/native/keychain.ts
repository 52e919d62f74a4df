import { AppError, type ErrorCode } from '../shared/app-error.ts';
import { Secret } from '../shared/secret.ts';
import type { Keychain } from '../core/index.ts';
import { loadNative } from './load-native.ts';

/** Under which the operating system's own tools show our secrets. */
export const SERVICE = 'Hardshell';

/** A keychain may ask the person for a password; one without a session never answers at all. */
const ANSWER_TIMEOUT_MS = 60_000;

/** What we use of keytar. It is an optional dependency, so that its types may be missing as well. */
export interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

/**
 * The operating system's keychain: Secret Service, macOS' Keychain, Windows' Credential Manager. Undefined where the native
 * module was not installed or does not load (libsecret is missing). Asks the keychain itself nothing yet.
 */
export async function openKeychain(load = (): Promise<Keytar> => loadNative('keytar')): Promise<Keychain | undefined> {
  try {
    return createKeychain(await load());
  } catch {
    return undefined;
  }
}

/**
 * Waiting for an answer ends after `timeoutMs`; the call in the native module can not be ended, and keeps a process from
 * ending by itself as long as it lasts.
 */
export function createKeychain(keytar: Keytar, timeoutMs: number = ANSWER_TIMEOUT_MS): Keychain {
  const ask = <T>(question: Promise<T>): Promise<T> => answerOf(question, timeoutMs);

  /** libsecret passes over what lies in a locked collection as if it were not there; only writing tells. */
  async function expectUnlocked(): Promise<void> {
    const probe = `probe-${crypto.randomUUID()}`;
    await ask(keytar.setPassword(SERVICE, probe, probe));
    await ask(keytar.deletePassword(SERVICE, probe));
  }

  return {
    async get(account) {
      const value = await ask(keytar.getPassword(SERVICE, account));
      if (value !== null) return new Secret(value);
      await expectUnlocked();
      return undefined;
    },
    async set(account, value) {
      await ask(keytar.setPassword(SERVICE, account, value.reveal()));
    },
    async delete(account) {
      const wasThere = await ask(keytar.deletePassword(SERVICE, account));
      if (!wasThere) await expectUnlocked();
      return wasThere;
    },
  };
}

async function answerOf<T>(question: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new AppError('secrets.unavailable', {
          message: 'The keychain of this computer does not answer.',
          details: { timeoutMs },
        }),
      );
    }, timeoutMs);
  });
  try {
    return await Promise.race([question, late]);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(classify(reason), { details: { reason }, cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Words of libsecret (locked collection, dismissed prompt) and of macOS (errSecInteractionNotAllowed, errSecAuthFailed,
 * errSecUserCanceled). Everything else means that there is no keychain that works: no bus, no service, no collection.
 */
const LOCKED = /\blocked\b|dismissed|interaction is not allowed|passphrase you entered is not correct|user cancel/i;

function classify(reason: string): ErrorCode {
  return LOCKED.test(reason) ? 'secrets.locked' : 'secrets.unavailable';
}

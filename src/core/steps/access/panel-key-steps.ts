import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, isAppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Secret } from '../../../shared/secret.ts';
import type { Step } from '../step.ts';
import type { PanelKeyBook, SshDoor } from './panel-key-book.ts';

const LOGIN_TIMEOUT_MS = 2 * 60_000;
/** An sshd that reads its configuration again does not listen for a moment. */
const AWAY_MS = 10_000;
const TRY_EVERY_MS = 300;

export function keyPairStep(book: PanelKeyBook): Step {
  return {
    id: 'key-pair',
    title: 'Make a key of this panel, and keep it in the secret store',
    facts: [],
    timeoutMs: 60_000,
    async check() {
      const known = await book.read();
      if (known === undefined) return needed('there is none for this login');
      return known.secret === undefined ? needed('the secret store lost it') : satisfied('it is there');
    },
    async apply({ act }) {
      await act('Making a key and keeping it in the secret store', () => book.make());
    },
  };
}

/** A login of its own with this key and nothing else; only then is it what this panel comes with. */
export function proveKeyStep(book: PanelKeyBook, door: SshDoor): Step {
  return {
    id: 'prove-key',
    title: 'Sign in with this key alone, and use it from now on',
    facts: [],
    timeoutMs: LOGIN_TIMEOUT_MS,
    async check({ signal }) {
      const known = await book.read();
      if (known?.secret === undefined) return needed('there is no key yet');
      if (known.provenAt === undefined) return needed('nobody has signed in with it yet');
      try {
        await enterWith(door, known.secret, signal);
        return satisfied('the server lets it in');
      } catch (error) {
        if (!isAppError(error, 'ssh-key.refused')) throw error;
        return needed('the server does not let it in');
      }
    },
    async apply({ act, signal }) {
      const secret = (await book.read())?.secret;
      if (secret === undefined) throw new AppError('ssh-key.missing');
      await act('Signing in with the key alone', () => enterWith(door, secret, signal));
      await act('Using the key from now on', () => book.use());
    },
  };
}

/** @throws AppError `ssh-key.refused`, `ssh-key.other-account`, `host.*` */
export async function enterWith(door: SshDoor, key: Secret, signal: AbortSignal): Promise<void> {
  let account: string;
  try {
    account = await whileAway(signal, () => door.signInWith(key, signal));
  } catch (error) {
    throw isAppError(error, 'host.auth-failed') ? refusal(error) : error;
  }
  if (account !== door.user)
    throw new AppError('ssh-key.other-account', { details: { expected: door.user, found: account } });
}

function refusal(cause: AppError): AppError {
  return new AppError('ssh-key.refused', { details: { ...cause.details, because: cause.message }, cause });
}

/** Asks again for as long as a server that reads its configuration anew may need. */
export async function whileAway<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const begunMs = performance.now();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!isAppError(error, 'host.unreachable') || performance.now() - begunMs > AWAY_MS) throw error;
      await sleep(TRY_EVERY_MS, undefined, { signal });
    }
  }
}

/** Before a key is taken away: this computer gets in without it. */
export function otherWayStep(book: PanelKeyBook, door: SshDoor): Step {
  const enter = async (signal: AbortSignal): Promise<string | undefined> => {
    try {
      const account = await whileAway(signal, () => door.signInOtherwise(signal));
      return account === door.user ? undefined : `it leads to ${account}`;
    } catch (error) {
      signal.throwIfAborted();
      if (isAppError(error, 'host.auth-failed') || isAppError(error, 'host.identity-unusable')) return error.message;
      if (isAppError(error, 'host.agent-unavailable')) return error.message;
      throw error;
    }
  };
  return {
    id: 'other-way',
    title: 'Sign in without the key of this panel',
    facts: [],
    timeoutMs: LOGIN_TIMEOUT_MS,
    async check({ signal }) {
      // Gone already: nobody loses a way in.
      if ((await book.read()) === undefined) return satisfied('there is no key of this panel');
      const because = await enter(signal);
      return because === undefined ? satisfied('there is another way in') : needed(because);
    },
    async apply({ signal }) {
      const because = await enter(signal);
      if (because !== undefined) throw new AppError('ssh-key.only-way', { details: { because } });
    },
  };
}

/** The end of a key: seen refused, then forgotten. */
export function forgetKeyStep(book: PanelKeyBook, door: SshDoor): Step {
  return {
    id: 'forget-key',
    title: 'See the key refused, and forget it',
    facts: [],
    timeoutMs: LOGIN_TIMEOUT_MS,
    async check() {
      return (await book.read()) === undefined ? satisfied('it is forgotten') : needed('it is kept still');
    },
    async apply({ act, signal }) {
      const secret = (await book.read())?.secret;
      if (secret !== undefined && (await isTaken(door, secret, signal))) throw new AppError('ssh-key.still-taken');
      await act('Forgetting the key', () => book.forget());
    },
  };
}

async function isTaken(door: SshDoor, key: Secret, signal: AbortSignal): Promise<boolean> {
  try {
    await enterWith(door, key, signal);
    return true;
  } catch (error) {
    if (isAppError(error, 'ssh-key.refused')) return false;
    if (isAppError(error, 'ssh-key.other-account')) return true;
    throw error;
  }
}

import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, isAppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { Secret } from '../../../shared/secret.ts';
import { planTokenPatch, type ConfigPatch } from '../../openclaw/config-patch.ts';
import { tryToken } from '../../openclaw/try-token.ts';
import type { ApplyContext, CheckContext, Step } from '../step.ts';
import type { TokenCopies, TokenDoor, TokenRotation } from './rotation.ts';

/** Bytes of randomness in a token: beyond guessing, and what OpenClaw itself uses. */
const TOKEN_BYTES = 32;
/** A gateway follows its openclaw.json within two seconds; a machine that is busy gets more. */
const HOT_MS = 30_000;
/** A gateway takes 12 s to start on an idle machine, minutes on one that swaps. */
const READY_MS = 5 * 60_000;
const TRY_EVERY_MS = 500;

const ask = (
  door: TokenDoor,
  context: CheckContext,
  token: Secret,
  signal: AbortSignal,
): Promise<'taken' | 'refused'> =>
  tryToken({
    connect: (limit) => door.connect(context, limit),
    port: door.port(),
    client: door.client,
    token,
    signal,
  });

/** Nothing is changed at a gateway that could not be seen to refuse the old token. */
export function tokenInForceStep(door: TokenDoor, rotation: TokenRotation): Step {
  const isTaken = async (context: CheckContext): Promise<boolean> => {
    const { token, next, former } = await rotation.read();
    // A gateway follows its file a moment later: a run that was cut short there finds the former one in force still.
    for (const one of [token, next, former])
      if (one !== undefined && (await ask(door, context, one, context.signal)) === 'taken') return true;
    return false;
  };
  return {
    id: 'sign-in',
    title: 'Sign in to the gateway',
    facts: [],
    timeoutMs: 2 * 60_000,
    async check(context) {
      try {
        return (await isTaken(context))
          ? satisfied('the gateway takes our token')
          : needed('it does not take our token');
      } catch (error) {
        context.signal.throwIfAborted();
        if (!isAppError(error)) throw error;
        return needed(`the gateway does not answer: ${error.message}`);
      }
    },
    async apply(context) {
      if (!(await isTaken(context))) throw new AppError('gateway.auth');
    },
  };
}

/** A change that was cut short once its token was in force: nothing of it is left to do, and it made no token for today. */
export function formerChangeStep(door: TokenDoor, rotation: TokenRotation): Step {
  const readFar = async (context: CheckContext): Promise<'in force' | 'open' | 'ended'> => {
    const { next, former } = await rotation.read();
    if (next !== undefined) return (await ask(door, context, next, context.signal)) === 'taken' ? 'in force' : 'open';
    if (former === undefined) return 'ended';
    return (await ask(door, context, former, context.signal)) === 'refused' ? 'in force' : 'open';
  };
  return {
    id: 'former-change',
    title: 'End the change that was cut short',
    facts: [],
    timeoutMs: 2 * 60_000,
    async check(context) {
      try {
        const far = await readFar(context);
        if (far === 'ended') return satisfied('none is open');
        if (far === 'open') return satisfied('its token was never in force: this change goes on with it');
        return needed('its token is in force already: a newer one is made after that');
      } catch (error) {
        context.signal.throwIfAborted();
        // The step before tells of a gateway that does not answer.
        if (!isAppError(error)) throw error;
        return satisfied('how far it came cannot be seen');
      }
    },
    async apply({ act }) {
      await act('Forgetting the token before', async () => {
        if ((await rotation.read()).next !== undefined) await rotation.promote();
        await rotation.finish();
      });
    },
  };
}

export function newTokenStep(rotation: TokenRotation): Step {
  return {
    id: 'new-token',
    title: 'Make a new token and keep it in the secret store',
    facts: [],
    timeoutMs: 60_000,
    async check() {
      const { next, former } = await rotation.read();
      if (next !== undefined) return satisfied('a new token is kept already');
      if (former !== undefined) return satisfied('the new token is in force already');
      return needed('there is no new token yet');
    },
    async apply({ act }) {
      const token = new Secret(randomBytes(TOKEN_BYTES).toString('hex'));
      await act('Keeping the new token in the secret store', () => rotation.prepare(token));
    },
  };
}

/** What openclaw.json is to say: the new token, as soon as there is one. */
export function planNewToken(rotation: TokenRotation): (text: string | undefined) => Promise<ConfigPatch> {
  return async (text) => {
    const { token, next, former } = await rotation.read();
    const wanted = next ?? (former === undefined ? undefined : token);
    // Before there is a new one any other will do to see what would change.
    return planTokenPatch(text, wanted ?? new Secret('0'.repeat(2 * TOKEN_BYTES)));
  };
}

/** The moment in which the new token is in force is the one in which it becomes ours. @param write puts what `planNewToken` plans in place */
export function tokenConfigStep(write: Step, rotation: TokenRotation): Step {
  return {
    ...write,
    title: 'Write the new token into openclaw.json',
    async check(context) {
      const { former } = await rotation.read();
      // Also of one that the file says already: the store has still to follow.
      return former === undefined ? needed('openclaw.json holds the old token') : write.check(context);
    },
    async apply(context) {
      await write.apply(context);
      const { next } = await rotation.read();
      if (next !== undefined) await context.act('Keeping the new token as the one in force', () => rotation.promote());
    },
  };
}

/** @param left where files are put down that cannot be written: they keep nobody from seeing the old token dead */
export function tokenCopiesStep(copies: TokenCopies, rotation: TokenRotation, left: Set<string>): Step {
  return {
    id: 'copies',
    title: 'Write the new token wherever else it is named',
    facts: [],
    timeoutMs: 2 * 60_000,
    async check(context) {
      const found = await copies.read(context);
      const { token, former } = await rotation.read();
      const wanted =
        former === undefined || token === undefined ? '' : createHash('sha256').update(token.reveal()).digest('hex');
      const stale = found.filter(({ path, digests }) => !left.has(path) && digests.some((digest) => digest !== wanted));
      if (stale.length > 0) return needed(`it is named in ${stale.map(({ path }) => path).join(', ')}`);
      if (left.size > 0) return satisfied(`everything names the new one, but for ${[...left].join(', ')}`);
      return satisfied(found.length === 0 ? 'nothing else names it' : 'everything names the new one');
    },
    async apply(context) {
      const { token } = await rotation.read();
      if (token === undefined) return;
      left.clear();
      for (const path of await copies.write(context, token)) {
        left.add(path);
        context.note(`${path} cannot be written: it names the old token still.`);
      }
    },
  };
}

/** Comes last: what is left over is told, and the old token is dead all the same. */
export function leftOverStep(left: ReadonlySet<string>): Step {
  return {
    id: 'left-over',
    title: 'See that nothing names the old token',
    facts: [],
    timeoutMs: 60_000,
    check: () =>
      Promise.resolve(
        left.size === 0 ? satisfied('nothing is left over') : needed(`${[...left].join(', ')} cannot be written`),
      ),
    apply() {
      const files = [...left];
      const message = `The token is changed, but the old one is still named in ${files.join(', ')}.`;
      return Promise.reject(new AppError('token.left-over', { message, details: { files } }));
    },
  };
}

/** The old token tried until it is refused, the new one until it is taken; only then is the old one forgotten. */
export function deadTokenStep(door: TokenDoor, rotation: TokenRotation): Step {
  let isDone = false;
  return {
    id: 'proof',
    title: 'See the old token refused and the new one taken',
    facts: [],
    timeoutMs: HOT_MS + 2 * READY_MS,
    async check() {
      if (isDone) return satisfied('the old token is refused, the new one taken');
      const { former } = await rotation.read();
      return needed(former === undefined ? 'the old token is in force' : 'the old token has not been seen refused yet');
    },
    async apply(context) {
      const { token, former } = await rotation.read();
      await context.act('Trying both tokens', async (signal) => {
        if (former !== undefined) await waitUntilRefused(door, context, former, signal);
        if (token === undefined) throw new AppError('secrets.missing');
        await waitUntilTaken(door, context, token, signal);
        await rotation.finish();
        isDone = true;
      });
    },
  };
}

async function waitUntilRefused(
  door: TokenDoor,
  context: ApplyContext,
  former: Secret,
  signal: AbortSignal,
): Promise<void> {
  const begunMs = performance.now();
  let restartedMs: number | undefined;
  for (;;) {
    const verdict = await askAnswering(door, context, former, signal);
    if (verdict === 'refused') {
      context.note(`The old token is refused, ${((performance.now() - begunMs) / 1000).toFixed(1)} s later.`);
      return;
    }
    if (restartedMs === undefined && verdict === 'taken' && performance.now() - begunMs > HOT_MS) {
      context.note('The gateway does not follow its openclaw.json: it is restarted.');
      await door.restart(context);
      restartedMs = performance.now();
    }
    if (performance.now() - (restartedMs ?? begunMs) > READY_MS) {
      if (verdict === 'taken') throw new AppError('token.alive');
      throw new AppError('gateway.unreachable');
    }
    await sleep(TRY_EVERY_MS, undefined, { signal });
  }
}

/** Once: a new token that is refused stays refused, and each try counts there. */
async function waitUntilTaken(
  door: TokenDoor,
  context: ApplyContext,
  token: Secret,
  signal: AbortSignal,
): Promise<void> {
  const begunMs = performance.now();
  for (;;) {
    const verdict = await askAnswering(door, context, token, signal);
    if (verdict === 'taken') return;
    if (verdict === 'refused') throw new AppError('gateway.auth');
    if (performance.now() - begunMs > READY_MS) throw new AppError('gateway.unreachable');
    await sleep(TRY_EVERY_MS, undefined, { signal });
  }
}

/** Undefined: nobody answers in this moment, as while a gateway restarts. */
async function askAnswering(
  door: TokenDoor,
  context: CheckContext,
  token: Secret,
  signal: AbortSignal,
): Promise<'taken' | 'refused' | undefined> {
  try {
    return await ask(door, context, token, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (isAppError(error, 'gateway.unreachable') || isAppError(error, 'host.port-closed')) return undefined;
    throw error;
  }
}

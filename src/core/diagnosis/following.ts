import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../shared/app-error.ts';
import { needed, satisfied } from '../../shared/model/run.ts';
import type { Step } from '../steps/step.ts';
import type { Evidence } from './evidence.ts';
import type { Ward } from './ward.ts';

/*
 * A gateway whose openclaw.json changes while it starts gives up for good (exit code 78: "refusing to report the gateway ready").
 * So nothing is written before it has come up, and what it makes of the change is waited for.
 */

const SETTLE_MS = 2 * 60_000;
const FOLLOW_MS = 5 * 60_000;
/** It looks at its file every two seconds, and its unit waits five before it starts again. */
const FIRST_LOOK_MS = 8_000;
const LOOK_EVERY_MS = 1_000;

export interface FollowPace {
  readonly firstLookMs: number;
  readonly lookEveryMs: number;
}

const UP: ReadonlySet<string> = new Set([
  'active',
  'activating',
  'reloading',
  'running',
  'starting',
  'restarting',
  'waiting',
]);

/** Whether it runs, or is about to by itself. Pure. */
export function isUp({ server, container, supervised }: Evidence): boolean {
  return UP.has(server?.unit.activeState ?? container?.found?.state ?? supervised?.state ?? '');
}

/** Before the first writing step. Whatever keeps it from coming up may be what is about to be mended: that is no failure. */
export function settledStep(ward: Ward, ready: Step): Step {
  let hasWaited = false;
  return {
    id: 'settled',
    title: 'Let the gateway come up first',
    facts: [],
    timeoutMs: SETTLE_MS + 30_000,
    async check(context) {
      if (hasWaited) return satisfied('it was given time');
      if (!isUp(await ward.read(context.signal))) return satisfied('the gateway does not run');
      try {
        return (await ready.check(context)).is === 'satisfied' ? satisfied('it is up') : needed('it is starting');
      } catch {
        // A token that it refuses is one of the things that are mended.
        context.signal.throwIfAborted();
        return satisfied('it answers, though not to us');
      }
    },
    async apply(context) {
      const limit = AbortSignal.any([context.signal, AbortSignal.timeout(SETTLE_MS)]);
      try {
        await ready.apply({ ...context, signal: limit });
      } catch {
        // it does not come up: see above
        context.signal.throwIfAborted();
      }
      hasWaited = true;
    },
  };
}

/** After the last writing step of one that ran: it runs again, started once more where it gave up. */
export function followedStep(
  ward: Ward,
  ready: Step,
  pace: FollowPace = { firstLookMs: FIRST_LOOK_MS, lookEveryMs: LOOK_EVERY_MS },
): Step {
  let hasFollowed = false;
  return {
    id: 'followed',
    title: 'See the gateway take it up',
    facts: [],
    timeoutMs: FOLLOW_MS + 60_000,
    check: () => Promise.resolve(hasFollowed ? satisfied('the gateway serves') : needed('it has to follow its file')),
    async apply(context) {
      const { signal, note } = context;
      const endAt = Date.now() + FOLLOW_MS;
      let isStarted = false;
      const serves = async (): Promise<boolean> => {
        try {
          return (await ready.check(context)).is === 'satisfied';
        } catch (error) {
          signal.throwIfAborted();
          // Until it has followed its file it may refuse what the file says.
          if (Date.now() > endAt) throw error;
          return false;
        }
      };
      await sleep(pace.firstLookMs, undefined, { signal });
      while (!hasFollowed) {
        if (!isUp(await ward.read(signal))) {
          if (isStarted) throw new AppError('gateway.not-ready', { message: 'The gateway does not come up again.' });
          note('it gave up, and is started once more');
          for (const step of ward.applies.start ?? []) await step.apply(context);
          isStarted = true;
        } else if (await serves()) hasFollowed = true;
        else if (Date.now() > endAt)
          throw new AppError('gateway.not-ready', { message: 'The gateway does not answer yet.' });
        if (!hasFollowed) await sleep(pace.lookEveryMs, undefined, { signal });
      }
    },
  };
}

import { describe, expect, it } from 'vitest';
import { MAX_SESSIONS, SessionLimit } from './session-limit.ts';

const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let done = false;
  promise.then(
    () => (done = true),
    () => (done = true),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return done;
};

async function fill(limit: SessionLimit, count = MAX_SESSIONS): Promise<void> {
  for (let index = 0; index < count; index += 1) await limit.enter();
}

describe('the limit of sessions', () => {
  it('lets the next one in when one leaves, in the order in which they came', async () => {
    const limit = new SessionLimit();
    await fill(limit);
    const order: string[] = [];
    const first = limit.enter().then(() => order.push('first'));
    const second = limit.enter().then(() => order.push('second'));
    expect(await settled(first)).toBe(false);
    limit.leave();
    await first;
    expect(order).toEqual(['first']);
    limit.leave();
    await second;
    expect(order).toEqual(['first', 'second']);
    expect(limit.open).toBe(MAX_SESSIONS);
  });

  it('forgets who no longer waits', async () => {
    const limit = new SessionLimit();
    await fill(limit);
    const stop = new AbortController();
    const reason = new Error('enough');
    const gone = limit.enter(undefined, stop.signal);
    const stays = limit.enter(stop.signal.aborted ? stop.signal : undefined);
    stop.abort(reason);
    await expect(gone).rejects.toBe(reason);
    limit.leave();
    await stays;
    expect(limit.open).toBe(MAX_SESSIONS);
  });

  it('goes down to what the server allows, but never to none', async () => {
    const limit = new SessionLimit();
    await fill(limit, 3);
    limit.lower();
    limit.leave();
    const next = limit.enter();
    expect(await settled(next)).toBe(false);
    limit.leave();
    await next;
    limit.leave();
    limit.leave();
    await limit.enter();
    limit.lower();
    limit.leave();
    await limit.enter();
    expect(limit.open).toBe(1);
    expect(await settled(limit.enter())).toBe(false);
  });
});

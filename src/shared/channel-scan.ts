import type { ChannelLogin } from './model/channels.ts';

/** A wait for a scan lasts longer; what comes sooner without a code is the end of it. */
const GIVEN_UP_MS = 5_000;

export interface ScanSteps {
  readonly begin: () => Promise<ChannelLogin>;
  /** Waits for the scan, or for the next code. */
  readonly wait: (before: ChannelLogin) => Promise<ChannelLogin>;
  /** Whoever looked at the code is gone. */
  readonly isOver: () => boolean;
  readonly nowMs: () => number;
}

/**
 * The codes of a login one after another, each of which is good for some seconds, and at last how it ended: connected, or without a
 * code. A code that is still good is not told again.
 */
export async function* followScan({ begin, wait, isOver, nowMs }: ScanSteps): AsyncGenerator<ChannelLogin> {
  let now = await begin();
  yield now;
  while (!isOver() && !now.connected && now.qr !== undefined) {
    const askedMs = nowMs();
    const next = await wait(now);
    // Who is still waiting for a scan answers late: one that has nothing at once has given the code up.
    const isGivenUp = !next.connected && next.qr === undefined && nowMs() - askedMs < GIVEN_UP_MS;
    if (isGivenUp || next.connected) {
      yield { connected: next.connected, says: next.says };
      return;
    }
    const isNew = next.qr !== undefined && next.qr !== now.qr;
    now = { ...now, ...next };
    if (isNew) yield now;
  }
}

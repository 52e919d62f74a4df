import type { ClientChannel } from 'ssh2';

/**
 * What a server may send of a terminal before somebody has read it: as much is still shown after a Ctrl-C. At 100 ms to the server
 * it is 640 kB/s, more than anybody reads.
 */
const WINDOW_BYTES = 64 * 1024;

/** The part of ssh2's channel that its types leave out. */
interface ChannelInside {
  readonly incoming: { window: number };
  readonly outgoing: { readonly id: number; readonly state: string };
  readonly _client: { readonly _protocol: { channelWindowAdjust(channelId: number, bytes: number): void } };
}

/**
 * Holds a terminal to a small window. ssh2 has one size for every channel, two megabytes, and grants more as soon as something has
 * arrived; here more is granted when it has been read. What ssh2 has granted at the beginning is used up first.
 * @returns to be called with what was read
 */
export function limitWindow(channel: ClientChannel): (bytes: number) => void {
  const inside = channel as unknown as ChannelInside;
  let granted = inside.incoming.window;
  // ssh2 never comes to the point where it grants more.
  inside.incoming.window = Number.POSITIVE_INFINITY;
  return (bytes) => {
    granted -= bytes;
    if (granted > WINDOW_BYTES / 2 || inside.outgoing.state === 'closed') return;
    inside._client._protocol.channelWindowAdjust(inside.outgoing.id, WINDOW_BYTES - granted);
    granted = WINDOW_BYTES;
  };
}

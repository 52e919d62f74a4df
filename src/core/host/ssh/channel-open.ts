import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { wrapConnection } from './ssh-channel.ts';

/** Reason codes of SSH_MSG_CHANNEL_OPEN_FAILURE (RFC 4254, 5.1). */
const ADMINISTRATIVELY_PROHIBITED = 1;
const UNKNOWN_CHANNEL_TYPE = 3;

export type Opened =
  | { readonly is: 'open'; readonly stream: Duplex }
  /** The server does not allow it. */
  | { readonly is: 'denied'; readonly reason: string }
  /** Nothing answers there. */
  | { readonly is: 'closed'; readonly reason: string };

/** Connects to a port as seen from the server. */
export function openTcpChannel(client: Client, to: { readonly host: string; readonly port: number }): Promise<Opened> {
  return open((callback) => void client.forwardOut('127.0.0.1', 0, to.host, to.port, callback));
}

/** Connects to a socket file of the server. */
export function openSocketChannel(client: Client, socketPath: string): Promise<Opened> {
  return open((callback) => void client.openssh_forwardOutStreamLocal(socketPath, callback));
}

type Callback = (error: Error | undefined, channel: ClientChannel) => void;

function open(start: (callback: Callback) => void): Promise<Opened> {
  return new Promise((resolve) => {
    const fail = (error: unknown): void => {
      const reason = error instanceof Error ? error.message : String(error);
      const code = error instanceof Error && 'reason' in error ? error.reason : undefined;
      // What the library does not even ask for at other servers than OpenSSH's is as good as denied.
      const denied =
        code === ADMINISTRATIVELY_PROHIBITED || code === UNKNOWN_CHANNEL_TYPE || reason.startsWith('strictVendor');
      resolve({ is: denied ? 'denied' : 'closed', reason });
    };
    try {
      start((error, channel) => {
        if (error === undefined) resolve({ is: 'open', stream: wrapConnection(channel) });
        else fail(error);
      });
    } catch (error) {
      fail(error);
    }
  });
}

import type { Transport, TransportListener } from './transport.ts';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** The door closes with this code where the cookie is not (or no longer) one of its sessions. */
const POLICY_VIOLATION = 1008;

/** The browser: a WebSocket that comes back by itself, later and later. */
export function createSocketTransport(url: string): Transport {
  let listener: TransportListener | undefined;
  let socket: WebSocket | undefined;
  let waitMs = FIRST_WAIT_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = (): void => {
    timer = undefined;
    const opened = new WebSocket(url);
    opened.binaryType = 'arraybuffer';
    socket = opened;
    opened.addEventListener('open', () => {
      waitMs = FIRST_WAIT_MS;
      listener?.onConnection('connected');
    });
    opened.addEventListener('message', (event: MessageEvent<string | ArrayBuffer>) => {
      if (typeof event.data === 'string') listener?.onMessage(parseJson(event.data));
      else listener?.onFrame(new Uint8Array(event.data));
    });
    opened.addEventListener('close', (event) => {
      if (socket !== opened) return;
      socket = undefined;
      if (event.code === POLICY_VIOLATION) {
        listener?.onConnection('signed-out');
        return;
      }
      listener?.onConnection('lost');
      timer = setTimeout(open, waitMs);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    });
  };

  return {
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    sendFrame(frame) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(new Uint8Array(frame));
      return true;
    },
    listen(heard) {
      listener = heard;
      open();
    },
    reconnect() {
      if (timer === undefined) return;
      clearTimeout(timer);
      waitMs = FIRST_WAIT_MS;
      open();
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // the client refuses what is not a message of the door
    return undefined;
  }
}

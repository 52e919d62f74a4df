import type { WebSocket } from 'ws';
import type { Panel } from '../panel/index.ts';

/** A browser that reads nothing for so long is let go: it asks for everything when it comes back. */
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;

/** One tab of a browser. */
export function serveSocket(panel: Panel, socket: WebSocket): void {
  const isOpen = (): boolean => {
    if (socket.readyState !== socket.OPEN) return false;
    if (socket.bufferedAmount <= MAX_UNSENT_BYTES) return true;
    socket.terminate();
    return false;
  };
  const session = panel.openSession({
    send(message) {
      if (isOpen()) socket.send(JSON.stringify(message));
    },
    sendBytes(frame) {
      if (isOpen()) socket.send(frame);
    },
  });
  socket.on('message', (data, isBinary) => {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    if (isBinary) session.receiveBytes(bytes);
    else session.receive(parseJson(bytes.toString()));
  });
  socket.once('close', () => void session[Symbol.asyncDispose]());
}

/** What is no JSON is `undefined`, which is no message either. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

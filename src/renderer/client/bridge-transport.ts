import type { Bridge } from '../../shared/contract/bridge.ts';
import type { Transport } from './transport.ts';

/** The desktop: the door is in the same program, so the connection is never lost. */
export function createBridgeTransport(bridge: Bridge): Transport {
  return {
    send(message) {
      bridge.post(message);
      return true;
    },
    sendFrame(frame) {
      bridge.postBytes(frame);
      return true;
    },
    listen(listener) {
      bridge.onMessage((message) => listener.onMessage(message));
      bridge.onBytes((frame) => listener.onFrame(frame));
      listener.onConnection('connected');
    },
    reconnect() {
      // never lost
    },
  };
}

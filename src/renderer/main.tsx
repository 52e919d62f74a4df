import type { Bridge } from '../shared/contract/bridge.ts';
import { createBridgeTransport } from './client/bridge-transport.ts';
import { createSocketTransport } from './client/socket-transport.ts';
import { startApp } from './start.tsx';

declare global {
  interface Window {
    /** In the desktop alone. */
    readonly hardshell?: Bridge;
  }
}

const transport =
  window.hardshell === undefined
    ? createSocketTransport(`ws://${location.host}/socket`)
    : createBridgeTransport(window.hardshell);

startApp(transport);

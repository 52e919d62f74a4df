import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge } from '../shared/contract/bridge.ts';
import { DOOR_CHANNEL } from '../shared/contract/ipc-channel.ts';

let onMessage: ((message: unknown) => void) | undefined;
let onBytes: ((frame: Uint8Array) => void) | undefined;

ipcRenderer.on(DOOR_CHANNEL, (_event, heard: unknown) => {
  if (heard instanceof Uint8Array) onBytes?.(heard);
  else onMessage?.(heard);
});

const bridge: Bridge = {
  post: (message) => ipcRenderer.send(DOOR_CHANNEL, message),
  postBytes: (frame) => ipcRenderer.send(DOOR_CHANNEL, frame),
  onMessage: (listener) => {
    onMessage = listener;
  },
  onBytes: (listener) => {
    onBytes = listener;
  },
};

contextBridge.exposeInMainWorld('hardshell', bridge);

import { ipcMain, type BrowserWindow, type IpcMainEvent } from 'electron';
import { DOOR_CHANNEL } from '../shared/contract/ipc-channel.ts';
import type { FromDoor } from '../shared/contract/wire.ts';
import type { Panel, PanelLog, PanelSession } from '../panel/index.ts';
import { APP_ORIGIN } from './app-scheme.ts';

interface DoorIpc extends Disposable {
  /** Who answers from now on, and what was asked before. */
  answerWith(panel: Panel): void;
  /** The window whose page may speak from now on. Another one's, and every other frame's, may not. */
  serve(window: BrowserWindow): void;
  /** To the page, where one is listening. */
  send(message: FromDoor): void;
  /** Messages that came from somewhere else. */
  readonly rejected: number;
}

/** A page that asks more than this before there is somebody to answer is not ours. */
const MOST_EARLY = 200;

/**
 * The page's end of the contract. Every page that is loaded gets a session of its own, made by its first message. What a page says
 * before there is a panel waits for it, in its order.
 */
export function openDoorIpc(log: PanelLog): DoorIpc {
  let panel: Panel | undefined;
  let early: unknown[] = [];
  let served: BrowserWindow | undefined;
  let session: PanelSession | undefined;
  let rejected = 0;

  const post = (message: FromDoor | Uint8Array): void => {
    if (served?.isDestroyed() === false) served.webContents.send(DOOR_CHANNEL, message);
  };
  const endSession = (): void => {
    const ended = session;
    session = undefined;
    early = [];
    void ended?.[Symbol.asyncDispose]();
  };
  const isOurs = ({ sender, senderFrame }: IpcMainEvent): boolean =>
    served?.isDestroyed() === false &&
    sender === served.webContents &&
    senderFrame !== null &&
    senderFrame === sender.mainFrame &&
    senderFrame.origin === APP_ORIGIN;

  const receive = (event: IpcMainEvent, ...heard: unknown[]): void => {
    if (!isOurs(event)) {
      rejected += 1;
      log({ level: 'warn', message: 'A message of a page that may not speak was rejected.', details: { rejected } });
      return;
    }
    const [message] = heard;
    if (panel !== undefined) hand(panel, message);
    else if (early.length < MOST_EARLY) early.push(message);
  };
  const hand = (to: Panel, message: unknown): void => {
    session ??= to.openSession({
      send: post,
      sendBytes: post,
      isSeen: () => served?.isDestroyed() === false && served.isFocused(),
    });
    if (message instanceof Uint8Array) session.receiveBytes(message);
    else session.receive(message);
  };
  ipcMain.on(DOOR_CHANNEL, receive);

  return {
    answerWith(answering) {
      panel = answering;
      const waiting = early;
      early = [];
      for (const message of waiting) hand(answering, message);
    },
    serve(window) {
      endSession();
      served = window;
      // What the old page had asked for ends with it, whether it was reloaded, crashed or closed.
      window.webContents.on('did-navigate', endSession);
      window.webContents.on('render-process-gone', endSession);
      window.once('closed', () => {
        if (served !== window) return;
        served = undefined;
        endSession();
      });
    },
    send: post,
    get rejected() {
      return rejected;
    },
    [Symbol.dispose]() {
      ipcMain.off(DOOR_CHANNEL, receive);
      endSession();
    },
  };
}

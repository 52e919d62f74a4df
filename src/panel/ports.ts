import type { Core } from '../core/index.ts';
import type { Door, Theme } from '../shared/contract/app.ts';
import type { CallName, CallOutput, CallRequest } from '../shared/contract/contract.ts';
import type { FromDoor } from '../shared/contract/wire.ts';
import type { Secret } from '../shared/secret.ts';

type Answer<N extends CallName & `dashboard.${string}`> = (input: CallRequest<N>) => Promise<CallOutput<N>>;

/** OpenClaw's own page, which every door shows in its own way. What a door has no way for throws AppError `usage.invalid`. */
export interface DashboardActions {
  readonly open: Answer<'dashboard.open'>;
  readonly place: Answer<'dashboard.place'>;
  readonly reload: Answer<'dashboard.reload'>;
  readonly zoom: Answer<'dashboard.zoom'>;
  readonly find: Answer<'dashboard.find'>;
  readonly openOutside: Answer<'dashboard.openOutside'>;
  readonly close: Answer<'dashboard.close'>;
}

/** What only a door can do. */
export interface DoorActions {
  setTheme(theme: Theme): void;
  /** Absent: the door has no clipboard of its own. */
  copySecret?(secret: Secret): Promise<void>;
  /** Absent: the door cannot write files. False: the person chose none. @param name that is proposed */
  saveSecret?(name: string, secret: Secret): Promise<boolean>;
  /** The same for what is no secret. Absent: the page gets the bytes. */
  saveFile?(name: string, content: Uint8Array): Promise<boolean>;
  /**
   * Absent: the door cannot write files. Asks first, reads then. False: the person chose none. @param name that is proposed
   */
  saveStream?(name: string, read: () => AsyncIterable<string>): Promise<boolean>;
  /** Tells a person who does not look at the interface. */
  notify(title: string, body: string): void;
  readonly dashboard: DashboardActions;
}

export type PanelLog = (entry: {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}) => void;

export interface PanelDeps {
  readonly core: Core;
  readonly door: Door;
  /** Of Hardshell. */
  readonly version: string;
  /** `anna@laptop` */
  readonly who: string;
  readonly dataDir: string;
  readonly platform: NodeJS.Platform;
  readonly actions: DoorActions;
  readonly log: PanelLog;
}

/** The door's end of one connection with the interface. Neither function may throw. */
export interface SessionPipe {
  send(message: FromDoor): void;
  sendBytes(frame: Uint8Array): void;
  /** Whether somebody may be looking: a window can be open and hidden. Absent: as long as the session lives. */
  isSeen?(): boolean;
}

/** One interface: a window, or a tab. What it sends is `unknown` until it is checked; nothing of this throws. */
export interface PanelSession extends AsyncDisposable {
  receive(message: unknown): void;
  receiveBytes(frame: Uint8Array): void;
  /** Messages that were no messages. */
  readonly dropped: number;
}

import type { Secret } from '../../shared/secret.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { Linger } from '../facts/account.ts';
import type { Listener } from '../facts/listeners.ts';
import type { Memory } from '../facts/memory.ts';
import type { UnitState } from '../facts/unit.ts';
import type { ContainerLook } from '../container-engine/container.ts';
import type { ServerLayout } from '../openclaw/server-layout.ts';
import type { Look } from './look.ts';

/** Everything that the checks judge, read in one go. It holds the configuration with its secrets, and is never handed on. */
export interface Evidence {
  readonly place: 'server' | 'local' | 'docker';
  readonly instance: Instance;
  /** By our clock, when the machine was asked. */
  readonly nowMs: number;
  /** What the secret store has. */
  readonly token: Secret | undefined;
  /** How openclaw.json should say that it is reached. */
  readonly wanted: WantedAccess;
  /** Undefined where nobody could be asked inside: a container that does not run. */
  readonly look: Look | undefined;
  /** openclaw.json, wherever it was read from. */
  readonly config: ConfigEvidence;
  readonly server?: ServerEvidence;
  readonly container?: ContainerEvidence;
  /** Of this computer. */
  readonly supervised?: {
    readonly state: string;
    readonly because: string;
    readonly restarts: number;
    readonly startedAtMs?: number;
  };
  /** The newest backup. */
  readonly backups: { readonly newestAt: string | undefined };
  /** Ids of Telegram bots, by the names of our other instances that were seen to use them. */
  readonly otherBots: Readonly<Record<string, readonly string[]>>;
}

export interface WantedAccess {
  readonly port: number;
  readonly bind: 'loopback' | 'lan';
  readonly origins: readonly string[];
  /** The one proxy whose word is believed; undefined: nobody comes through one. */
  readonly proxy: string | undefined;
}

export type ConfigEvidence =
  | { readonly is: 'read'; readonly text: string; readonly value: Readonly<Record<string, unknown>> }
  /** No JSON5, or no file at all. */
  | { readonly is: 'broken'; readonly because: string }
  | { readonly is: 'missing' }
  | { readonly is: 'unknown' };

export interface ServerEvidence {
  readonly layout: ServerLayout;
  readonly unit: UnitState;
  readonly linger: Linger;
  readonly memory: Memory;
  readonly listeners: readonly Listener[];
}

export interface ContainerEvidence {
  /** Undefined: it is not there. */
  readonly found: ContainerLook | undefined;
  /** Others of this installation that no record knows of. */
  readonly orphans: readonly string[];
}

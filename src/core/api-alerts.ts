import type { AppError } from '../shared/app-error.ts';
import type { Alert, AlertChannel, AlertPolicy, AlertSettings } from '../shared/model/alert.ts';
import type { Secret } from '../shared/secret.ts';

/** What a policy needs and no record holds. What is absent stays as it is kept. */
export interface AlertSecrets {
  readonly telegramToken?: Secret;
  readonly webhookUrl?: Secret;
}

export interface AlertTest {
  readonly channel: AlertChannel;
  /** Absent: it was taken. */
  readonly problem?: AppError;
}

export interface AlertWatchOptions {
  /** Where the door has notifications of its own. */
  readonly notify?: (title: string, body: string) => void;
  /** Whether somebody has the door open. Where nobody has chosen to be told, nobody looks without that. */
  readonly isAtHand?: () => boolean;
  /** Watches also where there is nobody to tell: what is wrong is then read from the list. */
  readonly always?: boolean;
}

export interface Alerts {
  /** What is so now first, then what was; the newest first. */
  list(name?: string): Promise<Alert[]>;
  settings(): Promise<AlertSettings>;
  /**
   * Replaces the policy. The secret of a channel that is no longer in it is deleted.
   * @throws AppError `usage.invalid` where a channel has no secret, `secrets.*`
   */
  set(policy: AlertPolicy, secrets?: AlertSecrets): Promise<AlertSettings>;
  /** Tells every channel at once, whatever the hour. @throws AppError `alert.no-channel` */
  test(options?: Pick<AlertWatchOptions, 'notify'> & { readonly signal?: AbortSignal }): Promise<AlertTest[]>;
  /**
   * Watches all instances and tells of what is wrong, until disposal. Of the doors that watch one data folder, one looks and tells;
   * when it ends the next takes over. Notifications of a computer are told by each door that has them, each alert by one of them.
   */
  watch(options?: AlertWatchOptions): AsyncDisposable;
}

export interface WatchServiceStatus {
  /** `unsupported`: this system has no user services that Hardshell knows. */
  readonly state: 'unsupported' | 'absent' | 'installed' | 'running';
  /** What the system calls it, and where its text lies. */
  readonly name?: string;
  readonly file?: string;
  /** Why it may not do what it should: a keychain that is locked while nobody is signed in. */
  readonly note?: string;
}

export interface WatchService {
  status(signal?: AbortSignal): Promise<WatchServiceStatus>;
  /** Fine where it is there: it is written anew. @throws AppError `watch.*` */
  install(signal?: AbortSignal): Promise<WatchServiceStatus>;
  /** Fine where it is not there. @throws AppError `watch.*` */
  uninstall(signal?: AbortSignal): Promise<WatchServiceStatus>;
}

export interface StatusLimits {
  /** An update, or a restart on a slow machine, is over by then. */
  readonly downAfterMs: number;
  /** One that only ever starts has not come up by then, whatever it brings up to date. */
  readonly startingAfterMs: number;
  /** A network that comes and goes is no news. */
  readonly unreachableAfterMs: number;
  /** What has begun to answer may fall over once more. */
  readonly upAfterMs: number;
  readonly restarts: number;
  readonly restartsWithinMs: number;
}

/** How soon what lasts counts, and how often that is looked at. */
export interface AlertPace {
  readonly limits?: StatusLimits;
  readonly tickMs?: number;
  readonly turnMs?: number;
  /** What nobody tells is looked at at least that often, the registry and the look from outside as well. */
  readonly lookMs?: number;
}

import type { Readable } from 'node:stream';
import type { Backup, BackupCopy, BackupPolicy, BackupReason, Destination } from '../../shared/model/backup.ts';
import type { BackupId } from '../../shared/model/ids.ts';
import type { Secret } from '../../shared/secret.ts';
import type { ConnectOptions } from '../api.ts';

/** What a backup and a restore are among the changes of an instance: planned, shown and run as a deployment is. */
export type BackupChange =
  /** `to`: where this one goes as well, beside where the policy says. */
  | { readonly kind: 'backup'; readonly reason: BackupReason; readonly to?: readonly Destination[] }
  /** In place. As a new instance: deploy one, then restore into it; its own port, token and way in stay as they are. */
  | { readonly kind: 'restore'; readonly backup: BackupId }
  /** Takes away the state that an update which failed has left beside the one in use. */
  | { readonly kind: 'forget' };

/** What the doors ask of backups, beside the changes. */
export interface Backups {
  /** Newest first; those of instances that are gone as well. `name`: of one instance, and of those that were called so before. */
  list(name?: string): Promise<Backup[]>;
  get(id: BackupId): Promise<Backup | undefined>;
  /** Reads one copy back whole, decrypts it and compares. @throws AppError `backup.damaged`, `backup.gone`, `backup.key-wrong` */
  verify(id: BackupId, options?: ConnectOptions): Promise<Backup>;
  /**
   * Takes all copies away that can be reached, and is not listed when none is left. What lies plain on the machine of an instance
   * goes with the next backup there. @throws AppError `backup.pinned`, `backup.unreachable`
   */
  remove(id: BackupId, options?: ConnectOptions): Promise<void>;
  setPolicy(name: string, policy: BackupPolicy): Promise<void>;
  /**
   * Whether a destination can be written to, read back and cleaned up: tried with a few bytes. The secrets are for its server, and
   * are kept once they have been seen to work: no other call signs in there with what it is given. @throws AppError
   */
  tryDestination(destination: Destination, options?: ConnectOptions): Promise<void>;
  /** What opens every backup of this Hardshell, as a page to print. Made with the first backup. */
  recoverySheet(): Promise<{ readonly recipient: string; readonly key: Secret; readonly text: Secret }>;
  /** Takes over what lies in a folder or on an SFTP server, after the data folder was lost; `key` where it is another's. */
  adopt(from: Destination, options?: ConnectOptions & { readonly key?: Secret }): Promise<Backup[]>;
  /** Makes those that are due, until disposal. For doors that live long; several may watch. */
  watch(): AsyncDisposable;
}

/** What a vault has taken in. */
export interface Kept {
  readonly bytes: number;
  readonly sha256: string;
  readonly encrypted: NonNullable<Backup['encrypted']>;
  readonly copy: BackupCopy;
}

export interface VaultOptions extends ConnectOptions {
  readonly onBytes?: (done: number) => void;
}

/** Encrypted archives: here and where a person wants them. Plain ones never touch a disk of this computer. */
export interface BackupVault {
  /** Encrypts what it reads, under `backups/` of the data folder; whole or not there. @throws AppError `backup.no-room` */
  take(id: BackupId, archive: Readable, options?: VaultOptions): Promise<Kept>;
  /** Brings the encrypted file to a destination, reads it back there and compares. @throws AppError `backup.*`, `host.*` */
  send(backup: Backup, destination: Destination, options?: VaultOptions): Promise<BackupCopy>;
  /**
   * The archive, decrypted. What is damaged ends the stream with `backup.damaged` before its last byte is given; a reader that
   * has seen its end has a whole archive. Copies are tried in the order in which they are quickest.
   */
  open(backup: Backup, options?: VaultOptions): Promise<Readable>;
  /** Reads a copy whole. */
  verify(backup: Backup, copy: BackupCopy, options?: VaultOptions): Promise<void>;
  /** Fine where there is none any more. `machine` copies are not its business. */
  drop(backup: Backup, copy: BackupCopy, options?: VaultOptions): Promise<void>;
}

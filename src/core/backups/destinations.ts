import type { Destination } from '../../shared/model/backup.ts';
import type { LoginSecrets } from '../api.ts';
import type { CoreDeps } from '../api-deps.ts';
import type { PanelKeys } from '../host/ssh/panel-key.ts';
import { openSftp } from '../host/ssh/sftp.ts';
import type { TrustStore } from '../host/ssh/trust-store.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { BackupKeys } from './backup-keys.ts';
import { createFolderStore } from './folder-store.ts';
import { createSftpStore } from './sftp-store.ts';

export interface StoreOptions {
  readonly trustHostKeys?: readonly string[];
  readonly signal?: AbortSignal;
  /** Given for this destination. What a run was given is for its instance's machine, and is never sent anywhere else. */
  readonly login?: LoginSecrets;
}

export interface DestinationServices {
  readonly deps: Pick<CoreDeps, 'homeDir' | 'platform' | 'userName' | 'sshAgent'>;
  readonly trust: TrustStore;
  readonly keys: BackupKeys;
  /** The keys that this panel has made for its servers. */
  readonly panelKeys?: PanelKeys;
  /** Default: what OpenSSH reads. */
  readonly knownHostsFiles?: readonly string[];
}

/** The way to a destination; the login that was kept for it counts where none is given. */
export type OpenStore = (destination: Destination, options: StoreOptions) => Promise<ArchiveStore>;

export function createOpenStore({ deps, trust, keys, panelKeys, knownHostsFiles }: DestinationServices): OpenStore {
  return async (destination, { trustHostKeys, signal, login }) => {
    if (destination.kind === 'folder') return createFolderStore(destination.path);
    const { server, path } = destination;
    const { sshPassword, keyPassphrase } = { ...(await keys.readLogin(server)), ...login };
    const sftp = await openSftp(
      server,
      {
        homeDir: deps.homeDir,
        platform: deps.platform,
        localUser: deps.userName,
        trust,
        ...(deps.sshAgent === undefined ? {} : { sshAgent: deps.sshAgent }),
        ...(panelKeys === undefined ? {} : { panelKeys }),
        ...(knownHostsFiles === undefined ? {} : { knownHostsFiles }),
      },
      {
        ...(sshPassword === undefined ? {} : { password: sshPassword }),
        ...(keyPassphrase === undefined ? {} : { keyPassphrase }),
        ...(trustHostKeys === undefined ? {} : { trustHostKeys }),
        ...(signal === undefined ? {} : { signal }),
      },
    );
    return createSftpStore(sftp, path);
  };
}

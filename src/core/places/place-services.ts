import type { CoreDeps } from '../api-deps.ts';
import type { BackupVault } from '../backups/backup-api.ts';
import type { TrustStore } from '../host/ssh/trust-store.ts';
import type { KeyRing } from './key-ring.ts';
import type { Runs } from '../runner/journal.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { MirrorBook } from '../state/mirror-book.ts';
import type { StateStore } from '../state/state-store.ts';
import type { Ids } from '../system/ids.ts';

/** What places, and what works for them, are given. */
export interface PlaceServices {
  readonly deps: CoreDeps;
  readonly state: StateStore;
  readonly secrets: SecretStore;
  readonly trust: TrustStore;
  /** The keys that this panel has made for its servers. */
  readonly keyRing: KeyRing;
  readonly mirrors: MirrorBook;
  readonly runs: Runs;
  readonly ids: Ids;
  readonly now: () => number;
  readonly vault: BackupVault;
}

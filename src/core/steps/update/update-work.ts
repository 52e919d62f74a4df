import type { BackupId, InstanceId } from '../../../shared/model/ids.ts';
import type { Instance } from '../../../shared/model/instance.ts';
import type { WayBack } from '../../../shared/model/update.ts';
import type { Backup } from '../../../shared/model/backup.ts';
import type { ConnectOptions } from '../../api.ts';
import type { BackupVault } from '../../backups/backup-api.ts';
import type { Collection } from '../../state/collection.ts';
import type { Quarters } from '../backup/quarters.ts';
import type { CheckContext, Step } from '../step.ts';

/** What the steps of one update, or of its taking back, have in common. */
export interface UpdateWork {
  /** As its record stood when the plan was made. */
  readonly instance: Instance;
  /** Where it leads; of a rollback, where it came from. */
  readonly version: string;
  /** What it is taken back with; its backup is made by this very plan, unless a run before it has made one. */
  readonly from: WayBack;
  /** It does not run, and is left so: nothing is started. */
  readonly isStill: boolean;
  /** What the record says once the newer version serves, beside its version. */
  readonly becomes: Partial<Pick<Instance, 'nodeVersion' | 'container'>>;
  readonly instances: Collection<Instance, InstanceId>;
  readonly backups: Collection<Backup, BackupId>;
  /** Which version the machine would start; undefined: none. */
  readonly readVersion: (context: CheckContext) => Promise<string | undefined>;
  readonly now: () => number;
}

/** How a place puts the older program back, and its state. */
export interface BackParts {
  /** In the programs of the older version, which are there by the time this is asked. */
  readonly quarters: Quarters;
  readonly vault: BackupVault;
  readonly options: ConnectOptions;
  readonly stop: Step;
  /** Node.js, the package, or the image: in their order. Satisfied where the older one is there. */
  readonly program: readonly Step[];
  /** What makes it serve, and proves that it does. Left out where the instance stands still. */
  readonly start: readonly Step[];
  /** The archived openclaw.json, saying what is this instance's own. */
  readonly settle: (text: string | undefined) => Promise<string>;
  /** Clears away what belongs to the newer one alone. */
  readonly after?: readonly Step[];
}

import { z } from 'zod';
import type { AppError } from '../../shared/app-error.ts';
import { installationIdSchema, type InstanceId } from '../../shared/model/ids.ts';
import { instanceSchema, secretRefSchema, type Instance } from '../../shared/model/instance.ts';
import { sweepTemporaryFiles } from '../system/atomic-file.ts';
import { createIds, systemClock, type Clock, type Ids } from '../system/ids.ts';
import { layoutData, type DataLayout } from '../system/paths.ts';
import { createCollection, type Collection } from './collection.ts';
import { createRecordFile } from './record-file.ts';
import type { Versioned } from './versioned.ts';

const installationSchema = z.strictObject({ id: installationIdSchema, createdAt: z.iso.datetime() });
/** One data folder, as leases and audit lines of other machines name it. */
export type Installation = z.infer<typeof installationSchema>;

const rememberedLoginSchema = z.strictObject({ secret: secretRefSchema });
/** Where the login of an instance's server is kept. Never the login. */
export type RememberedLogin = z.infer<typeof rememberedLoginSchema>;

const loginRecord: Versioned<RememberedLogin> = { version: 1, schema: rememberedLoginSchema, migrations: {} };
const installationRecord: Versioned<Installation> = { version: 1, schema: installationSchema, migrations: {} };
const instanceRecord: Versioned<Instance> = { version: 1, schema: instanceSchema, migrations: {} };

/** What all doors share. There is no owner: any number of processes may have it open. */
export interface StateStore {
  readonly layout: DataLayout;
  readonly instances: Collection<Instance, InstanceId>;
  readonly logins: Collection<RememberedLogin, InstanceId>;
  /** Made once, by whoever asks first. */
  installation(): Promise<Installation>;
  /** Removes what killed processes left behind half-written. Before a run. */
  sweep(): Promise<void>;
}

export interface StateStoreOptions {
  /** Told of records that cannot be read: they are set aside or left alone, never lost. */
  readonly onProblem: (error: AppError) => void;
  readonly platform: NodeJS.Platform;
  readonly clock?: Clock;
  readonly ids?: Ids;
}

export function createStateStore(dataDir: string, options: StateStoreOptions): StateStore {
  const { onProblem, platform, clock = systemClock, ids = createIds() } = options;
  const layout = layoutData(dataDir, platform);
  const installation = createRecordFile(layout.installationFile, installationRecord, clock);
  return {
    layout,
    instances: createCollection({ dir: layout.instancesDir, versioned: instanceRecord, clock, onProblem }),
    logins: createCollection({ dir: layout.loginsDir, versioned: loginRecord, clock, onProblem }),
    installation: async () =>
      (await installation.read()) ??
      installation.update((old) => old ?? { id: ids.installation(), createdAt: new Date(clock()).toISOString() }),
    async sweep() {
      for (const dir of [
        layout.dataDir,
        layout.instancesDir,
        layout.loginsDir,
        layout.metricsDir,
        layout.runsDir,
        layout.secretsDir,
        layout.supervisorDir,
      ]) {
        await sweepTemporaryFiles(dir, clock());
      }
    },
  };
}

import { z } from 'zod';
import type { AppError } from '../../shared/app-error.ts';
import type { Alert } from '../../shared/model/alert.ts';
import { backupSchema, type Backup } from '../../shared/model/backup.ts';
import { installationIdSchema, type BackupId, type InstanceId } from '../../shared/model/ids.ts';
import { instanceSchema, secretRefSchema, type Instance } from '../../shared/model/instance.ts';
import { sweepTemporaryFiles } from '../system/atomic-file.ts';
import { createIds, systemClock, type Clock, type Ids } from '../system/ids.ts';
import { layoutData, type DataLayout } from '../system/paths.ts';
import { alertMarksRecord, alertRecord, keptPolicyRecord, type AlertMarks, type KeptPolicy } from './alert-records.ts';
import { createCollection, type Collection } from './collection.ts';
import { createRecordFile, type RecordFile } from './record-file.ts';
import { sshKeysRecord, type KeptSshKeys } from './ssh-keys-record.ts';
import type { Versioned } from './versioned.ts';

const installationSchema = z.strictObject({ id: installationIdSchema, createdAt: z.iso.datetime() });
/** One data folder, as leases and audit lines of other machines name it. */
export type Installation = z.infer<typeof installationSchema>;

const rememberedLoginSchema = z.strictObject({ secret: secretRefSchema });
/** Where the login of an instance's server is kept. Never the login. */
export type RememberedLogin = z.infer<typeof rememberedLoginSchema>;

const recipientSchema = z.string().regex(/^age1[0-9a-z]+$/);
const backupSecretsSchema = z.strictObject({
  /** What new backups are encrypted to. */
  recipient: recipientSchema.optional(),
  /** What opens backups: the key of this installation, and those of others whose backups were taken over. */
  keys: z.array(z.strictObject({ recipient: recipientSchema, secret: secretRefSchema })).default([]),
  /** How destinations are signed in to while nobody is there, by `formatTarget` of their server. */
  logins: z.array(z.strictObject({ server: z.string(), secret: secretRefSchema })).default([]),
});
/** Where the secrets of backups are kept. Never the secrets. */
export type BackupSecrets = z.infer<typeof backupSecretsSchema>;

const backupSecretsRecord: Versioned<BackupSecrets> = { version: 1, schema: backupSecretsSchema, migrations: {} };
/** Lies in the data folder, and beside each archive wherever that is taken. */
export const backupRecord: Versioned<Backup> = { version: 1, schema: backupSchema, migrations: {} };
const loginRecord: Versioned<RememberedLogin> = { version: 1, schema: rememberedLoginSchema, migrations: {} };
const installationRecord: Versioned<Installation> = { version: 1, schema: installationSchema, migrations: {} };
// 2: containers, ingress, limits, guard; 3: backups; 4: updates, a change of token; 5: adopted ones. All of it optional, but a
// Hardshell that knows nothing of them must not write the record.
const instanceRecord: Versioned<Instance> = {
  version: 5,
  schema: instanceSchema,
  migrations: Object.fromEntries([1, 2, 3, 4].map((from) => [from, (record: object) => ({ ...record })])),
};

/** What all doors share. There is no owner: any number of processes may have it open. */
export interface StateStore {
  readonly layout: DataLayout;
  readonly instances: Collection<Instance, InstanceId>;
  readonly logins: Collection<RememberedLogin, InstanceId>;
  readonly backups: Collection<Backup, BackupId>;
  readonly backupSecrets: RecordFile<BackupSecrets>;
  /** The keys that this panel has made for its servers. Never the private halves. */
  readonly sshKeys: RecordFile<KeptSshKeys>;
  readonly alerts: Collection<Alert>;
  readonly alertPolicy: RecordFile<KeptPolicy>;
  readonly alertMarks: RecordFile<AlertMarks>;
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
    backups: createCollection({ dir: layout.backupsDir, versioned: backupRecord, clock, onProblem }),
    backupSecrets: createRecordFile(layout.backupSecretsFile, backupSecretsRecord, clock),
    sshKeys: createRecordFile(layout.sshKeysFile, sshKeysRecord, clock),
    alerts: createCollection({ dir: layout.alertsDir, versioned: alertRecord, clock, onProblem }),
    alertPolicy: createRecordFile(layout.alertPolicyFile, keptPolicyRecord, clock),
    alertMarks: createRecordFile(layout.alertMarksFile, alertMarksRecord, clock),
    installation: async () =>
      (await installation.read()) ??
      installation.update((old) => old ?? { id: ids.installation(), createdAt: new Date(clock()).toISOString() }),
    async sweep() {
      for (const dir of [
        layout.dataDir,
        layout.instancesDir,
        layout.loginsDir,
        layout.metricsDir,
        layout.backupsDir,
        layout.configurationDir,
        layout.configSchemasDir,
        layout.alertsDir,
        layout.runsDir,
        layout.secretsDir,
        layout.supervisorDir,
      ]) {
        await sweepTemporaryFiles(dir, clock());
      }
    },
  };
}

import { randomBytes } from 'node:crypto';
import { configEntryIdSchema, type ConfigEntryId } from '../../shared/model/configuration.ts';
import { backupIdSchema, installationIdSchema, instanceIdSchema, runIdSchema } from '../../shared/model/ids.ts';
import type { BackupId, InstallationId, InstanceId, RunId } from '../../shared/model/ids.ts';

/** Milliseconds since 1970, UTC. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

export interface Ids {
  instance(): InstanceId;
  backup(): BackupId;
  /** Ids of runs sort by the time at which they were made; those of one process strictly. */
  run(): RunId;
  installation(): InstallationId;
  configEntry(): ConfigEntryId;
}

export interface IdSources {
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
}

/** Nine digits of base 36 last until the year 5188, so that text order is time order. */
const TIME_DIGITS = 9;

export function createIds(sources: IdSources = { clock: systemClock, randomBytes }): Ids {
  let lastMs = 0;
  const random = (sizeBytes: number): string => sources.randomBytes(sizeBytes).toString('hex');
  return {
    instance: () => instanceIdSchema.parse(`i-${random(8)}`),
    backup: () => backupIdSchema.parse(`b-${random(8)}`),
    run() {
      lastMs = Math.max(sources.clock(), lastMs + 1);
      return runIdSchema.parse(`r-${lastMs.toString(36).padStart(TIME_DIGITS, '0')}-${random(4)}`);
    },
    configEntry: () => configEntryIdSchema.parse(`c-${random(8)}`),
    installation: () => installationIdSchema.parse(`h-${random(8)}`),
  };
}

import semver from 'semver';
import { AppError } from '../../shared/app-error.ts';
import type { Backup } from '../../shared/model/backup.ts';
import type { Suspension } from '../../shared/model/guard.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ConnectOptions, Finding } from '../api.ts';
import { warn } from '../diagnostics/finding.ts';
import type { Quarters } from '../steps/backup/quarters.ts';
import { noteLeftFor, type BackupWork } from '../steps/backup/backup-work.ts';
import { findStanding } from '../steps/update/update-record.ts';
import type { UpdateWork } from '../steps/update/update-work.ts';
import { formatMoment } from '../steps/update/way-back.ts';
import type { PlaceServices } from './place-services.ts';

const DAY_MS = 24 * 60 * 60_000;

/** What a place knows of an instance whose version is to change. */
export interface UpdatePlace {
  readonly instance: Instance;
  readonly quarters: Quarters;
  /** What the machine would start; undefined where nothing is installed. */
  readonly runs: string | undefined;
  /** It does not run at the moment: nothing is started. */
  readonly isStill: boolean;
  /** In Docker: what runs. */
  readonly image?: string;
  readonly readVersion: UpdateWork['readVersion'];
}

export interface DraftedUpdate {
  readonly work: UpdateWork;
  readonly safety: BackupWork;
}

/**
 * What runs becomes what it is taken back with, unless a run that was cut short has written that down already, and got further.
 * @throws AppError `update.suspended`, `update.older`, `usage.invalid`
 */
export function draftUpdate(
  place: UpdatePlace,
  version: string,
  becomes: UpdateWork['becomes'],
  services: PlaceServices,
  options: ConnectOptions,
): DraftedUpdate {
  const { instance, runs, image } = place;
  const pending = instance.pendingUpdate;
  // Whether the newer version serves could not be seen: nothing may start it.
  if (instance.suspension !== undefined) throw suspendedUpdate(instance.suspension);
  if (runs === undefined && pending === undefined) {
    throw new AppError('usage.invalid', {
      message: `${instance.name} was never deployed to its end: there is nothing to update.`,
      hint: 'Deploy it again, with the version that it shall have.',
    });
  }
  if (pending === undefined && runs !== undefined && semver.lt(version, runs)) {
    throw new AppError('update.older', { details: { runs, wanted: version } });
  }
  const { nodeVersion } = instance;
  const safety = draftSafety(place, services, options);
  const from = findStanding(pending, runs) ?? {
    version: runs ?? instance.version,
    ...(nodeVersion === undefined ? {} : { nodeVersion }),
    ...(image === undefined ? {} : { image }),
    backup: safety.id,
    at: new Date(services.now()).toISOString(),
  };
  return { safety, work: draftWork(place, version, from, becomes, services) };
}

export interface DraftedRollback extends DraftedUpdate {
  readonly backup: Backup;
  readonly findings: readonly Finding[];
}

/** @throws AppError `update.suspended`, `rollback.none`, `rollback.no-backup` */
export async function draftRollback(
  place: UpdatePlace,
  services: PlaceServices,
  options: ConnectOptions,
): Promise<DraftedRollback> {
  const { instance } = place;
  const from = instance.pendingUpdate?.from ?? instance.wayBack;
  if (from === undefined) throw new AppError('rollback.none');
  // One that was cut short while it ran is meant to run when it is back.
  if (instance.suspension !== undefined && instance.pendingUpdate?.isStill === false)
    throw suspendedUpdate(instance.suspension);
  const backup = await services.state.backups.get(from.backup);
  // Of an update that was cut short before its backup was there, nothing was touched.
  if (backup === undefined || !backup.copies.some(({ at }) => at !== 'machine')) {
    throw new AppError('rollback.no-backup', { details: { id: from.backup } });
  }
  const safety = draftSafety(place, services, options);
  const work = draftWork(place, instance.pendingUpdate?.version ?? instance.version, from, {}, services);
  const lost = warn({ id: 'lost', title: 'What is lost' }, describeLoss(backup, from.version, services.now()));
  return { work, safety, backup, findings: [lost] };
}

/** Pure. */
export function describeLoss({ createdAt }: Pick<Backup, 'createdAt'>, version: string, nowMs: number): string {
  const days = Math.floor((nowMs - Date.parse(createdAt)) / DAY_MS);
  const age = days < 1 ? 'today' : days === 1 ? 'one day ago' : `${String(days)} days ago`;
  return `OpenClaw ${version} comes back with its state of ${formatMoment(createdAt)} (${age}): what came since then is in the backup that is made first, and nowhere else.`;
}

function suspendedUpdate({ by, because }: Suspension): AppError {
  return new AppError('update.suspended', { details: { by, because } });
}

function draftSafety(
  { instance, quarters }: UpdatePlace,
  { ids, vault, state, now }: PlaceServices,
  options: ConnectOptions,
): BackupWork {
  return {
    id: ids.backup(),
    reason: 'update',
    instance,
    quarters,
    vault,
    records: state.backups,
    options,
    now,
    noteLeft: noteLeftFor(state.instances, instance.id),
  };
}

function draftWork(
  { instance, isStill, readVersion }: UpdatePlace,
  version: string,
  from: UpdateWork['from'],
  becomes: UpdateWork['becomes'],
  { state, now }: PlaceServices,
): UpdateWork {
  return {
    instance,
    version,
    from,
    // What a run that was cut short has stopped is meant to run.
    isStill: instance.pendingUpdate?.isStill ?? isStill,
    becomes,
    instances: state.instances,
    backups: state.backups,
    readVersion,
    now,
  };
}

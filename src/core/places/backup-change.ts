import { AppError } from '../../shared/app-error.ts';
import { backupPolicySchema, type Backup } from '../../shared/model/backup.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { publicOrigin, resolvePublicHost } from '../ingress/public-address.ts';
import type { ConnectOptions } from '../api.ts';
import type { BackupChange } from '../backups/backup-api.ts';
import { listExpired } from '../backups/retention.ts';
import { planConfigPatch, type GatewaySettings, type PublicWay } from '../openclaw/config-patch.ts';
import { removeMember, type ConfigPath } from '../openclaw/json5-edit.ts';
import { buildBackupPlan, buildForgetPlan, buildRestorePlan } from '../plans/backup-plan.ts';
import type { Plan } from '../plans/plan.ts';
import { noteLeftFor, type BackupWork } from '../steps/backup/backup-work.ts';
import type { Quarters } from '../steps/backup/quarters.ts';
import { expectNotNewer } from '../steps/backup/restore.ts';
import type { TokenKeeper } from '../steps/server/gateway-token.ts';
import type { Step } from '../steps/step.ts';
import type { PlaceServices } from './place-services.ts';

/** What a place knows of an instance for its backups. */
export interface BackupPlace {
  readonly instance: Instance;
  readonly quarters: Quarters;
  readonly token: TokenKeeper;
  readonly stop: Step;
  /** What makes it serve again; of one that is suspended it is not asked for. */
  readonly start: readonly Step[];
  /** What openclaw.json says of this very instance, whatever the archive said. */
  readonly readSettings: () => Omit<GatewaySettings, 'token'>;
}

/** Never taken over: who signs in here knows the token of this instance, which may be another one by now. */
const OLD: readonly ConfigPath[] = [['gateway', 'auth', 'token']];
/** How another instance was reached. */
const FOREIGN: readonly ConfigPath[] = [
  ['gateway', 'publicOrigin'],
  ['gateway', 'trustedProxies'],
  ['gateway', 'controlUi', 'allowedOrigins'],
];

/** The plan of a backup or a restore; the same on all places. */
export async function planBackupChange(
  change: BackupChange,
  place: BackupPlace,
  services: PlaceServices,
  options: ConnectOptions,
): Promise<Plan> {
  const { instance, quarters } = place;
  const { vault, state, ids, now } = services;
  const noteLeft = noteLeftFor(state.instances, instance.id);
  const common = { id: ids.backup(), instance, quarters, vault, records: state.backups, options, now, noteLeft };
  if (change.kind === 'forget') return buildForgetPlan(instance, quarters, state.instances);
  if (change.kind === 'backup') {
    const { destinations, keep } = backupPolicySchema.parse(instance.backups ?? {});
    const work: BackupWork = { ...common, reason: change.reason };
    return buildBackupPlan({ work, destinations, extra: change.to ?? [], keep, choose: listExpired });
  }
  const backup = await findBackup(change.backup, services);
  expectNotNewer(backup.version, instance.version);
  const settle = settleConfig(place, backup.instanceId === instance.id ? OLD : [...OLD, ...FOREIGN]);
  return buildRestorePlan({
    instance,
    work: { backup, version: instance.version, quarters, vault, options, settle, noteLeft },
    safety: { ...common, reason: 'restore' },
    stop: place.stop,
    start: instance.suspension === undefined ? place.start : [],
  });
}

/** An archived openclaw.json, saying what is this instance's own. */
export function settleConfig(
  { token: keeper, readSettings }: Pick<BackupPlace, 'token' | 'readSettings'>,
  foreign: readonly ConfigPath[] = OLD,
): (text: string | undefined) => Promise<string> {
  return async (text) => {
    const token = await keeper.read();
    if (token === undefined) throw new AppError('secrets.missing');
    const own = text === undefined ? undefined : foreign.reduce(removeMember, text);
    return planConfigPatch(own, { ...readSettings(), token }).text;
  };
}

/** What an openclaw.json says otherwise than this instance's own must. */
export function listUnsettled({
  token: keeper,
  readSettings,
}: Pick<BackupPlace, 'token' | 'readSettings'>): (text: string) => Promise<readonly string[]> {
  return async (text) => {
    const token = await keeper.read();
    if (token === undefined) return [];
    return planConfigPatch(text, { ...readSettings(), token }).changes.map(({ path }) => path);
  };
}

async function findBackup(id: Backup['id'], { state }: PlaceServices): Promise<Backup> {
  const backup = await state.backups.get(id);
  if (backup === undefined) throw new AppError('backup.unknown', { details: { id } });
  if (!backup.copies.some(({ at }) => at !== 'machine')) throw new AppError('backup.gone', { details: { id } });
  return backup;
}

/** How visitors come to an instance as its record stands. Pure. */
export function describeWay(instance: Instance, proxy: string): PublicWay {
  const host = instance.ingress === undefined ? undefined : resolvePublicHost(instance.ingress.access, instance);
  return { proxy, ...(host === undefined ? {} : { origin: publicOrigin(host) }) };
}

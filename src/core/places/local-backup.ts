import type { Instance } from '../../shared/model/instance.ts';
import type { ConnectOptions } from '../api.ts';
import type { BackupChange } from '../backups/backup-api.ts';
import type { Host } from '../host/host.ts';
import type { Plan } from '../plans/plan.ts';
import { startSupervisedStep, stopSupervisedStep } from '../steps/backup/gateway-hand.ts';
import { createLocalRoom } from '../steps/backup/local-room.ts';
import { createQuarters } from '../steps/backup/quarters.ts';
import { gatewayReadyStep } from '../steps/local/gateway-ready.ts';
import { defineGateway, type LocalLayout } from '../steps/local/local-layout.ts';
import type { SupervisorAccess } from '../supervisor/supervise.ts';
import { planBackupChange } from './backup-change.ts';
import { describeSettings } from './server-draft.ts';
import type { PlaceServices } from './place-services.ts';
import { createTokenKeeper } from './token-keeper.ts';

export interface LocalGateway {
  readonly layout: LocalLayout;
  readonly instance: Instance;
  readonly host: Host;
  readonly supervisor: SupervisorAccess;
}

/** The plan of a backup or a restore on this computer. */
export function planLocalBackup(
  change: BackupChange,
  { layout, instance, host, supervisor }: LocalGateway,
  services: PlaceServices,
  options: ConnectOptions,
): Promise<Plan> {
  const { deps, state, secrets } = services;
  const token = createTokenKeeper(instance, state, secrets);
  const client = { version: deps.version, platform: deps.platform };
  const definition = defineGateway(layout, instance);
  const place = {
    instance,
    quarters: createQuarters(createLocalRoom(host, layout)),
    token,
    stop: stopSupervisedStep(supervisor, instance.id),
    start: [startSupervisedStep(supervisor, instance.id), gatewayReadyStep(definition, supervisor, token, client)],
    readSettings: () => describeSettings(instance),
  };
  return planBackupChange(change, place, services, options);
}

import type { Instance } from '../../shared/model/instance.ts';
import type { ConnectOptions } from '../api.ts';
import type { BackupChange } from '../backups/backup-api.ts';
import type { ServerLayout } from '../openclaw/server-layout.ts';
import type { Plan } from '../plans/plan.ts';
import { startUnitStep, stopUnitStep } from '../steps/backup/gateway-hand.ts';
import { createQuarters } from '../steps/backup/quarters.ts';
import { createServerRoom } from '../steps/backup/server-room.ts';
import { gatewayReadyStep } from '../steps/server/gateway-ready.ts';
import { describeWay, planBackupChange } from './backup-change.ts';
import type { ServerConnection } from './server-connection.ts';
import { describeSettings } from './server-draft.ts';
import { SERVER_PROXY } from './server-ingress.ts';
import type { PlaceServices } from './place-services.ts';
import { createTokenKeeper } from './token-keeper.ts';

/** The plan of a backup or a restore on a server. */
export function planServerBackup(
  change: BackupChange,
  { layout, instance }: { readonly layout: ServerLayout; readonly instance: Instance },
  { host }: ServerConnection,
  services: PlaceServices,
  options: ConnectOptions,
): Promise<Plan> {
  const { deps, state, secrets } = services;
  const token = createTokenKeeper(instance, state, secrets);
  const client = { version: deps.version, platform: deps.platform };
  const place = {
    instance,
    quarters: createQuarters(createServerRoom(host, layout)),
    token,
    stop: stopUnitStep(layout),
    start: [startUnitStep(layout), gatewayReadyStep(layout, instance.port, token, client)],
    readSettings: () => ({ ...describeSettings(instance), ingress: describeWay(instance, SERVER_PROXY) }),
  };
  return planBackupChange(change, place, services, options);
}

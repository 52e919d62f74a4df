import type { Instance } from '../../shared/model/instance.ts';
import type { ConnectOptions } from '../api.ts';
import type { BackupChange } from '../backups/backup-api.ts';
import { limitsOf } from '../openclaw/container-spec.ts';
import { createDockerRoom } from '../steps/backup/docker-room.ts';
import { stopContainerStep } from '../steps/backup/gateway-hand.ts';
import { createQuarters } from '../steps/backup/quarters.ts';
import { containerRunningStep } from '../steps/docker/container-running.ts';
import { containerStep } from '../steps/docker/container.ts';
import { gatewayReadyStep } from '../steps/docker/gateway-ready.ts';
import type { Berth } from '../steps/docker/seat.ts';
import { checkPlan } from '../runner/runner.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';
import { describeWay, planBackupChange } from './backup-change.ts';
import { createGatewayAccess } from './docker-access.ts';
import { readImage } from './docker-berth.ts';
import { readContainerSettings } from './docker-ingress.ts';
import type { DockerMachine } from './docker-machine.ts';
import type { OpenPlan } from './place.ts';
import type { PlaceServices } from './place-services.ts';
import { createTokenKeeper } from './token-keeper.ts';

export interface DockerBackupRequest {
  readonly machine: DockerMachine;
  readonly berth: Berth;
  readonly services: PlaceServices;
  readonly options: ConnectOptions;
  readonly signal: AbortSignal;
}

/** Takes the machine over. What works on the volumes is made when it is needed, and goes with the plan. */
export async function openDockerBackup(
  instance: Instance,
  change: BackupChange,
  { machine, berth, services, options, signal }: DockerBackupRequest,
): Promise<OpenPlan> {
  const image = await readImage(instance, machine.engine, signal);
  const { layout, seat } = berth;
  const quarters = createQuarters(createDockerRoom(berth, () => image));
  return disposeOnFailure(quarters, async () => {
    const token = createTokenKeeper(instance, services.state, services.secrets);
    const access = createGatewayAccess(instance, layout, machine.engine, () => seat.port, token, services);
    const place = {
      instance,
      quarters,
      token,
      stop: stopContainerStep(berth),
      start: [
        containerStep(berth, { readImage: () => image, limits: limitsOf(instance) }),
        containerRunningStep(berth, []),
        gatewayReadyStep(berth, access),
      ],
      readSettings: () => readContainerSettings(instance, seat, describeWay(instance, seat.subnet.proxyAddress)),
    };
    const plan = await planBackupChange(change, place, services, options);
    const { keeper, ask } = machine.openKeeper(layout.container);
    const { steps } = await checkPlan(plan, { host: machine.host, ask, keeper, signal });
    return {
      instance,
      plan,
      findings: [],
      steps,
      host: machine.host,
      ask,
      keeper,
      async [Symbol.asyncDispose]() {
        await quarters[Symbol.asyncDispose]();
        await machine[Symbol.asyncDispose]();
      },
    };
  });
}

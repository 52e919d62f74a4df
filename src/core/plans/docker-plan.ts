import type { Instance } from '../../shared/model/instance.ts';
import { formatTarget } from '../../shared/model/target.ts';
import type { GatewaySettings } from '../openclaw/config-patch.ts';
import { absentContainerStep, absentNetworkStep, volumesGoneStep } from '../steps/docker/absent.ts';
import { configFileStep } from '../steps/docker/config-file.ts';
import { containerRunningStep } from '../steps/docker/container-running.ts';
import { containerStep, type ContainerChoice } from '../steps/docker/container.ts';
import { gatewayReadyStep, type GatewayAccess } from '../steps/docker/gateway-ready.ts';
import { gatewayTokenStep } from '../steps/docker/gateway-token.ts';
import { networkStep } from '../steps/docker/network.ts';
import type { Berth } from '../steps/docker/seat.ts';
import { volumesStep } from '../steps/docker/volumes.ts';
import type { Step } from '../steps/step.ts';
import type { Choices, Plan } from './plan.ts';

export interface DockerPlanInput {
  readonly instance: Instance;
  readonly berth: Berth;
  /** Brings an engine, where the server has none. */
  readonly install: readonly Step[];
  readonly image: Step;
  readonly container: ContainerChoice;
  /** Read when it is written: the port may move until then. */
  readonly readSettings: () => Omit<GatewaySettings, 'token'>;
  readonly access: GatewayAccess;
  readonly choices: Choices;
  /** Lets visitors in from outside; empty where nothing but a tunnel leads there. */
  readonly ingress: readonly Step[];
}

/** Pure: the whole life of an OpenClaw in a container, from an engine without it to an answering gateway. */
export function buildDockerPlan(input: DockerPlanInput): Plan {
  const { instance, berth, access } = input;
  const container = containerStep(berth, input.container);
  const config = configFileStep(berth, input.readSettings, access.token);
  const stages: Step[][] = [
    ...input.install.map((step) => [step]),
    [input.image],
    [networkStep(berth), volumesStep(berth)],
    [container],
    [gatewayTokenStep(berth, access.token)],
    [config],
    ...input.choices.beforeStart.map((step) => [step]),
    [containerRunningStep(berth, [container, config])],
    [gatewayReadyStep(berth, access)],
    ...input.choices.afterReady.map((step) => [step]),
    ...input.ingress.map((step) => [step]),
  ];
  return { kind: 'deploy', why: `deploy ${instance.name} to ${formatTarget(instance.target)}`, stages };
}

export interface DockerRemovalInput {
  readonly instance: Instance;
  readonly berth: Berth;
  readonly purge: boolean;
  /** Closes the way in from outside, before anything else. */
  readonly ingress: readonly Step[];
}

/** Pure: undoes a deployment. The image stays: others may run it. */
export function buildDockerRemovalPlan({ instance, berth, purge, ingress }: DockerRemovalInput): Plan {
  const stages: Step[][] = [
    ...ingress.map((step) => [step]),
    [absentContainerStep(berth)],
    [absentNetworkStep(berth), volumesGoneStep(berth, purge)],
  ];
  const what = purge ? 'remove and purge' : 'remove';
  return { kind: 'remove', why: `${what} ${instance.name} from ${formatTarget(instance.target)}`, stages };
}

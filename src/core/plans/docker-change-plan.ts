import type { Instance } from '../../shared/model/instance.ts';
import type { Suspension } from '../../shared/model/guard.ts';
import type { ResourceLimits } from '../../shared/model/resources.ts';
import type { PlanKind } from '../../shared/model/run.ts';
import { formatTarget } from '../../shared/model/target.ts';
import { containerLimitsStep } from '../steps/docker/container-limits.ts';
import { containerRunningStep } from '../steps/docker/container-running.ts';
import { containerStep, type ContainerChoice } from '../steps/docker/container.ts';
import { gatewayReadyStep, type GatewayAccess } from '../steps/docker/gateway-ready.ts';
import { networkStep } from '../steps/docker/network.ts';
import type { Berth } from '../steps/docker/seat.ts';
import { containerStoppedStep, suspensionLiftedStep, suspensionMarkStep } from '../steps/docker/suspended.ts';
import type { Step } from '../steps/step.ts';
import type { Plan } from './plan.ts';

function describe(kind: PlanKind, instance: Instance, stages: readonly (readonly Step[])[]): Plan {
  return { kind, why: `${kind} ${instance.name} on ${formatTarget(instance.target)}`, stages };
}

/** Pure. */
export function buildLimitsPlan(instance: Instance, berth: Berth, limits: ResourceLimits): Plan {
  return describe('limits', instance, [[containerLimitsStep(berth, limits)]]);
}

/** Pure. @param ingress closes the way in from outside */
export function buildSuspendPlan(
  instance: Instance,
  berth: Berth,
  suspension: Suspension,
  ingress: readonly Step[],
): Plan {
  return describe('suspend', instance, [
    [suspensionMarkStep(berth, suspension)],
    [containerStoppedStep(berth)],
    // Last: a proxy that is broken keeps nothing running.
    ...ingress.map((step) => [step]),
  ]);
}

export interface ResumeInput {
  readonly instance: Instance;
  readonly berth: Berth;
  readonly container: ContainerChoice;
  readonly access: GatewayAccess;
  /** Opens the way in from outside again. */
  readonly ingress: readonly Step[];
}

/** Pure. A container that somebody removed meanwhile is made again: its data waits in the volumes. */
export function buildResumePlan({ instance, berth, container, access, ingress }: ResumeInput): Plan {
  return describe('resume', instance, [
    [networkStep(berth)],
    [containerStep(berth, container)],
    [suspensionLiftedStep(berth)],
    [containerRunningStep(berth, [])],
    [gatewayReadyStep(berth, access)],
    ...ingress.map((step) => [step]),
  ]);
}

/** Pure. */
export function buildIngressPlan(instance: Instance, steps: readonly (readonly Step[])[]): Plan {
  return describe('ingress', instance, steps);
}

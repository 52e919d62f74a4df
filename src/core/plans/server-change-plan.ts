import type { Suspension } from '../../shared/model/guard.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ResourceLimits } from '../../shared/model/resources.ts';
import { formatTarget } from '../../shared/model/target.ts';
import type { GatewaySettings } from '../openclaw/config-patch.ts';
import type { ServerLayout } from '../openclaw/server-layout.ts';
import { resumeStep, suspendStep } from '../steps/server/suspension.ts';
import { unitLimitsStep } from '../steps/server/unit-limits.ts';
import { configFileStep } from '../steps/server/config-file.ts';
import type { TokenKeeper } from '../steps/server/gateway-token.ts';
import type { Step } from '../steps/step.ts';
import type { Plan } from './plan.ts';
import type { IngressStages } from './server-ingress-plan.ts';

export interface ServerChangeInput {
  readonly layout: ServerLayout;
  readonly instance: Instance;
}

/** Pure. */
export function buildServerSuspendPlan(
  { layout, instance }: ServerChangeInput,
  { who, suspension, closeRoute }: ServerSuspension,
): Plan {
  const stages: Step[][] = [...closeRoute.map((step) => [step]), [suspendStep(layout, instance.id, who, suspension)]];
  return { kind: 'suspend', why: `suspend ${instance.name} on ${formatTarget(instance.target)}`, stages };
}

export interface ServerSuspension {
  readonly who: string;
  readonly suspension: Suspension;
  /** What leads to it from outside goes first. */
  readonly closeRoute: readonly Step[];
}

/** Pure. @param after what proves that it runs and leads to it from outside; empty where it was never deployed to its end */
export function buildServerResumePlan({ layout, instance }: ServerChangeInput, after: readonly Step[]): Plan {
  const stages: Step[][] = [[resumeStep(layout)], ...after.map((step) => [step])];
  return { kind: 'resume', why: `resume ${instance.name} on ${formatTarget(instance.target)}`, stages };
}

/** Pure. */
export function buildServerLimitsPlan(
  { layout, instance }: ServerChangeInput,
  limits: ResourceLimits,
  memoryBytes: number,
): Plan {
  const why = `limit ${instance.name} on ${formatTarget(instance.target)}`;
  return { kind: 'limits', why, stages: [[unitLimitsStep(layout, memoryBytes, limits)]] };
}

/** Pure. What goes before the gateway is told of its visitors, the telling, and the rest. */
export function buildServerIngressPlan(
  { layout, instance }: ServerChangeInput,
  { supplies, opening }: IngressStages,
  { settings, token }: { readonly settings: Omit<GatewaySettings, 'token'>; readonly token: TokenKeeper },
): Plan {
  const why = `change how ${instance.name} on ${formatTarget(instance.target)} is reached`;
  const stages = [supplies, [configFileStep(layout, settings, token)], ...opening];
  return { kind: 'ingress', why, stages: stages.filter((steps) => steps.length > 0) };
}

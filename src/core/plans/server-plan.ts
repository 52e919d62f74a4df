import type { Instance } from '../../shared/model/instance.ts';
import { formatTarget } from '../../shared/model/target.ts';
import type { Fact } from '../facts/fact.ts';
import type { GatewaySettings } from '../openclaw/config-patch.ts';
import type { NodeSources } from '../openclaw/node-release.ts';
import type { ServerLayout } from '../openclaw/server-layout.ts';
import { accountStep } from '../steps/server/account.ts';
import { claimStep, type Claim } from '../steps/server/claim.ts';
import { configFileStep } from '../steps/server/config-file.ts';
import { gatewayReadyStep } from '../steps/server/gateway-ready.ts';
import { gatewayServiceStep } from '../steps/server/gateway-service.ts';
import { gatewayTokenStep, type TokenKeeper } from '../steps/server/gateway-token.ts';
import { loginPathStep } from '../steps/server/login-path.ts';
import { nodeRuntimeStep } from '../steps/server/node-runtime.ts';
import { openclawPackageStep } from '../steps/server/openclaw-package.ts';
import { unitLimitsStep } from '../steps/server/unit-limits.ts';
import type { Step } from '../steps/step.ts';
import type { Plan } from './plan.ts';

export interface ServerPlanInput {
  readonly layout: ServerLayout;
  readonly instance: Instance;
  readonly claim: Claim;
  readonly registry: string;
  readonly node: { readonly sources: NodeSources; readonly from: 'site' | 'npm' };
  readonly memoryBytes: number;
  readonly settings: Omit<GatewaySettings, 'token'>;
  readonly token: TokenKeeper;
  readonly configText: Fact<string | undefined>;
  /** Fixes that preflight asked for (packages, swap) come before everything, those for afterwards (firewall) last. */
  readonly before: readonly Step[];
  readonly after: readonly Step[];
  /** What the person chose: provider, instructions. */
  readonly extras: readonly Step[];
}

/** Pure: the whole life of a server's OpenClaw, from an empty machine to an answering gateway. */
export function buildServerPlan(input: ServerPlanInput): Plan {
  const { layout, instance, registry, token, configText } = input;
  const stages: Step[][] = [
    [claimStep(layout, input.claim)],
    ...input.before.map((step) => [step]),
    [
      accountStep(layout),
      nodeRuntimeStep(layout, instance.nodeVersion, input.node.sources, input.node.from),
      gatewayTokenStep(token, configText),
    ],
    [openclawPackageStep(layout, instance.version, registry), loginPathStep(layout, registry), unitLimitsStep(layout, input.memoryBytes)],
    [configFileStep(layout, input.settings, token, configText)],
    ...input.extras.map((step) => [step]),
    [gatewayServiceStep(layout, instance.port)],
    [gatewayReadyStep(layout, instance.port, token)],
    ...input.after.map((step) => [step]),
  ];
  return { kind: 'deploy', why: `deploy ${instance.name} to ${formatTarget(instance.target)}`, stages };
}

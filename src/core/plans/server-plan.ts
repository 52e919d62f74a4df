import type { Mirrors } from '../api-deps.ts';
import type { ServerFixes } from '../diagnostics/preflight-server.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { formatTarget } from '../../shared/model/target.ts';
import { accountFact, lingerFact } from '../facts/account.ts';
import type { Fact } from '../facts/fact.ts';
import { fileFact } from '../facts/file.ts';
import { nodeVersionFact, packageVersionFact } from '../facts/install.ts';
import { userUnitFact } from '../facts/unit.ts';
import type { ClientIdentity } from '../openclaw/gateway-frames.ts';
import type { GatewaySettings } from '../openclaw/config-patch.ts';
import type { NodeSources } from '../openclaw/node-release.ts';
import type { ServerLayout } from '../openclaw/server-layout.ts';
import { accountStep } from '../steps/server/account.ts';
import { claimFact, claimStep, type Claim } from '../steps/server/claim.ts';
import { configFileStep } from '../steps/server/config-file.ts';
import { firewallStep } from '../steps/server/firewall.ts';
import { packagesStep } from '../steps/server/packages.ts';
import { swapStep } from '../steps/server/swap.ts';
import { gatewayReadyStep } from '../steps/server/gateway-ready.ts';
import { gatewayServiceStep } from '../steps/server/gateway-service.ts';
import { gatewayTokenStep, type TokenKeeper } from '../steps/server/gateway-token.ts';
import { loginPathStep } from '../steps/server/login-path.ts';
import { nodeRuntimeStep } from '../steps/server/node-runtime.ts';
import { officialInstallerStep } from '../steps/server/official-installer.ts';
import { openclawPackageStep } from '../steps/server/openclaw-package.ts';
import { serverWorkspace } from '../steps/server/server-workspace.ts';
import { unitLimitsStep } from '../steps/server/unit-limits.ts';
import type { Step } from '../steps/step.ts';
import type { Choices, Plan } from './plan.ts';
import type { IngressStages } from './server-ingress-plan.ts';

export interface ServerPlanInput {
  readonly layout: ServerLayout;
  readonly instance: Instance & { readonly nodeVersion: string };
  readonly claim: Claim;
  readonly mirrors: Mirrors;
  readonly readNodeSources: (signal: AbortSignal) => Promise<NodeSources>;
  readonly client: ClientIdentity;
  readonly memoryBytes: number;
  readonly settings: Omit<GatewaySettings, 'token'>;
  readonly token: TokenKeeper;
  /** What preflight found to be mended: packages and swap before everything, the firewall last. */
  readonly fixes: ServerFixes;
  /** Signs in a second time: how the firewall is proven not to lock us out. */
  readonly proveAccess: (signal: AbortSignal) => Promise<void>;
  readonly choices: Choices;
  /** Absent: it stays as it is. */
  readonly ingress?: IngressStages;
}

/** Pure: the whole life of a server's OpenClaw, from an empty machine to an answering gateway. */
export function buildServerPlan(input: ServerPlanInput): Plan {
  const { layout, instance, token, fixes } = input;
  const { npm: registry, installer } = input.mirrors;
  // The official installer reads the account's .npmrc, which the step before it writes; npm alone is told everything.
  const official =
    instance.installer === 'official'
      ? officialInstallerStep(layout, instance.version, { url: installer, registry })
      : undefined;
  const pinned = official === undefined ? [openclawPackageStep(layout, instance.version, registry)] : [];
  const before: Step[] = [
    ...(fixes.packages === undefined ? [] : [packagesStep(fixes.packages)]),
    ...(fixes.swap === undefined ? [] : [swapStep(fixes.swap)]),
  ];
  const after: Step[] =
    fixes.firewall === undefined ? [] : [firewallStep({ ...fixes.firewall, proveAccess: input.proveAccess })];

  const stages: (readonly Step[])[] = [
    [claimStep(layout, input.claim)],
    ...before.map((step) => [step]),
    [
      accountStep(layout),
      nodeRuntimeStep(layout, instance.nodeVersion, input.readNodeSources),
      gatewayTokenStep(token, layout.configPath),
      ...(input.ingress?.supplies ?? []),
    ],
    [loginPathStep(layout, registry), ...pinned],
    ...(official === undefined ? [] : [[official]]),
    [configFileStep(layout, input.settings, token)],
    ...input.choices.beforeStart.map((step) => [step]),
    [gatewayServiceStep(layout, instance.port)],
    [
      unitLimitsStep(layout, input.memoryBytes, instance.limits),
      gatewayReadyStep(layout, instance.port, token, input.client),
    ],
    ...input.choices.afterReady.map((step) => [step]),
    ...after.map((step) => [step]),
    ...(input.ingress?.opening ?? []),
  ];
  return { kind: 'deploy', why: `deploy ${instance.name} to ${formatTarget(instance.target)}`, stages };
}

/** Everything that the steps of a server ask, for one batch that is asked before the plan can be built. */
export function listServerFacts(layout: ServerLayout): Fact<unknown>[] {
  return [
    claimFact(layout),
    accountFact(layout.user),
    lingerFact(layout.user),
    nodeVersionFact(layout.node, layout.npmCli),
    packageVersionFact(layout.packageDir),
    userUnitFact(layout.user, layout.unit),
    ...[layout.configPath, layout.dropInPath, layout.profilePath, layout.npmrcPath, layout.officialMarkPath].map(
      (path) => fileFact(path),
    ),
    ...serverWorkspace(layout).facts,
  ];
}

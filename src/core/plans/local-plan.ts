import type { Suspension } from '../../shared/model/guard.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { GatewaySettings } from '../openclaw/config-patch.ts';
import type { ClientIdentity } from '../openclaw/health.ts';
import type { NodeSources } from '../openclaw/node-release.ts';
import type { PackageManifest } from '../openclaw/registry.ts';
import { absentPackagesStep, absentRuntimeStep, stateFolderStep } from '../steps/local/absent-files.ts';
import { absentServiceStep } from '../steps/local/absent-service.ts';
import { configFileStep } from '../steps/local/config-file.ts';
import { gatewayReadyStep } from '../steps/local/gateway-ready.ts';
import { gatewayServiceStep } from '../steps/local/gateway-service.ts';
import { gatewayTokenStep } from '../steps/local/gateway-token.ts';
import { instanceFolderStep } from '../steps/local/instance-folder.ts';
import { defineGateway, type LocalLayout } from '../steps/local/local-layout.ts';
import { nodeRuntimeStep } from '../steps/local/node-runtime.ts';
import { openclawDownloadStep } from '../steps/local/openclaw-download.ts';
import { openclawPackageStep } from '../steps/local/openclaw-package.ts';
import { resumeStep, suspendStep } from '../steps/local/suspension.ts';
import type { TokenKeeper } from '../steps/server/gateway-token.ts';
import type { Step } from '../steps/step.ts';
import type { SupervisorAccess } from '../supervisor/supervise.ts';
import type { Choices, Plan } from './plan.ts';

export interface LocalPlanInput {
  readonly layout: LocalLayout;
  readonly instance: Instance & { readonly nodeVersion: string };
  readonly registry: string;
  readonly readNodeSources: (signal: AbortSignal) => Promise<NodeSources>;
  readonly readManifest: (signal: AbortSignal) => Promise<PackageManifest>;
  readonly settings: Omit<GatewaySettings, 'token'>;
  readonly token: TokenKeeper;
  readonly supervisor: SupervisorAccess;
  readonly client: ClientIdentity;
  readonly choices: Choices;
}

/** Pure: the whole life of an OpenClaw on this computer, from an empty folder to an answering gateway. */
export function buildLocalPlan(input: LocalPlanInput): Plan {
  const { layout, instance, registry, token, supervisor } = input;
  const definition = defineGateway(layout, instance);
  const stages: Step[][] = [
    [instanceFolderStep(layout)],
    [
      nodeRuntimeStep(layout, instance.nodeVersion, input.readNodeSources),
      openclawDownloadStep(layout, instance.version, input.readManifest),
      gatewayTokenStep(token, layout.configFile),
    ],
    [openclawPackageStep(layout, instance.version, registry)],
    [configFileStep(layout, input.settings, token)],
    ...input.choices.beforeStart.map((step) => [step]),
    [gatewayServiceStep(supervisor, definition, layout.cacheDir)],
    [gatewayReadyStep(definition, supervisor, token, input.client)],
    ...input.choices.afterReady.map((step) => [step]),
  ];
  return { kind: 'deploy', why: `deploy ${instance.name} to local`, stages };
}

export interface LocalRemovalInput {
  readonly layout: LocalLayout;
  readonly instance: Instance;
  readonly purge: boolean;
  readonly supervisor: SupervisorAccess;
  /** The other instances on this computer. */
  readonly readOthers: () => Promise<readonly Instance[]>;
}

/** Pure: undoes a deployment. State goes last, and only where that is asked for. */
export function buildLocalRemovalPlan({ layout, instance, purge, supervisor, readOthers }: LocalRemovalInput): Plan {
  const stages: Step[][] = [
    [absentServiceStep(supervisor, instance.id)],
    [absentPackagesStep(layout), absentRuntimeStep(layout, readOthers)],
    [stateFolderStep(layout, instance.name, purge)],
  ];
  return { kind: 'remove', why: `remove ${instance.name} from local`, stages };
}

/** Pure. */
export function buildLocalSuspendPlan(
  { id, name }: Instance,
  suspension: Suspension,
  supervisor: SupervisorAccess,
): Plan {
  return { kind: 'suspend', why: `suspend ${name} on local`, stages: [[suspendStep(supervisor, id, suspension)]] };
}

/** Pure. @param ready proves that it runs; absent where it was never deployed to its end */
export function buildLocalResumePlan(
  { id, name }: Instance,
  supervisor: SupervisorAccess,
  ready: Step | undefined,
): Plan {
  const stages = [[resumeStep(supervisor, id)], ...(ready === undefined ? [] : [[ready]])];
  return { kind: 'resume', why: `resume ${name} on local`, stages };
}

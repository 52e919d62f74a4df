import type { Instance } from '../../shared/model/instance.ts';
import type { ConnectOptions, Finding } from '../api.ts';
import { createFactReader } from '../facts/fact.ts';
import { fileFact } from '../facts/file.ts';
import { nodeVersionFact, packageVersionFact } from '../facts/install.ts';
import { machineFact } from '../facts/machine.ts';
import { memoryFact } from '../facts/memory.ts';
import { userUnitFact } from '../facts/unit.ts';
import { readNodeSources, type NodePlace } from '../openclaw/node-release.ts';
import { createRegistry } from '../openclaw/registry.ts';
import type { ServerLayout } from '../openclaw/server-layout.ts';
import type { Plan } from '../plans/plan.ts';
import { buildRollbackPlan, buildUpdatePlan } from '../plans/update-plan.ts';
import { stopUnitStep } from '../steps/backup/gateway-hand.ts';
import { createQuarters } from '../steps/backup/quarters.ts';
import { createServerRoom } from '../steps/backup/server-room.ts';
import { gatewayReadyStep } from '../steps/server/gateway-ready.ts';
import { gatewayServiceStep } from '../steps/server/gateway-service.ts';
import { nodeRuntimeStep } from '../steps/server/node-runtime.ts';
import { unitLimitsStep } from '../steps/server/unit-limits.ts';
import type { Step } from '../steps/step.ts';
import { serverTidyStep } from '../steps/update/server-tidy.ts';
import { bringOlderNodeStep, keepingNode, putNodeBackStep } from '../steps/update/server-node.ts';
import { bringOlderStep, exactPackageStep, foresightStep, serverUpgradeStep } from '../steps/update/server-upgrade.ts';
import type { BackParts } from '../steps/update/update-work.ts';
import { verifyStep } from '../steps/update/verify.ts';
import type { UpdateChange } from '../updates/update-api.ts';
import { describeWay, listUnsettled, settleConfig, type BackupPlace } from './backup-change.ts';
import type { ServerConnection } from './server-connection.ts';
import { describeSettings } from './server-draft.ts';
import { SERVER_PROXY } from './server-ingress.ts';
import type { PlaceServices } from './place-services.ts';
import { createTokenKeeper } from './token-keeper.ts';
import { draftRollback, draftUpdate } from './update-change.ts';
import { chooseNode } from './update-node.ts';

export interface PlannedUpdate {
  readonly plan: Plan;
  /** As it will be. */
  readonly record: Instance;
  readonly findings: readonly Finding[];
}

/** Suspended, or stopped by a person. One that has failed is meant to run. Pure. */
export function standsStill({ suspension }: Pick<Instance, 'suspension'>, activeState: string): boolean {
  return suspension !== undefined || activeState === 'inactive';
}

/** The plan of an update on a server, or of its taking back. */
export async function planServerUpdate(
  change: UpdateChange,
  { layout, instance }: { readonly layout: ServerLayout; readonly instance: Instance },
  { host, ask }: ServerConnection,
  services: PlaceServices,
  options: ConnectOptions,
): Promise<PlannedUpdate> {
  const { deps, state, secrets } = services;
  const unit = userUnitFact(layout.user, layout.unit);
  const installed = packageVersionFact(layout.packageDir);
  const runtime = nodeVersionFact(layout.node, layout.npmCli);
  const config = fileFact(layout.configPath);
  const facts = createFactReader(ask, () => [unit, installed, runtime, config, machineFact(), memoryFact()]);
  const { activeState } = await facts.read(unit);
  const runs = await facts.read(installed);
  const nodeThere = await facts.read(runtime);
  const { arch } = await facts.read(machineFact());
  const { totalBytes } = await facts.read(memoryFact());
  const before = (await facts.read(config))?.text;
  const nodePlace: NodePlace = { platform: 'linux', arch: arch === 'aarch64' ? 'arm64' : 'x64' };
  const mirrors = await services.mirrors.read();
  const registry = createRegistry({ url: mirrors.npm });
  const token = createTokenKeeper(instance, state, secrets);
  const client = { version: deps.version, platform: deps.platform };
  const quarters = createQuarters(createServerRoom(host, layout));
  const readSettings: BackupPlace['readSettings'] = () => ({
    ...describeSettings(instance),
    ingress: describeWay(instance, SERVER_PROXY),
  });
  const nodeStep =
    (version: string) =>
    (at: ServerLayout): Step =>
      nodeRuntimeStep(at, version, (signal) => readNodeSources(registry, mirrors, version, nodePlace, signal));
  const ready = gatewayReadyStep(layout, instance.port, token, client);
  const limits = unitLimitsStep(layout, totalBytes, instance.limits);
  const start = [gatewayServiceStep(layout, instance.port), limits, ready];
  const partsFor = (from: { readonly version: string; readonly nodeVersion?: string | undefined }): BackParts => ({
    quarters,
    vault: services.vault,
    options,
    stop: stopUnitStep(layout),
    program: [
      ...(from.nodeVersion === undefined
        ? []
        : [putNodeBackStep(layout, from.nodeVersion, nodeStep(from.nodeVersion))]),
      exactPackageStep(layout, from.version, mirrors.npm),
    ],
    start,
    settle: settleConfig({ token, readSettings }),
    after: [serverTidyStep(layout)],
  });
  const place = {
    instance,
    quarters,
    runs,
    isStill: standsStill(instance, activeState),
    readVersion: (context: Parameters<Step['check']>[0]) => context.read(installed),
  };
  if (change.kind === 'rollback') {
    const { work, safety, backup, findings } = await draftRollback(place, services, options);
    const { nodeVersion: olderNode } = work.from;
    const before = [
      ...(olderNode === undefined ? [] : [bringOlderNodeStep(layout, olderNode, nodeStep(olderNode))]),
      bringOlderStep(layout, work.from.version, mirrors.npm),
    ];
    const plan = buildRollbackPlan({ work, safety, backup, before, back: partsFor(work.from) });
    return { plan, findings, record: { ...instance, version: work.from.version } };
  }
  const { version } = change;
  const nodeVersion = await chooseNode(registry, version, nodeThere, nodePlace, options.signal);
  const { work, safety } = draftUpdate(place, version, { nodeVersion }, services, options);
  const verified = verifyStep(work, {
    port: instance.port,
    token,
    client,
    readConfig: async (context) => (await context.read(config))?.text,
    before: instance.pendingUpdate === undefined ? before : undefined,
    listUnsettled: listUnsettled({ token, readSettings }),
  });
  const plan = buildUpdatePlan({
    work,
    safety,
    before: [foresightStep(work, layout, mirrors.npm)],
    steps: [
      ...(nodeVersion === nodeThere ? [] : [keepingNode(nodeStep(nodeVersion)(layout), layout)]),
      serverUpgradeStep(work, layout, mirrors.npm),
      ...(work.isStill ? [] : start),
      verified,
    ],
    back: partsFor({ ...work.from, nodeVersion: work.from.nodeVersion ?? nodeThere }),
    after: [serverTidyStep(layout)],
  });
  return { plan, findings: [], record: { ...instance, version, nodeVersion } };
}

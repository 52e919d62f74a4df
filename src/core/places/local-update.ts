import { readFile } from 'node:fs/promises';
import type { Instance } from '../../shared/model/instance.ts';
import type { ConnectOptions } from '../api.ts';
import { readNodeSources } from '../openclaw/node-release.ts';
import { createRegistry } from '../openclaw/registry.ts';
import { buildRollbackPlan, buildUpdatePlan } from '../plans/update-plan.ts';
import { stopSupervisedStep } from '../steps/backup/gateway-hand.ts';
import { createLocalRoom } from '../steps/backup/local-room.ts';
import { createQuarters } from '../steps/backup/quarters.ts';
import { gatewayReadyStep } from '../steps/local/gateway-ready.ts';
import { gatewayServiceStep } from '../steps/local/gateway-service.ts';
import { defineGateway, layoutLocal, type LocalLayout } from '../steps/local/local-layout.ts';
import { nodeRuntimeStep } from '../steps/local/node-runtime.ts';
import { readInstalledVersion } from '../steps/local/openclaw-package.ts';
import type { Step } from '../steps/step.ts';
import { localCanaryStep } from '../steps/update/local-canary.ts';
import { defineStillStep } from '../steps/update/local-define.ts';
import { measureDowntime } from '../steps/update/local-downtime.ts';
import {
  bringOlderStep,
  bringStep,
  clearPackagesStep,
  putBackStep,
  stopBeforeSwap,
  swapPackageStep,
} from '../steps/update/local-upgrade.ts';
import type { BackParts, UpdateWork } from '../steps/update/update-work.ts';
import { verifyStep } from '../steps/update/verify.ts';
import { hasCode } from '../system/atomic-file.ts';
import type { UpdateChange } from '../updates/update-api.ts';
import { listUnsettled, settleConfig, type BackupPlace } from './backup-change.ts';
import type { LocalGateway } from './local-backup.ts';
import { expectLocalPlace } from './local-draft.ts';
import { describeSettings } from './server-draft.ts';
import type { PlaceServices } from './place-services.ts';
import type { PlannedUpdate } from './server-update.ts';
import { createTokenKeeper } from './token-keeper.ts';
import { draftRollback, draftUpdate } from './update-change.ts';
import { chooseNode } from './update-node.ts';

/**
 * The plan of an update on this computer, or of its taking back. OpenClaw's own updater knows services of the system alone: what a
 * supervisor of ours runs it would replace under its feet, or ask a person to stop first for as long as the update takes.
 */
export async function planLocalUpdate(
  change: UpdateChange,
  { instance, host, supervisor }: LocalGateway,
  services: PlaceServices,
  options: ConnectOptions,
): Promise<PlannedUpdate> {
  const { deps, state, secrets, vault } = services;
  const place = expectLocalPlace(deps.platform, deps.arch);
  const mirrors = await services.mirrors.read();
  const registry = createRegistry({ url: mirrors.npm });
  const token = createTokenKeeper(instance, state, secrets);
  const client = { version: deps.version, platform: deps.platform };
  const layoutOf = (nodeVersion: string | undefined): LocalLayout =>
    layoutLocal(deps.dataDir, { id: instance.id, nodeVersion }, deps.platform);
  const here = layoutOf(instance.nodeVersion);
  const readSettings: BackupPlace['readSettings'] = () => describeSettings(instance);
  const nodeStep = (version: string): Step =>
    nodeRuntimeStep(layoutOf(version), version, (signal) => readNodeSources(registry, mirrors, version, place, signal));
  const stop = stopSupervisedStep(supervisor, instance.id);
  const startWith = (layout: LocalLayout): readonly [Step, Step] => {
    const definition = defineGateway(layout, instance);
    return [
      gatewayServiceStep(supervisor, definition, layout.cacheDir),
      gatewayReadyStep(definition, supervisor, token, client),
    ];
  };
  const partsFor = ({ version, nodeVersion }: UpdateWork['from']): BackParts => {
    const layout = layoutOf(nodeVersion ?? instance.nodeVersion);
    return {
      quarters: createQuarters(createLocalRoom(host, layout)),
      vault,
      options,
      stop,
      program: [
        ...(nodeVersion === undefined ? [] : [nodeStep(nodeVersion)]),
        putBackStep(layout, version, mirrors.npm),
      ],
      start: startWith(layout),
      settle: settleConfig({ token, readSettings }),
      after: [clearPackagesStep(layout)],
    };
  };
  const readConfig = (): Promise<string | undefined> => readText(here.configFile);
  const known = {
    instance,
    quarters: createQuarters(createLocalRoom(host, here)),
    runs: await readInstalledVersion(here.packageDir),
    isStill: instance.suspension !== undefined || (await isStopped(instance, supervisor)),
    readVersion: () => readInstalledVersion(here.packageDir),
  };
  if (change.kind === 'rollback') {
    const { work, safety, backup, findings } = await draftRollback(known, services, options);
    const { nodeVersion: older = instance.nodeVersion, version } = work.from;
    const layout = layoutOf(older);
    const before = [...(older === undefined ? [] : [nodeStep(older)]), bringOlderStep(layout, version, mirrors.npm)];
    const parts = partsFor(work.from);
    // It is there before the gateway is stopped, and a step has a name of its own in a plan.
    const program = parts.program.filter(({ id }) => id !== 'node');
    const plan = buildRollbackPlan({ work, safety, backup, before, back: { ...parts, program } });
    return { plan, findings, record: { ...instance, version: work.from.version } };
  }
  const { version } = change;
  const nodeVersion = await chooseNode(registry, version, instance.nodeVersion, place, options.signal);
  const next = layoutOf(nodeVersion);
  const { work, safety } = draftUpdate(known, version, { nodeVersion }, services, options);
  const [service, ready] = startWith(next);
  const measured = measureDowntime(stopBeforeSwap(stop, work), ready);
  const verify = verifyStep(work, {
    port: instance.port,
    token,
    client,
    readConfig,
    before: instance.pendingUpdate === undefined ? await readConfig() : undefined,
    listUnsettled: listUnsettled({ token, readSettings }),
  });
  const plan = buildUpdatePlan({
    work,
    safety,
    before: [
      nodeStep(nodeVersion),
      bringStep(work, next, mirrors.npm),
      localCanaryStep(work, { layout: here, next, vault, options }),
    ],
    steps: [
      measured.stop,
      swapPackageStep(work, next),
      ...(work.isStill ? [defineStillStep(supervisor, defineGateway(next, instance))] : [service, measured.ready]),
      verify,
    ],
    back: partsFor(work.from),
    after: [clearPackagesStep(next)],
  });
  return { plan, findings: [], record: { ...instance, version, nodeVersion } };
}

async function isStopped({ id }: Instance, supervisor: LocalGateway['supervisor']): Promise<boolean> {
  await using running = await supervisor.find();
  const status = (await running?.call('status', { gateway: id })) ?? (await supervisor.readStopped(id));
  return status === undefined || status.wanted === 'stopped' || status.state === 'suspended';
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

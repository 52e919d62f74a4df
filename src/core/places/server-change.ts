import { assertNever } from '../../shared/assert-never.ts';
import { AppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ConnectOptions, Finding } from '../api.ts';
import type { InstanceChange } from '../api-operations.ts';
import { buildRepairPlan } from '../diagnosis/repair-plan.ts';
import { createFactReader, type Fact } from '../facts/fact.ts';
import { memoryFact } from '../facts/memory.ts';
import { userUnitFact } from '../facts/unit.ts';
import { exec, expectOk } from '../host/exec.ts';
import { layoutServer, type ServerLayout } from '../openclaw/server-layout.ts';
import { suspendedError, withoutSuspension } from '../openclaw/suspension.ts';
import { buildConfigPlan } from '../plans/config-plan.ts';
import { createServerRoom } from '../steps/backup/server-room.ts';
import type { Plan } from '../plans/plan.ts';
import {
  buildServerIngressPlan,
  buildServerLimitsPlan,
  buildServerResumePlan,
  buildServerSuspendPlan,
} from '../plans/server-change-plan.ts';
import { checkPlan } from '../runner/runner.ts';
import { createServerLeaseKeeper } from '../runner/server-lease.ts';
import { closedSiteStep } from '../steps/server/caddy-site.ts';
import { claimFact } from '../steps/server/claim.ts';
import { gatewayReadyStep } from '../steps/server/gateway-ready.ts';
import { freezeCommand } from '../steps/server/suspension.ts';
import type { OpenPlan } from './place.ts';
import { planServerBackup } from './server-backup.ts';
import type { ServerConnection } from './server-connection.ts';
import { hasVisitors, planReopening, readServerIngress, serverIngressFacts } from './server-ingress.ts';
import type { PlaceServices } from './place-services.ts';
import { planServerUpdate } from './server-update.ts';
import { describeSettings } from './server-draft.ts';
import { createServerWard } from './server-ward.ts';
import { judgeCutChange, planServerToken } from './token-change.ts';
import { createTokenKeeper } from './token-keeper.ts';

/** A freeze that takes longer than this is none. */
const FREEZE_TIMEOUT_MS = 30_000;

/** What is asked of an instance that is there already; the server is the plan's from now on. */
export async function openServerChange(
  instance: Instance,
  change: InstanceChange,
  server: ServerConnection,
  services: PlaceServices,
  options: ConnectOptions,
): Promise<OpenPlan> {
  const { signal = new AbortController().signal } = options;
  const layout = layoutServer(instance);
  const keeper = createServerLeaseKeeper(server.host, { dir: layout.ownDir, auditLog: layout.auditLog });
  const claim = claimFact(layout);
  const unit = userUnitFact(layout.user, layout.unit);
  const memory = memoryFact();
  const facts = createFactReader(server.ask, (): Fact<unknown>[] => [
    claim,
    unit,
    memory,
    keeper.state,
    ...(change.kind === 'ingress' ? serverIngressFacts : []),
  ]);
  const found = await facts.read(claim);
  // Beside an adopted one there may be one of ours.
  if (found !== undefined && found.instance !== instance.id && instance.adopted === undefined) {
    throw new AppError('instance.elsewhere', {
      message: `Another instance, "${found.name}", lives on this server now.`,
    });
  }
  const open = async (record: Instance, plan: Plan, findings: readonly Finding[] = []): Promise<OpenPlan> => {
    const { steps } = await checkPlan(plan, { host: server.host, ask: server.ask, keeper, signal });
    return {
      instance: record,
      plan,
      findings,
      steps,
      host: server.host,
      ask: server.ask,
      keeper,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  };
  const { deps, state, secrets } = services;
  switch (change.kind) {
    case 'backup':
    case 'restore':
    case 'forget':
      return open(instance, await planServerBackup(change, { layout, instance }, server, services, options));
    case 'update':
    case 'rollback': {
      const { plan, record, findings } = await planServerUpdate(
        change,
        { layout, instance },
        server,
        services,
        options,
      );
      return open(record, plan, findings);
    }
    case 'config':
      return open(instance, buildConfigPlan(instance, createServerRoom(server.host, layout), change.write));
    case 'repair': {
      const ward = createServerWard(instance, layout, server, services);
      return open(instance, await buildRepairPlan(instance, change, ward, signal));
    }
    case 'suspend': {
      const suspension = { at: new Date(services.now()).toISOString(), ...change.reason };
      const closeRoute = hasVisitors(instance) ? [closedSiteStep(instance)] : [];
      const plan = buildServerSuspendPlan({ layout, instance }, { who: deps.who, suspension, closeRoute });
      return open({ ...instance, suspension }, plan);
    }
    case 'resume': {
      const client = { version: deps.version, platform: deps.platform };
      const token = createTokenKeeper(instance, state, secrets);
      // A gateway that was never installed to its end cannot become ready: deploying goes on with it.
      const isInstalled = (await facts.read(unit)).loadState === 'loaded';
      const visitors = await planReopening(services, facts, instance);
      const after = isInstalled ? [gatewayReadyStep(layout, instance.port, token, client), ...visitors] : [];
      return open(withoutSuspension(instance), buildServerResumePlan({ layout, instance }, after));
    }
    case 'rotate-token':
      return open(
        instance,
        await planServerToken(layout, instance, services),
        judgeCutChange(instance, services.now()).findings,
      );
    case 'limits': {
      const { totalBytes } = await facts.read(memory);
      const { limits } = change;
      return open({ ...instance, limits }, buildServerLimitsPlan({ layout, instance }, limits, totalBytes));
    }
    case 'ingress': {
      const wanted = { ...instance, ingress: change.ingress };
      if (instance.suspension !== undefined && hasVisitors(wanted)) throw suspendedError(instance.suspension);
      const former = instance.ingress;
      const ingress = await readServerIngress({
        services,
        facts,
        layout,
        instance: wanted,
        former,
        wantsUfw: false,
        options,
      });
      const { instance: record } = ingress;
      const settings = { ...describeSettings(record), ingress: ingress.way };
      const token = createTokenKeeper(instance, state, secrets);
      return open(record, buildServerIngressPlan({ layout, instance }, ingress, { settings, token }), ingress.findings);
    }
    default:
      return assertNever(change);
  }
}

/**
 * Freezes what runs and closes what leads to it, at once: under no lease, because whoever works there is not waited for.
 * @param closeRoute of an instance that is reached from outside
 */
export async function haltServer(
  { host, ask }: ServerConnection,
  layout: ServerLayout,
  signal: AbortSignal,
  closeRoute: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const freeze = async (): Promise<void> => {
    const result = await exec(host, freezeCommand(layout), { signal, timeoutMs: FREEZE_TIMEOUT_MS });
    if (result.code === 0) return;
    // Without the account, or its service manager, nothing of it runs.
    const unit = userUnitFact(layout.user, layout.unit);
    const { loadState } = await createFactReader(ask, () => [unit]).read(unit);
    if (loadState !== 'no-manager') expectOk(result, 'Freezing the gateway');
  };
  const [frozen, closed] = await Promise.allSettled([freeze(), closeRoute()]);
  if (frozen.status === 'rejected') throw frozen.reason;
  if (closed.status === 'rejected') throw closed.reason;
}

import { Secret } from '../../shared/secret.ts';
import { AppError } from '../../shared/app-error.ts';
import { assertNever } from '../../shared/assert-never.ts';
import type { Suspension } from '../../shared/model/guard.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { Finding } from '../api.ts';
import { buildRepairPlan } from '../diagnosis/repair-plan.ts';
import { checkLocalExposure } from '../exposure/check-exposure.ts';
import type { Host } from '../host/host.ts';
import { openLocalHost } from '../host/local/local-host.ts';
import type { GatewayClientOptions } from '../openclaw/gateway-client.ts';
import { readGatewayHealth } from '../openclaw/health.ts';
import { readNodeSources } from '../openclaw/node-release.ts';
import { createRegistry } from '../openclaw/registry.ts';
import { withoutSuspension } from '../openclaw/suspension.ts';
import { gatewayReadyStep } from '../steps/local/gateway-ready.ts';
import {
  buildLocalPlan,
  buildLocalRemovalPlan,
  buildLocalResumePlan,
  buildLocalSuspendPlan,
} from '../plans/local-plan.ts';
import { buildConfigPlan } from '../plans/config-plan.ts';
import { createLocalRoom } from '../steps/backup/local-room.ts';
import { checkConfigText } from '../steps/config/config-room.ts';
import { readConfigText } from '../steps/local/config-file.ts';
import type { Plan } from '../plans/plan.ts';
import { createLocalLeaseKeeper } from '../runner/local-lease.ts';
import { checkPlan } from '../runner/runner.ts';
import { defineGateway, layoutLocal, localEnvironment, type LocalLayout } from '../steps/local/local-layout.ts';
import { buildToolEnvironment } from '../steps/local/openclaw-package.ts';
import { controlLocal, openLocalSignIn, spawnLocally, type LocalPrograms } from '../supervisor/local-control.ts';
import { createSupervisorAccess } from '../supervisor/supervise.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';
import { localWorkspace } from '../steps/local/local-workspace.ts';
import { buildChoices } from './choices.ts';
import { readGatewayStatus } from './gateway-look.ts';
import { createLocalWard } from './local-ward.ts';
import { planLocalBackup } from './local-backup.ts';
import { draftLocalInstance, expectLocalPlace, readLocalFindings } from './local-draft.ts';
import { lookAtLocal } from './local-look.ts';
import { planLocalUpdate } from './local-update.ts';
import { openInstanceLogs } from './logs/open-logs.ts';
import { listLocalFeeds } from './logs/place-feeds.ts';
import type { OpenPlan, Place } from './place.ts';
import type { Step } from '../steps/step.ts';
import type { PlaceServices } from './place-services.ts';
import { judgeCutChange, planLocalToken } from './token-change.ts';
import { createTokenKeeper } from './token-keeper.ts';

/** This computer: OpenClaw in the data folder, its gateways in the hands of a supervisor. */
export function createLocalPlace(services: PlaceServices): Place {
  const { deps, state, secrets } = services;
  const supervisor = createSupervisorAccess(services);
  const client = { version: deps.version, platform: deps.platform };
  const layoutOf = (instance: Instance): LocalLayout => layoutLocal(deps.dataDir, instance, deps.platform);
  const openHost = (layout: LocalLayout): Promise<Host> =>
    openLocalHost({ env: buildToolEnvironment(layout, deps.env) });
  const programsOf = (layout: LocalLayout): LocalPrograms => ({ ...layout, env: localEnvironment(layout) });

  const listOthers = async ({ id }: Instance): Promise<Instance[]> =>
    (await state.instances.list()).filter((other) => other.target.kind === 'local' && other.id !== id);

  const openPlan = async (
    instance: Instance,
    host: Host,
    plan: OpenPlan['plan'],
    findings: readonly Finding[],
    signal: AbortSignal,
  ): Promise<OpenPlan> => {
    const keeper = createLocalLeaseKeeper(host, { dataDir: deps.dataDir, platform: deps.platform });
    const { steps } = await checkPlan(plan, { host, ask: keeper.ask, keeper, signal });
    return {
      instance,
      plan,
      findings,
      steps,
      host,
      ask: keeper.ask,
      keeper,
      [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
    };
  };

  /** Undefined where there is nothing that could become ready: it was never deployed to its end. */
  const readyStep = async (instance: Instance): Promise<Step | undefined> => {
    if (!(await supervisor.isKnown(instance.id))) return undefined;
    const definition = defineGateway(layoutOf(instance), instance);
    return gatewayReadyStep(definition, supervisor, createTokenKeeper(instance, state, secrets), client);
  };

  return {
    async openDeployment(request) {
      const { signal, options, existing, spec } = request;
      options.onPhase?.('reading');
      const place = expectLocalPlace(deps.platform, deps.arch);
      const mirrors = await services.mirrors.read();
      const registry = createRegistry({ url: mirrors.npm });
      const draft = await draftLocalInstance(request, place, registry, services, supervisor);
      const { instance } = draft;
      const layout = layoutOf(instance);
      const host = await openHost(layout);
      return disposeOnFailure(host, async () => {
        // A port that was settled is kept: what signs in to this gateway knows it by that.
        const isNamed = spec.port !== undefined || existing !== undefined;
        const findings = await readLocalFindings(draft, layout, isNamed, services, supervisor, signal);
        options.onPhase?.('planning');
        const token = createTokenKeeper(existing ?? instance, state, secrets);
        const plan = buildLocalPlan({
          layout,
          instance,
          registry: mirrors.npm,
          readNodeSources: (limit) => readNodeSources(registry, mirrors, instance.nodeVersion, place, limit),
          readManifest: (limit) => registry.readManifest('openclaw', instance.version, limit),
          settings: {
            port: instance.port,
            telemetry: instance.telemetry ? { enabled: true, consentedAt: instance.createdAt } : { enabled: false },
            ...(instance.model === undefined ? {} : { model: instance.model }),
            ...(options.secrets?.telegramToken === undefined
              ? {}
              : { telegram: { botToken: options.secrets.telegramToken } }),
          },
          token,
          supervisor,
          client,
          choices: buildChoices(request, instance, token, localWorkspace(layout, deps.homeDir), services),
        });
        return openPlan(instance, host, plan, findings, signal);
      });
    },
    async openRemoval(instance, { purge }, { signal = new AbortController().signal }) {
      const layout = layoutOf(instance);
      const host = await openHost(layout);
      return disposeOnFailure(host, () => {
        const plan = buildLocalRemovalPlan({
          layout,
          instance,
          purge,
          supervisor,
          readOthers: () => listOthers(instance),
        });
        return openPlan(instance, host, plan, [], signal);
      });
    },
    async openChange(instance, change, options) {
      const { signal = new AbortController().signal } = options;
      const open = async (record: Instance, plan: Plan, findings: readonly Finding[] = []): Promise<OpenPlan> => {
        const host = await openHost(layoutOf(instance));
        return disposeOnFailure(host, () => openPlan(record, host, plan, findings, signal));
      };
      switch (change.kind) {
        case 'suspend': {
          const suspension = { at: new Date(services.now()).toISOString(), ...change.reason };
          return open({ ...instance, suspension }, buildLocalSuspendPlan(instance, suspension, supervisor));
        }
        case 'resume': {
          const record = withoutSuspension(instance);
          return open(record, buildLocalResumePlan(instance, supervisor, await readyStep(instance)));
        }
        case 'ssh-key':
          throw new AppError('ssh-key.no-server');
        case 'rotate-token':
          return open(
            instance,
            await planLocalToken(layoutOf(instance), instance, supervisor, services),
            judgeCutChange(instance, services.now()).findings,
          );
        case 'limits':
          throw new AppError('usage.invalid', {
            message: 'What runs on this computer itself takes what it needs: limits are for containers and servers.',
            hint: 'Deploy it to docker to give it limits.',
          });
        case 'ingress':
          throw new AppError('ingress.unsupported');
        case 'config': {
          const host = await openHost(layoutOf(instance));
          return disposeOnFailure(host, () => {
            const room = createLocalRoom(host, layoutOf(instance));
            return openPlan(instance, host, buildConfigPlan(instance, room, change.write), [], signal);
          });
        }
        case 'repair': {
          const host = await openHost(layoutOf(instance));
          return disposeOnFailure(host, async () => {
            const ward = createLocalWard(instance, layoutOf(instance), host, supervisor, services);
            return openPlan(instance, host, await buildRepairPlan(instance, change, ward, signal), [], signal);
          });
        }
        case 'backup':
        case 'restore':
        case 'forget': {
          const host = await openHost(layoutOf(instance));
          return disposeOnFailure(host, async () => {
            const gateway = { layout: layoutOf(instance), instance, host, supervisor };
            return openPlan(instance, host, await planLocalBackup(change, gateway, services, options), [], signal);
          });
        }
        case 'update':
        case 'rollback': {
          const host = await openHost(layoutOf(instance));
          return disposeOnFailure(host, async () => {
            const gateway = { layout: layoutOf(instance), instance, host, supervisor };
            const { record, plan, findings } = await planLocalUpdate(change, gateway, services, options);
            return openPlan(record, host, plan, findings, signal);
          });
        }
        default:
          return assertNever(change);
      }
    },
    async halt(instance, { signal = new AbortController().signal }) {
      if (!(await supervisor.isKnown(instance.id))) return;
      await using running = await supervisor.open(signal);
      const atOnce: Suspension = {
        at: new Date(services.now()).toISOString(),
        by: 'person',
        because: 'it is being suspended',
      };
      await running.call('suspend', { gateway: instance.id, suspension: instance.suspension ?? atOnce }, { signal });
    },
    readIngress: () => Promise.resolve({}),
    checkExposure: (instance, { signal = new AbortController().signal }) =>
      checkLocalExposure({ instance, now: services.now, signal }),
    async status(instance, { signal }) {
      await using host = await openHost(layoutOf(instance));
      const { port } = instance;
      const connect: GatewayClientOptions['connect'] = (limit) => host.connect({ port }, { signal: limit });
      return await readGatewayStatus(instance, await lookAtLocal(instance, services), {
        readToken: () => createTokenKeeper(instance, state, secrets).read(),
        ask: (token) =>
          readGatewayHealth({ connect, token, port, client, ...(signal === undefined ? {} : { signal }) }),
        signal,
      });
    },
    async control(instance, verb, { signal = new AbortController().signal }) {
      await using running = await supervisor.open(signal);
      await controlLocal(running, instance, layoutOf(instance).logFile, verb, signal);
    },
    logs: (instance, query, { signal }) =>
      openInstanceLogs(services, instance, listLocalFeeds(instance, deps), query, signal),
    async exec(instance, argv, spawn) {
      const layout = layoutOf(instance);
      const host = await openHost(layout);
      return disposeOnFailure(host, async () => {
        const child = await spawnLocally(host, programsOf(layout), argv, spawn);
        const close = (): void => void host[Symbol.asyncDispose]();
        child.exit.then(close, close);
        return child;
      });
    },
    async readConfig(instance) {
      const text = await readConfigText(layoutOf(instance).configFile);
      return text === undefined ? undefined : new Secret(text);
    },
    async checkConfig(instance, text, { signal = new AbortController().signal }) {
      await using host = await openHost(layoutOf(instance));
      const room = createLocalRoom(host, layoutOf(instance));
      await checkConfigText(room, { spawn: ({ argv }) => room.spawn(argv, signal) }, text, signal);
    },
    async openWard(instance) {
      const host = await openHost(layoutOf(instance));
      const ward = createLocalWard(instance, layoutOf(instance), host, supervisor, services);
      return { ...ward, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
    },
    readLogs: () => Promise.resolve({}),
    async open(instance, { signal }) {
      const layout = layoutOf(instance);
      await using host = await openHost(layout);
      await using running = await supervisor.open(signal);
      const gateway = await running.call('status', { gateway: instance.id });
      if (gateway?.state !== 'running')
        throw new AppError('gateway.unreachable', {
          message: `The gateway does not run: ${gateway?.because ?? 'it was never deployed to its end'}.`,
          hint: { command: 'Run `hardshell start`, or deploy again.', window: 'Start it, or deploy again.' },
        });
      return await openLocalSignIn(host, programsOf(layout), instance.port, signal);
    },
  };
}

import { AppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { Finding } from '../api.ts';
import type { Host } from '../host/host.ts';
import { openLocalHost } from '../host/local/local-host.ts';
import { readNodeSources } from '../openclaw/node-release.ts';
import { createRegistry } from '../openclaw/registry.ts';
import { buildLocalPlan, buildLocalRemovalPlan } from '../plans/local-plan.ts';
import { createLocalLeaseKeeper } from '../runner/local-lease.ts';
import { checkPlan } from '../runner/runner.ts';
import { layoutLocal, localEnvironment, type LocalLayout } from '../steps/local/local-layout.ts';
import { buildToolEnvironment, readInstalledVersion } from '../steps/local/openclaw-package.ts';
import {
  controlLocal,
  openLocalLogs,
  openLocalSignIn,
  readLocalStatus,
  spawnLocally,
  type LocalPrograms,
} from '../supervisor/local-control.ts';
import { createSupervisorAccess, wakeSupervisor } from '../supervisor/supervise.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';
import { localWorkspace } from '../steps/local/local-workspace.ts';
import { buildChoices } from './choices.ts';
import { draftLocalInstance, expectLocalPlace, readLocalFindings } from './local-draft.ts';
import type { OpenPlan, Place } from './place.ts';
import type { PlaceServices } from './server-place.ts';
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
    async status(instance, { signal }) {
      const layout = layoutOf(instance);
      await using host = await openHost(layout);
      // After a reboot this is the door that starts what should run.
      await wakeSupervisor(services);
      await using running = await supervisor.find();
      const gateway = (await running?.call('status', { gateway: instance.id })) ?? undefined;
      return await readLocalStatus({
        host,
        instance,
        version: await readInstalledVersion(layout.packageDir),
        gateway: gateway ?? (await supervisor.readStopped(instance.id)),
        token: await createTokenKeeper(instance, state, secrets).read(),
        client,
        ...(signal === undefined ? {} : { signal }),
      });
    },
    async control(instance, verb, { signal = new AbortController().signal }) {
      await using running = await supervisor.open(signal);
      await controlLocal(running, instance, layoutOf(instance).logFile, verb, signal);
    },
    logs: (instance, how, { signal }) => Promise.resolve(openLocalLogs(layoutOf(instance).logFile, how, signal)),
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
    async open(instance, { signal }) {
      const layout = layoutOf(instance);
      await using host = await openHost(layout);
      await using running = await supervisor.open(signal);
      const gateway = await running.call('status', { gateway: instance.id });
      if (gateway?.state !== 'running')
        throw new AppError('gateway.unreachable', {
          message: `The gateway does not run: ${gateway?.because ?? 'it was never deployed to its end'}.`,
          hint: 'Run `hardshell start`, or deploy again.',
        });
      return await openLocalSignIn(host, programsOf(layout), instance.port, signal);
    },
  };
}

import type { Instance } from '../../shared/model/instance.ts';
import type { Secret } from '../../shared/secret.ts';
import type { SshTarget, Target } from '../../shared/model/target.ts';
import { AppError } from '../../shared/app-error.ts';
import type { ConnectOptions } from '../api.ts';
import { accountFact } from '../facts/account.ts';
import { createFactReader } from '../facts/fact.ts';
import { machineFact } from '../facts/machine.ts';
import { packageVersionFact } from '../facts/install.ts';
import { memoryFact } from '../facts/memory.ts';
import { exec, expectOk } from '../host/exec.ts';
import { readNodeSources, type NodePlace } from '../openclaw/node-release.ts';
import { createRegistry } from '../openclaw/registry.ts';
import { suspendedError } from '../openclaw/suspension.ts';
import { layoutServer, serverEnvironment, serverLayout } from '../openclaw/server-layout.ts';
import { buildServerPlan, listServerFacts } from '../plans/server-plan.ts';
import { openJournal } from '../runner/journal.ts';
import type { Holder } from '../runner/lease.ts';
import { checkPlan } from '../runner/runner.ts';
import { createServerLeaseKeeper } from '../runner/server-lease.ts';
import type { PlaceServices } from './place-services.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';
import { query } from '../host/command.ts';
import type { DeploymentRequest, OpenPlan, Place } from './place.ts';
import { openInstanceLogs } from './logs/open-logs.ts';
import { listServerFeeds } from './logs/place-feeds.ts';
import { haltServer, openServerChange } from './server-change.ts';
import { openServer, type ServerConnection } from './server-connection.ts';
import { controlServer, openServerSignIn, readServerStatus } from './server-control.ts';
import { closeSite } from '../steps/server/caddy-site.ts';
import { claimFact } from '../steps/server/claim.ts';
import { suspensionMarkFact } from '../steps/server/suspension.ts';
import { buildServerRemovalPlan } from '../plans/server-removal-plan.ts';
import { serverWorkspace } from '../steps/server/server-workspace.ts';
import { buildChoices } from './choices.ts';
import { readServerExposure } from './exposure.ts';
import { createServerConfig } from './server-config.ts';
import { describeSettings, draftInstance } from './server-draft.ts';
import { hasVisitors, readServerIngress, readServerIngressStatus, serverIngressFacts } from './server-ingress.ts';
import { listPreflightFacts, readForwarding, readServerPreflight } from './server-preflight.ts';
import { readServerLogs } from './server-logs.ts';
import { createServerWard } from './server-ward.ts';
import { openSshKeyChange, tellLeftKey } from './ssh-key-change.ts';
import { createTokenKeeper } from './token-keeper.ts';

/** Servers, reached through SSH. */
export function createServerPlace(services: PlaceServices): Place {
  const { deps, state, secrets } = services;
  const layout = serverLayout;
  const leasePaths = { dir: layout.ownDir, auditLog: layout.auditLog };
  const client = { version: deps.version, platform: deps.platform };
  const connect = (target: Target, options: ConnectOptions): Promise<ServerConnection> =>
    openServer(expectSsh(target), services, options);

  const openDeployment = async (request: DeploymentRequest, server: ServerConnection): Promise<OpenPlan> => {
    const { spec, existing, signal, options } = request;
    options.onPhase?.('reading');
    const mirrors = await services.mirrors.read();
    const registry = createRegistry({ url: mirrors.npm });
    const { id: installation } = await state.installation();
    const keeper = createServerLeaseKeeper(server.host, leasePaths);
    const claim = claimFact(layout);
    const suspension = suspensionMarkFact(layout);
    const installed = packageVersionFact(layout.packageDir);
    const facts = createFactReader(server.ask, () => [
      keeper.state,
      suspension,
      ...listPreflightFacts(layout),
      ...listServerFacts(layout),
      ...(hasVisitors(spec) ? serverIngressFacts : []),
    ]);
    const { arch } = await facts.read(machineFact());
    // Also where this installation knows nothing of it: somebody had a reason.
    const suspended = await facts.read(suspension);
    if (suspended !== undefined) throw suspendedError(suspended);
    // The clocks are compared at the moment of the answer: what follows may take its time.
    const nowMs = services.now();
    const { totalBytes: memoryBytes } = await facts.read(memoryFact());
    const found = await facts.read(claim);
    const place: NodePlace = { platform: 'linux', arch: arch === 'aarch64' ? 'arm64' : 'x64' };
    // A server that says it carries this instance of ours is believed, also when our own record of it is lost.
    const isOurs = found?.installation === installation && found.name === spec.name;
    const newId = isOurs ? found.instance : services.ids.instance();
    const { instance: draft, nodeRange } = await draftInstance(request, place, registry, newId, nowMs);
    // Of a new instance with a tunnel there is nothing to close.
    const ingress =
      draft.ingress === undefined || !(hasVisitors(draft) || existing !== undefined)
        ? undefined
        : await readServerIngress({
            services,
            facts,
            layout,
            instance: { ...draft, ingress: draft.ingress },
            former: existing?.ingress,
            wantsUfw: spec.firewall,
            options,
          });
    const instance = { ...draft, ...(ingress === undefined ? {} : { ingress: ingress.instance.ingress }) };
    // Another installation's mark will do: what lies here was put here by Hardshell, and the plan says that it is taken over.
    const isClaimed = found !== undefined;
    const isInstalled = isClaimed && (await facts.read(installed)) !== undefined;
    const { findings, fixes } = await readServerPreflight(facts, {
      layout,
      mirrors,
      instance,
      nodeRange,
      isClaimed,
      isInstalled,
      firewall: spec.firewall,
      nowMs,
    });
    const forwarding = isInstalled ? [] : [await readForwarding(server.host, instance.port, signal)];
    options.onPhase?.('planning');
    const token = createTokenKeeper(existing ?? instance, state, secrets);
    const plan = buildServerPlan({
      layout,
      instance,
      claim: {
        v: 1,
        instance: instance.id,
        name: instance.name,
        installation,
        ownsAccount: found?.ownsAccount ?? (await facts.read(accountFact(layout.user))) === undefined,
      },
      mirrors,
      readNodeSources: (limit) => readNodeSources(registry, mirrors, instance.nodeVersion, place, limit),
      client,
      memoryBytes,
      settings: {
        ...describeSettings(instance),
        ...(ingress === undefined ? {} : { ingress: ingress.way }),
        ...(instance.model === undefined ? {} : { model: instance.model }),
        ...(options.secrets?.telegramToken === undefined
          ? {}
          : { telegram: { botToken: options.secrets.telegramToken } }),
      },
      token,
      fixes,
      proveAccess: async (limit) => {
        await using second = await openServer(expectSsh(spec.target), services, { ...options, signal: limit });
        expectOk(await exec(second.host, query(['true']), { signal: limit }), 'Signing in a second time');
      },
      ...(ingress === undefined ? {} : { ingress }),
      choices: buildChoices(request, instance, token, serverWorkspace(layout), services),
    });
    const { steps } = await checkPlan(plan, { host: server.host, ask: server.ask, keeper, signal }, facts);
    return {
      instance,
      plan,
      findings: [...findings, ...forwarding, ...(ingress?.findings ?? [])],
      steps,
      host: server.host,
      ask: server.ask,
      keeper,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  };

  const openRemoval = async (
    instance: Instance,
    purge: boolean,
    server: ServerConnection,
    signal = new AbortController().signal,
  ): Promise<OpenPlan> => {
    const claim = claimFact(layout);
    const account = accountFact(layout.user);
    const keeper = createServerLeaseKeeper(server.host, leasePaths);
    const facts = createFactReader(server.ask, () => [claim, account, keeper.state]);
    const found = await facts.read(claim);
    const plan = buildServerRemovalPlan({
      layout,
      instance,
      purge,
      ownsAccount: found?.instance === instance.id && found.ownsAccount,
    });
    if (found !== undefined && found.instance !== instance.id) {
      throw new AppError('instance.elsewhere', {
        message: `Another instance, "${found.name}", lives on this server now.`,
      });
    }
    const { steps } = await checkPlan(plan, { host: server.host, ask: server.ask, keeper, signal });
    return {
      instance,
      plan,
      findings: await tellLeftKey(instance, services),
      steps,
      host: server.host,
      ask: server.ask,
      keeper,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  };

  return {
    async openDeployment(request) {
      request.options.onPhase?.('connecting');
      const server = await connect(request.spec.target, request.options);
      request.options.onPhase?.('signed-in');
      return disposeOnFailure(server, () => openDeployment(request, server));
    },
    async openRemoval(instance, how, options) {
      const server = await connect(instance.target, options);
      return disposeOnFailure(server, () => openRemoval(instance, how.purge, server, options.signal));
    },
    async openChange(instance, change, options) {
      if (change.kind === 'ssh-key') return openSshKeyChange(instance, change.wish, services, options);
      const server = await connect(instance.target, options);
      return disposeOnFailure(server, () => openServerChange(instance, change, server, services, options));
    },
    async halt(instance, options) {
      await using server = await connect(instance.target, options);
      const { signal = new AbortController().signal } = options;
      await haltServer(server, layout, signal, () =>
        hasVisitors(instance) ? closeSite(server.host, instance, signal) : Promise.resolve(),
      );
    },
    async readIngress(instance, options) {
      if (!hasVisitors(instance)) return {};
      await using server = await connect(instance.target, options);
      const facts = createFactReader(server.ask, () => serverIngressFacts);
      return await readServerIngressStatus(services, facts, server.host, instance, options.signal);
    },
    async checkExposure(instance, options) {
      await using server = await connect(instance.target, options);
      return await readServerExposure(services, instance, server, options.signal);
    },
    ...createServerConfig(connect),
    async status(instance, options) {
      await using server = await connect(instance.target, options);
      const readToken = (): Promise<Secret | undefined> => createTokenKeeper(instance, state, secrets).read();
      const question = { readToken, client, signal: options.signal };
      return await readServerStatus(server, instance, layoutServer(instance), question);
    },
    async control(instance, verb, options) {
      await using server = await connect(instance.target, options);
      // It keeps no log, but says whose process it is: the lease of one that died is not waited for.
      await using journal = await openJournal(services.runs, services.ids.run());
      const holder = {
        installation: (await state.installation()).id,
        run: journal.runId,
        who: deps.who,
        why: `${verb} ${instance.name}`,
      };
      const keeper = createServerLeaseKeeper(server.host, leasePaths);
      const isAlive = ({ run }: Holder): Promise<boolean> => services.runs.isAlive(run);
      await using lease = await keeper.acquire(holder, {
        isAlive,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      await controlServer(lease, layoutServer(instance), verb, options.signal);
    },
    async logs(instance, query, options) {
      const server = await connect(instance.target, options);
      return disposeOnFailure(server, async () => {
        const feeds = listServerFeeds(server.host, instance);
        const lines = await openInstanceLogs(services, instance, feeds, query, options.signal);
        lines.once('close', () => void server[Symbol.asyncDispose]());
        return lines;
      });
    },
    async exec(instance, argv, spawn, options) {
      const server = await connect(instance.target, options);
      const there = layoutServer(instance);
      return disposeOnFailure(server, async () => {
        const child = await server.host.spawn(
          query(argv, { runAs: { user: there.user }, env: serverEnvironment(there) }),
          spawn,
        );
        const close = (): void => void server[Symbol.asyncDispose]();
        child.exit.then(close, close);
        return child;
      });
    },
    async openWard(instance, options) {
      const server = await connect(instance.target, options);
      const ward = createServerWard(instance, layoutServer(instance), server, services);
      return { ...ward, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
    },
    async readLogs(instance, options) {
      await using server = await connect(instance.target, options);
      return await readServerLogs(server.host, layoutServer(instance), options.signal);
    },
    async open(instance, options) {
      const server = await connect(instance.target, options);
      return disposeOnFailure(server, () => openServerSignIn(server, instance, layoutServer(instance), options.signal));
    },
  };
}

function expectSsh(target: Target): SshTarget {
  if (target.kind !== 'ssh') throw new TypeError(`Not a server: ${target.kind}`);
  return target;
}

import type { Instance } from '../../shared/model/instance.ts';
import type { ConnectOptions } from '../api.ts';
import { openForward } from '../host/forward.ts';
import { layoutContainer } from '../openclaw/container-layout.ts';
import { buildSignInUrl } from '../openclaw/sign-in.ts';
import { openJournal } from '../runner/journal.ts';
import type { Holder } from '../runner/lease.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';
import { createDockerConfig } from './docker-config.ts';
import { createGatewayAccess } from './docker-access.ts';
import { expectDocker, recallBerth } from './docker-berth.ts';
import { haltContainer, openDockerChange, openDockerRemoval } from './docker-change.ts';
import { askContainerHandOff, controlContainer, execInContainer, readDockerStatus } from './docker-control.ts';
import { openDockerDeployment } from './docker-deployment.ts';
import { readDockerIngressStatus } from './docker-ingress.ts';
import { readDockerExposure } from './exposure.ts';
import { readDockerLogs } from './docker-logs.ts';
import { openDockerMachine, type DockerMachine } from './docker-machine.ts';
import { openInstanceLogs } from './logs/open-logs.ts';
import { listDockerFeeds } from './logs/place-feeds.ts';
import { createSeatBook } from './docker-seat.ts';
import { createDockerWard } from './docker-ward.ts';
import { admitOrigin } from './docker-origin.ts';
import type { Place } from './place.ts';
import type { PlaceServices } from './place-services.ts';
import { openSshKeyChange } from './ssh-key-change.ts';
import { createTokenKeeper } from './token-keeper.ts';

/** Containers on a Docker engine, here or on a server. */
export function createDockerPlace(services: PlaceServices): Place {
  const { deps, state, secrets } = services;
  const book = createSeatBook();
  const open = ({ target }: Pick<Instance, 'target'>, options: ConnectOptions): Promise<DockerMachine> =>
    openDockerMachine(expectDocker(target), services, options);
  const signalOf = ({ signal }: ConnectOptions): AbortSignal => signal ?? new AbortController().signal;

  return {
    async openDeployment(request) {
      request.options.onPhase?.('connecting');
      const machine = await open(request.spec, request.options);
      request.options.onPhase?.('signed-in');
      return disposeOnFailure(machine, () => openDockerDeployment(request, machine, book, services));
    },
    async openRemoval(instance, { purge }, options) {
      const machine = await open(instance, options);
      return disposeOnFailure(machine, () => openDockerRemoval(instance, purge, machine, services, options));
    },
    async openChange(instance, change, options) {
      if (change.kind === 'ssh-key') return openSshKeyChange(instance, change.wish, services, options);
      const machine = await open(instance, options);
      return disposeOnFailure(machine, () => openDockerChange(instance, change, machine, services, options));
    },
    async halt(instance, options) {
      await using machine = await open(instance, options);
      await haltContainer(instance, machine, signalOf(options));
    },
    async readIngress(instance, options) {
      await using machine = await open(instance, options);
      return await readDockerIngressStatus(services, machine, instance, signalOf(options));
    },
    async checkExposure(instance, options) {
      await using machine = await open(instance, options);
      return await readDockerExposure(services, instance, machine, signalOf(options));
    },
    ...createDockerConfig(services, open),
    async status(instance, options) {
      await using machine = await open(instance, options);
      const token = createTokenKeeper(instance, state, secrets);
      const layout = layoutContainer(instance);
      const access = createGatewayAccess(instance, layout, machine.engine, () => instance.port, token, services);
      const engine = await machine.engine.open(signalOf(options));
      return await readDockerStatus(engine, instance, { ...access, openKnown: access.openApproved }, options.signal);
    },
    async control(instance, verb, options) {
      await using machine = await open(instance, options);
      const engine = await machine.engine.open(signalOf(options));
      // It keeps no log, but says whose process it is: the lease of one that died is not waited for.
      await using journal = await openJournal(services.runs, services.ids.run());
      const holder = {
        installation: (await state.installation()).id,
        run: journal.runId,
        who: deps.who,
        why: `${verb} ${instance.name}`,
      };
      const { keeper } = machine.openKeeper(layoutContainer(instance).container);
      const isAlive = ({ run }: Holder): Promise<boolean> => services.runs.isAlive(run);
      await using lease = await keeper.acquire(holder, { isAlive, signal: signalOf(options) });
      await controlContainer(lease, engine, instance, verb, options.signal);
    },
    async logs(instance, query, options) {
      const machine = await open(instance, options);
      return disposeOnFailure(machine, async () => {
        const engine = await machine.engine.open(signalOf(options));
        const feeds = listDockerFeeds(engine, machine.host, instance, deps);
        const lines = await openInstanceLogs(services, instance, feeds, query, options.signal);
        lines.once('close', () => void machine[Symbol.asyncDispose]());
        return lines;
      });
    },
    async exec(instance, argv, spawn, options) {
      const machine = await open(instance, options);
      return disposeOnFailure(machine, async () => {
        const engine = await machine.engine.open(signalOf(options));
        const child = await execInContainer(engine, instance, argv, spawn);
        const close = (): void => void machine[Symbol.asyncDispose]();
        child.exit.then(close, close);
        return child;
      });
    },
    async openWard(instance, options) {
      const machine = await open(instance, options);
      return disposeOnFailure(machine, async () => {
        const ward = createDockerWard(instance, await recallBerth(instance, machine.engine, services), services);
        return { ...ward, [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose]() };
      });
    },
    async readLogs(instance, options) {
      await using machine = await open(instance, options);
      return await readDockerLogs(machine, signalOf(options));
    },
    async open(instance, options) {
      const machine = await open(instance, options);
      return disposeOnFailure(machine, async () => {
        const signal = signalOf(options);
        const engine = await machine.engine.open(signal);
        const dashboard = await askContainerHandOff(engine, instance, signal);
        const expiry = dashboard.expiresAt === undefined ? {} : { expiresAt: dashboard.expiresAt };
        const origin = (port: number): string => `http://127.0.0.1:${String(port)}`;
        if (machine.server === undefined) {
          // What others have configured names no more than its own port.
          if (instance.adopted !== undefined)
            await admitOrigin(engine, layoutContainer(instance), instance.port, signal);
          await machine[Symbol.asyncDispose]();
          return {
            url: buildSignInUrl(dashboard, origin(instance.port)),
            ...expiry,
            forwarded: false,
            // Nothing of ours lies between: it never breaks.
            ended: new Promise<void>(() => undefined),
            [Symbol.asyncDispose]: () => Promise.resolve(),
          };
        }
        const forward = await openForward(machine.host, { port: instance.port });
        return disposeOnFailure(forward, async () => {
          await admitOrigin(engine, layoutContainer(instance), forward.port, signal);
          return {
            url: buildSignInUrl(dashboard, origin(forward.port)),
            ...expiry,
            forwarded: true,
            ended: forward.broken,
            async [Symbol.asyncDispose]() {
              await forward[Symbol.asyncDispose]();
              await machine[Symbol.asyncDispose]();
            },
          };
        });
      });
    },
  };
}

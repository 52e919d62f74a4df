import type { Instance } from '../../shared/model/instance.ts';
import type { LoginSecrets } from '../api.ts';
import type { ShellSession } from '../api-link.ts';
import type { ContainerEngine, EngineEvent } from '../container-engine/container-engine.ts';
import type { TerminalSize } from '../host/host.ts';
import { AppError } from '../../shared/app-error.ts';
import { layoutRequestLog, PROXY_HOME } from '../ingress/caddy-layout.ts';
import { labelNames, layoutContainer } from '../openclaw/container-layout.ts';
import { limitsOf } from '../openclaw/container-spec.ts';
import { createGatewayAccess } from '../places/docker-access.ts';
import { expectDocker } from '../places/docker-berth.ts';
import { askContainerHandOff, execInContainer, expectSameEngine, lookAtContainer } from '../places/docker-control.ts';
import { openDockerMachine, type DockerMachine } from '../places/docker-machine.ts';
import { listDockerFeeds } from '../places/logs/place-feeds.ts';
import { admitOrigin } from '../places/docker-origin.ts';
import type { PlaceServices } from '../places/place-services.ts';
import { createTokenKeeper } from '../places/token-keeper.ts';
import { disposeOnFailure } from '../system/dispose-on-failure.ts';
import { watchContainerUsage } from './container-usage.ts';
import { readContainerMetrics } from './container-metrics.ts';
import type { LinkEnd } from './link-end.ts';
import { countProxyRequests } from './request-count.ts';
import { openTerminalSession } from './terminal-session.ts';

/** An instance in a container, through the engine that it runs on. */
export async function openDockerEnd(
  instance: Instance,
  services: PlaceServices,
  login: LoginSecrets,
  signal: AbortSignal,
): Promise<LinkEnd> {
  const machine = await openDockerMachine(expectDocker(instance.target), services, { secrets: login, signal });
  return disposeOnFailure(machine, async () => {
    const engine = await machine.engine.open(signal);
    await expectSameEngine(engine, instance, signal);
    return createDockerEnd(instance, machine, engine, services);
  });
}

function createDockerEnd(
  instance: Instance,
  machine: DockerMachine,
  engine: ContainerEngine,
  services: PlaceServices,
): LinkEnd {
  const { state, secrets } = services;
  const layout = layoutContainer(instance);
  const token = createTokenKeeper(instance, state, secrets);
  const access = createGatewayAccess(instance, layout, machine.engine, () => instance.port, token, services);
  return {
    host: machine.host,
    look: () => lookAtContainer(engine, instance),
    watchGateway: (onChange, limit) =>
      instance.adopted === undefined
        ? engine.watch({ [labelNames.instance]: instance.id }, { onEvent: onChange, onGap: onChange }, limit)
        : watchByName(engine, layout.container, onChange, limit),
    openGateway: access.openApproved,
    async readMetrics(onReading, limit) {
      const look = await engine.containers.find(layout.container, { signal: limit });
      if (look?.state !== 'running') {
        throw new AppError('command.failed', { message: 'The container does not run, and so takes nothing.' });
      }
      const cpus = look.cpus > 0 ? look.cpus : limitsOf(instance).cpus;
      // A folder of the machine is not measured by the engine.
      const volumes = Object.values(layout.mounts).filter((source) => !source.startsWith('/'));
      await readContainerMetrics(engine, { container: layout.container, volumes, cpus }, onReading, limit);
    },
    watchUsage: (wish, onReading, limit) =>
      watchContainerUsage(
        engine,
        {
          container: layout.container,
          stateDir: layout.stateDir,
          cpus: limitsOf(instance).cpus,
          countRequests: (stop) => countProxyRequests(engine, layoutRequestLog(instance, PROXY_HOME).file, stop),
        },
        wish,
        onReading,
        limit,
      ),
    openShell: (size) => openContainerShell(engine, instance, size),
    logFeeds: (current) => listDockerFeeds(engine, machine.host, current, services.deps),
    askHandOff: (limit) => askContainerHandOff(engine, instance, limit),
    admitOrigin: (port, limit) => admitOrigin(engine, layout, port, limit),
    [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
  };
}

/** An adopted container has no label of ours: of all events those are told that carry its name. */
function watchByName(
  engine: ContainerEngine,
  container: string,
  onChange: () => void,
  signal: AbortSignal,
): Promise<void> {
  const onEvent = ({ attributes }: EngineEvent): void => {
    if (attributes['name'] === container) onChange();
  };
  return engine.watch({}, { onEvent, onGap: onChange }, signal);
}

/** Whichever shell the image has. */
const SHELL = 'if command -v bash >/dev/null 2>&1; then exec bash -l; else exec sh -l; fi';

async function openContainerShell(
  engine: ContainerEngine,
  instance: Instance,
  size: TerminalSize,
): Promise<ShellSession> {
  return openTerminalSession((signal) =>
    execInContainer(engine, instance, ['sh', '-c', SHELL], { terminal: size, signal }),
  );
}

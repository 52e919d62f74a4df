import { AppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { versionSchema } from '../../shared/model/spec.ts';
import type { InstanceStatus } from '../api-link.ts';
import type { ContainerEngine } from '../container-engine/container-engine.ts';
import type { ContainerLook } from '../container-engine/container.ts';
import type { Process, SpawnOptions } from '../host/host.ts';
import { layoutContainer } from '../openclaw/container-layout.ts';
import { STOP_SECONDS } from '../openclaw/container-spec.ts';
import type { OpenGateway } from '../openclaw/device-connection.ts';
import { readHealth } from '../openclaw/health.ts';
import { parseDashboard, type DashboardHandOff } from '../openclaw/sign-in.ts';
import type { Lease } from '../runner/lease.ts';
import { EXIT_CONFIG, type GatewayAccess } from '../steps/docker/gateway-ready.ts';
import { execInside } from '../steps/docker/state-files.ts';
import { isYoungAt, readGatewayStatus, type GatewayLook } from './gateway-look.ts';

/** `openclaw dashboard --json` takes seven seconds on an idle machine. */
const DASHBOARD_TIMEOUT_MS = 120_000;
const VERSION_LABEL = 'org.opencontainers.image.version';

/** What the engine says of the container. @throws AppError `engine.changed` */
export async function lookAtContainer(
  engine: ContainerEngine,
  instance: Instance,
  signal?: AbortSignal,
): Promise<GatewayLook> {
  const options = signal === undefined ? {} : { signal };
  const { container } = layoutContainer(instance);
  const found = await engine.containers.find(container, options);
  // Asked only where something is missing: another engine would not have the container either.
  if (found === undefined) await expectSameEngine(engine, instance, options.signal);
  const startedAtMs = found?.startedAt === undefined ? undefined : Date.parse(found.startedAt);
  return {
    down: describeContainer(found, instance),
    version: versionSchema.safeParse(found?.labels[VERSION_LABEL]).data ?? instance.version,
    isYoung: isYoungAt(startedAtMs, Date.now()),
    crash: describeLastEnd(found),
  };
}

/** @throws AppError `engine.changed` */
export async function expectSameEngine(
  engine: ContainerEngine,
  { container }: Pick<Instance, 'container'>,
  signal?: AbortSignal,
): Promise<void> {
  if (container === undefined) return;
  const { id } = await engine.look(signal === undefined ? {} : { signal });
  if (id !== container.engineId) {
    throw new AppError('engine.changed', { details: { expected: container.engineId, found: id, engine: engine.name } });
  }
}

/** Why the gateway cannot answer; undefined where it should. Pure. */
export function describeContainer(look: ContainerLook | undefined, { phase }: Instance): GatewayLook['down'] {
  if (look === undefined) {
    if (phase === 'deploying') return { state: 'not-deployed', because: 'there is no container yet' };
    const error = new AppError('container.gone');
    return { state: 'failed', because: 'its container was removed by somebody', error };
  }
  const ended = look.exitCode === undefined ? '' : ` with code ${String(look.exitCode)}`;
  switch (look.state) {
    case 'running':
      return undefined;
    case 'paused':
      return { state: 'stopped', because: 'the container is frozen' };
    case 'created':
      return { state: 'stopped', because: 'the container was never started' };
    case 'restarting':
      return (
        describeCrash(look) ?? {
          state: 'failed',
          because: `the gateway ended${ended}, and the engine starts it again (${String(look.restarts)} times so far)`,
          error: new AppError('gateway.unreachable'),
        }
      );
    case 'removing':
      return { state: 'stopped', because: 'the container is being removed' };
    default:
      return describeCrash(look) ?? { state: 'stopped', because: `the container is stopped` };
  }
}

function describeCrash({ isOomKilled, exitCode }: ContainerLook): GatewayLook['down'] {
  if (isOomKilled)
    return {
      state: 'failed',
      because: 'it ran out of its memory and was killed',
      error: new AppError('container.oom'),
    };
  if (exitCode === EXIT_CONFIG)
    return {
      state: 'failed',
      because: 'the gateway refuses its configuration',
      error: new AppError('gateway.config-exit'),
    };
  return undefined;
}

/** What the engine still knows of the end of one that it started again. */
function describeLastEnd(look: ContainerLook | undefined): GatewayLook['crash'] {
  if (look?.state !== 'running' || !look.isOomKilled || look.restarts === 0) return undefined;
  const at = look.endedAt === undefined ? '' : ` (${look.endedAt})`;
  return { because: `it ran out of its memory and was started again${at}`, error: new AppError('container.oom') };
}

export async function readDockerStatus(
  engine: ContainerEngine,
  instance: Instance,
  { token, client, openKnown }: Pick<GatewayAccess, 'token' | 'client'> & { readonly openKnown: OpenGateway },
  signal: AbortSignal = new AbortController().signal,
): Promise<InstanceStatus> {
  const { port } = instance;
  const connect: Parameters<OpenGateway>[0]['connect'] = (limit) => engine.connect(port, { signal: limit });
  return await readGatewayStatus(instance, await lookAtContainer(engine, instance, signal), {
    readToken: () => token.read(),
    async ask(secret) {
      await using gateway = await openKnown({ connect, port, token: secret, client, signal });
      return await readHealth(gateway, signal);
    },
    signal,
  });
}

/** Under the lease of the instance, with a line in the audit log. @throws AppError `container.gone` */
export async function controlContainer(
  lease: Lease,
  engine: ContainerEngine,
  instance: Instance,
  verb: 'start' | 'stop' | 'restart',
  signal?: AbortSignal,
): Promise<void> {
  const { container } = layoutContainer(instance);
  const limit = signal === undefined ? lease.lost : AbortSignal.any([signal, lease.lost]);
  const options = { signal: limit };
  const found = await engine.containers.find(container, options);
  if (found === undefined) {
    await expectSameEngine(engine, instance, limit);
    throw new AppError('container.gone');
  }
  await lease.audit({ step: verb, what: `${verb} the container ${container}` });
  // What is frozen neither ends nor starts.
  if (found.state === 'paused') await engine.containers.unpause(container, options);
  if (verb === 'start') await engine.containers.start(container, options);
  else if (verb === 'stop') await engine.containers.stop(container, STOP_SECONDS, options);
  else await engine.containers.restart(container, STOP_SECONDS, options);
  // Frozen by somebody who came no further: what is started by hand is started with its engine as well.
  if (verb !== 'stop' && found.restart === 'no' && instance.adopted === undefined) {
    await engine.containers.update(container, { restart: 'unless-stopped' }, options);
  }
}

/** As the account that the gateway runs as, in its home. @throws AppError `container.gone`, `gateway.unreachable` */
export async function execInContainer(
  engine: ContainerEngine,
  instance: Instance,
  argv: readonly [string, ...string[]],
  { signal, terminal }: SpawnOptions,
): Promise<Process> {
  const { container, home } = layoutContainer(instance);
  const options = signal === undefined ? {} : { signal };
  await expectRunning(engine, instance, signal);
  return engine.containers.exec(
    container,
    {
      argv,
      workingDir: home,
      ...(terminal === undefined ? {} : { terminal, env: { TERM: 'xterm-256color' } }),
    },
    options,
  );
}

/** @throws AppError `container.gone`, `gateway.unreachable` with what the engine says of the container */
async function expectRunning(engine: ContainerEngine, instance: Instance, signal?: AbortSignal): Promise<void> {
  const { down } = await lookAtContainer(engine, instance, signal);
  if (down === undefined) return;
  throw (
    down.error ??
    new AppError('gateway.unreachable', {
      message: `The gateway does not run: ${down.because}.`,
      hint: { command: 'Run `hardshell start`, or deploy again.', window: 'Start it, or deploy again.' },
    })
  );
}

/** What a browser needs to sign in at the gateway in a container: asked inside, where OpenClaw sees itself as local. */
export async function askContainerHandOff(
  engine: ContainerEngine,
  instance: Instance,
  signal: AbortSignal = new AbortController().signal,
): Promise<DashboardHandOff> {
  await expectRunning(engine, instance, signal);
  const { container, program } = layoutContainer(instance);
  return parseDashboard(
    await execInside(engine, container, [...program, 'dashboard', '--json'], {
      signal,
      timeoutMs: DASHBOARD_TIMEOUT_MS,
    }),
  );
}

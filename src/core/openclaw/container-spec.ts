import { createHash } from 'node:crypto';
import type { InstallationId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { DEFAULT_CPUS, DEFAULT_MEMORY_BYTES, type ResourceLimits } from '../../shared/model/resources.ts';
import type { ContainerLook, ContainerSpec } from '../container-engine/container.ts';
import type { Labels } from '../container-engine/container-engine.ts';
import { CONTAINER_PORT, CONTAINER_UID, labelNames, type ContainerLayout } from './container-layout.ts';

/** A gateway may drain its work for more than five minutes before it ends. */
export const STOP_SECONDS = 330;
/** OpenClaw's own fleet gives as many. */
const MAX_PIDS = 512;
const LOG_FILES = { maxBytes: 10 * 1024 ** 2, files: 3 };

const HEALTH_SCRIPT = `fetch("http://127.0.0.1:${String(CONTAINER_PORT)}/healthz").then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;

/** What the gateway and everything that is run beside it in the container find around themselves. Nothing of it is secret. */
export function containerEnvironment(layout: ContainerLayout): Readonly<Record<string, string>> {
  return {
    HOME: layout.home,
    OPENCLAW_HOME: layout.home,
    OPENCLAW_STATE_DIR: layout.stateDir,
    OPENCLAW_CONFIG_PATH: layout.configPath,
    OPENCLAW_WORKSPACE_DIR: layout.workspaceDir,
    XDG_CACHE_HOME: `${layout.stateDir}/cache`,
  };
}

/** While the mark is there the container ends at once, whoever starts it. One that was emptied is swept away. */
function buildCommand(layout: ContainerLayout): readonly string[] {
  const script =
    'if [ -s "$1" ]; then echo "This instance is suspended. It starts again by: hardshell resume" >&2; exit 0; fi; ' +
    'rm -f "$1"; exec openclaw gateway --bind lan --port "$2"';
  return ['sh', '-c', script, 'sh', layout.suspendedMark, String(CONTAINER_PORT)];
}

export function labelInstance({ id, name }: Pick<Instance, 'id' | 'name'>, installation: InstallationId): Labels {
  return {
    [labelNames.instance]: id,
    [labelNames.name]: name,
    [labelNames.installation]: installation,
    [labelNames.role]: 'gateway',
  };
}

export function limitsOf({ limits }: Pick<Instance, 'limits'>): ResourceLimits {
  return limits ?? { memoryBytes: DEFAULT_MEMORY_BYTES, cpus: DEFAULT_CPUS };
}

export interface ContainerWish {
  readonly layout: ContainerLayout;
  readonly labels: Labels;
  readonly image: string;
  readonly address: string;
  readonly port: number;
  readonly limits: ResourceLimits;
}

/** With a network of its own, always. */
export type InstanceContainerSpec = ContainerSpec & {
  readonly network: { readonly name: string; readonly address: string };
};

/** The container of an instance. Pure. */
export function buildContainerSpec(wish: ContainerWish): InstanceContainerSpec {
  const { layout, labels, image, address, port, limits } = wish;
  const spec: InstanceContainerSpec = {
    name: layout.container,
    image,
    hostname: layout.hostname,
    command: buildCommand(layout),
    env: containerEnvironment(layout),
    user: `${String(CONTAINER_UID)}:${String(CONTAINER_UID)}`,
    labels,
    init: true,
    network: { name: layout.network, address },
    volumes: { [layout.stateDir]: layout.stateVolume, [layout.secretsDir]: layout.secretsVolume },
    publish: [{ address: '127.0.0.1', port, containerPort: CONTAINER_PORT }],
    memoryBytes: limits.memoryBytes,
    cpus: limits.cpus,
    pids: MAX_PIDS,
    restart: 'unless-stopped',
    stopSeconds: STOP_SECONDS,
    capabilities: [],
    health: {
      argv: ['node', '-e', HEALTH_SCRIPT],
      intervalSeconds: 60,
      timeoutSeconds: 10,
      startSeconds: 180,
      retries: 3,
    },
    logs: LOG_FILES,
  };
  return { ...spec, labels: { ...labels, [labelNames.profile]: fingerprintProfile(spec) } };
}

/** Of all that inspecting a container does not tell, so that a newer profile of ours is noticed. */
function fingerprintProfile(spec: ContainerSpec): string {
  const { command, env, user, init, pids, stopSeconds, capabilities, health, logs } = spec;
  const text = JSON.stringify([command, env, user, init, pids, stopSeconds, capabilities, health, logs]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

export interface ContainerDrift {
  /** What can only be had by another container: in words. */
  readonly remake: readonly string[];
  /** What the engine changes while it runs. */
  readonly live: { readonly memoryBytes?: number; readonly cpus?: number; readonly restart?: 'unless-stopped' };
  readonly liveWords: readonly string[];
}

/** What keeps a container from being the one that is wanted. Pure. @param imageId of the wanted image, where it is known */
export function findDrift(
  look: ContainerLook,
  wanted: InstanceContainerSpec,
  imageId: string | undefined,
): ContainerDrift {
  const remake: string[] = [];
  const isOtherImage = imageId === undefined ? look.image !== wanted.image : look.imageId !== imageId;
  if (isOtherImage) remake.push(`it runs ${look.image}`);
  if (look.labels[labelNames.profile] !== wanted.labels[labelNames.profile]) remake.push('it was made in another way');
  if (look.hostname !== wanted.hostname) remake.push('it has another host name');
  if (look.networks[wanted.network.name]?.address !== wanted.network.address)
    remake.push('it has another address in its network');
  const isPublished = wanted.publish.every((port) =>
    look.ports.some((one) => one.port === port.port && one.containerPort === port.containerPort),
  );
  const isClosed = look.ports.every(({ address }) => address === '127.0.0.1');
  if (!isPublished || !isClosed || look.ports.length !== wanted.publish.length)
    remake.push('it is published in another way');
  for (const [folder, volume] of Object.entries(wanted.volumes))
    if (look.volumes[folder] !== volume) remake.push(`another volume lies at ${folder}`);

  const isRestarted = look.restart === wanted.restart;
  const hasMemory = look.memoryBytes === wanted.memoryBytes;
  const hasCpus = Math.abs(look.cpus - wanted.cpus) < 0.001;
  return {
    remake,
    live: {
      ...(hasMemory ? {} : { memoryBytes: wanted.memoryBytes }),
      ...(hasCpus ? {} : { cpus: wanted.cpus }),
      ...(isRestarted ? {} : { restart: 'unless-stopped' as const }),
    },
    liveWords: [
      ...(hasMemory && hasCpus ? [] : ['it has other limits']),
      ...(isRestarted ? [] : ['the engine would not start it by itself']),
    ],
  };
}

const PASSING_BYTES = 1024 ** 3;
const PASSING_LOG_BYTES = 1024 ** 2;

/** A container that does one thing and goes: alone, without a network or rights, and never started again by its engine. Pure. */
export function buildPassingSpec(
  own: Pick<ContainerSpec, 'name' | 'image' | 'command' | 'env' | 'labels'> &
    Partial<Pick<ContainerSpec, 'user' | 'volumes'>>,
): ContainerSpec {
  return {
    volumes: {},
    ...own,
    hostname: own.name,
    init: true,
    network: { name: 'none', address: '' },
    publish: [],
    memoryBytes: PASSING_BYTES,
    cpus: 1,
    pids: 256,
    restart: 'no',
    stopSeconds: 1,
    capabilities: [],
    logs: { maxBytes: PASSING_LOG_BYTES, files: 1 },
  };
}

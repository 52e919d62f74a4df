import type { ContainerInfo, ContainerInspectInfo } from 'dockerode';
import type { ContainerLook, ContainerRow, ContainerState, PublishedPort } from './container.ts';

const states = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const;

function readState(text: string | undefined): ContainerState {
  return states.find((state) => state === text) ?? 'exited';
}

/** A row of the engine's list, in our words. Pure. */
export function readRow(info: ContainerInfo): ContainerRow {
  return {
    id: info.Id,
    name: (info.Names[0] ?? '').replace(/^\//, ''),
    image: info.Image,
    labels: info.Labels,
    state: readState(info.State),
    ports: info.Ports.flatMap((port) =>
      // A port that is only exposed is published nowhere.
      (port.PublicPort as number | undefined) === undefined
        ? []
        : [{ address: port.IP, port: port.PublicPort, containerPort: port.PrivatePort }],
    ),
  };
}

/** What inspecting a container says, in our words. Pure. */
export function readLook(info: ContainerInspectInfo): ContainerLook {
  const { State: state, Config: config, HostConfig: host } = info;
  const status = readState(state.Status);
  const hasEnded = status === 'exited' || status === 'dead' || status === 'restarting';
  return {
    id: info.Id,
    name: info.Name.replace(/^\//, ''),
    imageId: info.Image,
    image: config.Image,
    labels: config.Labels,
    state: status,
    exitCode: hasEnded ? state.ExitCode : undefined,
    isOomKilled: state.OOMKilled,
    health: readHealth(state.Health?.Status),
    startedAt: readTime(state.StartedAt),
    endedAt: readTime(state.FinishedAt),
    restarts: info.RestartCount,
    hostname: config.Hostname,
    command: orEmpty(config.Cmd),
    env: orEmpty(config.Env),
    memoryBytes: host.Memory ?? 0,
    cpus: (host.NanoCpus ?? 0) / NANO,
    restart: host.RestartPolicy?.Name ?? 'no',
    ports: readPorts(info),
    networks: Object.fromEntries(
      Object.entries(info.NetworkSettings.Networks).map(([name, network]) => {
        // While it does not run it has no address but the one that it will ask for.
        const asked = (network.IPAMConfig as { IPv4Address?: string } | null | undefined)?.IPv4Address;
        return [name, { address: network.IPAddress === '' ? (asked ?? '') : network.IPAddress }];
      }),
    ),
    volumes: Object.fromEntries(
      info.Mounts.flatMap((mount) => (mount.Name === undefined ? [] : [[mount.Destination, mount.Name] as const])),
    ),
    binds: Object.fromEntries(
      info.Mounts.flatMap(({ Type, Destination, Source }) =>
        (Type as string) === 'bind' ? [[Destination, Source] as const] : [],
      ),
    ),
    user: config.User,
  };
}

export const NANO = 1e9;

/** Where its ports are published, or will be when it runs. */
function readPorts(info: ContainerInspectInfo): PublishedPort[] {
  const published = info.NetworkSettings.Ports as PortMap | null;
  const asked = info.HostConfig.PortBindings as PortMap | null | undefined;
  const isRunning = Object.values(published ?? {}).some((bindings) => bindings !== null);
  return Object.entries((isRunning ? published : asked) ?? {}).flatMap(([name, bindings]) =>
    (bindings ?? []).map((binding) => ({
      address: binding.HostIp ?? '',
      port: Number(binding.HostPort),
      containerPort: Number.parseInt(name, 10),
    })),
  );
}

type PortMap = Readonly<Record<string, readonly { HostIp?: string; HostPort?: string }[] | null>>;

function readHealth(text: string | undefined): ContainerLook['health'] {
  return text === 'starting' || text === 'healthy' || text === 'unhealthy' ? text : 'none';
}

/** The engine writes the first year for what has not happened. */
function readTime(text: string): string | undefined {
  return text === '' || text.startsWith('0001-') ? undefined : text;
}

/** An engine writes `null` for a list without anything, whatever the types of its client say. */
export function orEmpty<T>(list: readonly T[] | null | undefined): T[] {
  return [...(list ?? [])];
}

import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import { NANO } from './container-reading.ts';
import type { ContainerSpec } from './container.ts';

/** A container as the engine wants it told. Pure. */
export function writeContainer(spec: ContainerSpec): ContainerCreateOptions {
  const ports = spec.publish.map((port) => ({ ...port, name: `${String(port.containerPort)}/tcp` }));
  return {
    Hostname: spec.hostname,
    Image: spec.image,
    ...(spec.command === undefined ? {} : { Cmd: [...spec.command] }),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
    Labels: { ...spec.labels },
    ExposedPorts: Object.fromEntries(ports.map((port) => [port.name, {}])),
    StopTimeout: spec.stopSeconds,
    ...(spec.health === undefined ? {} : { Healthcheck: writeHealth(spec.health) }),
    HostConfig: {
      Init: spec.init,
      NetworkMode: spec.network.name,
      Mounts: Object.entries(spec.volumes).map(([target, source]) => ({
        Type: source.startsWith('/') ? 'bind' : 'volume',
        Target: target,
        Source: source,
      })),
      PortBindings: Object.fromEntries(
        ports.map((port) => [port.name, [{ HostIp: port.address, HostPort: String(port.port) }]]),
      ),
      CapDrop: ['ALL'],
      CapAdd: [...spec.capabilities],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: spec.pids,
      ...writeLimits(spec),
      RestartPolicy: { Name: spec.restart },
      LogConfig: {
        Type: 'json-file',
        Config: { 'max-size': String(spec.logs.maxBytes), 'max-file': String(spec.logs.files) },
      },
    },
    NetworkingConfig: {
      EndpointsConfig: { [spec.network.name]: { IPAMConfig: { IPv4Address: spec.network.address } } },
    },
  };
}

/** As much swap as none: a container that swaps slows its neighbours down long before it is ended. Pure. */
export function writeLimits(limits: {
  readonly memoryBytes?: number;
  readonly cpus?: number;
}): Pick<HostConfig, 'Memory' | 'MemorySwap' | 'NanoCpus'> {
  return {
    ...(limits.memoryBytes === undefined ? {} : { Memory: limits.memoryBytes, MemorySwap: limits.memoryBytes }),
    ...(limits.cpus === undefined ? {} : { NanoCpus: Math.round(limits.cpus * NANO) }),
  };
}

function writeHealth(health: NonNullable<ContainerSpec['health']>): NonNullable<ContainerCreateOptions['Healthcheck']> {
  return {
    Test: ['CMD', ...health.argv],
    Interval: health.intervalSeconds * NANO,
    Timeout: health.timeoutSeconds * NANO,
    StartPeriod: health.startSeconds * NANO,
    Retries: health.retries,
  };
}

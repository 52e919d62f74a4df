import type Docker from 'dockerode';
import { AppError, isAppError } from '../../shared/app-error.ts';
import type { ContainerEngine, Labels } from './container-engine.ts';
import { absent, labelFilter } from './dockerode-containers.ts';
import { askWithSignal, type EngineClient } from './engine-client.ts';
import type { NetworkLook } from './network.ts';

export function createNetworks(client: EngineClient): ContainerEngine['networks'] {
  const about = (name: string) => ({ what: 'network', name }) as const;
  const open = (id: string): Docker.Network => client.docker.getNetwork(encodeURIComponent(id));
  return {
    list: (options) =>
      client.call(about(''), { ...options, effect: 'read' }, async (abortSignal) =>
        (await client.docker.listNetworks({ abortSignal })).map(readNetwork),
      ),
    find: (id, options) =>
      absent(client.call(about(id), { ...options, effect: 'read' }, async () => readNetwork(await open(id).inspect()))),
    create: (spec, options) =>
      client.call(about(spec.name), { ...options, effect: 'change' }, async (abortSignal) => {
        const network = await client.docker.createNetwork({
          Name: spec.name,
          // Older engines make a second one of the same name without it.
          CheckDuplicate: true,
          Driver: 'bridge',
          IPAM: { Driver: 'default', Config: [{ Subnet: spec.subnet, Gateway: spec.gateway }] },
          Labels: { ...spec.labels },
          abortSignal,
        });
        return network.id;
      }),
    connect: async (id, container, address, options) => {
      const end = { Container: container, EndpointConfig: { IPAMConfig: { IPv4Address: address } } };
      await client.call(about(id), { ...options, effect: 'change' }, (abortSignal) =>
        open(id).connect({ ...end, abortSignal } as Docker.NetworkConnectOptions),
      );
    },
    disconnect: async (id, container, options) => {
      const asked = client.call(about(id), { ...options, effect: 'change' }, (abortSignal) =>
        open(id).disconnect({ Container: container, abortSignal }),
      );
      await asked.catch((error: unknown) => {
        if (!isAppError(error) || !/is not connected to/i.test(String(error.details?.['reason']))) throw error;
      });
    },
    remove: async (id, options) => {
      await absent(
        client.call(about(id), { ...options, effect: 'change' }, (abortSignal) => open(id).remove({ abortSignal })),
      );
    },
  };
}

export function createVolumes(client: EngineClient): ContainerEngine['volumes'] {
  const about = (name: string) => ({ what: 'volume', name }) as const;
  const open = (name: string): Docker.Volume => client.docker.getVolume(encodeURIComponent(name));
  return {
    find: (name, options) =>
      absent(
        client.call(about(name), { ...options, effect: 'read' }, async (abortSignal) =>
          readVolume(await open(name).inspect({ abortSignal })),
        ),
      ),
    list: (labels, options) =>
      client.call(about(''), { ...options, effect: 'read' }, async (abortSignal) => {
        const found = await client.docker.listVolumes({ filters: { label: labelFilter(labels) }, abortSignal });
        return ((found.Volumes as Docker.VolumeInspectInfo[] | null) ?? []).map(readVolume);
      }),
    create: (name, labels, options) =>
      client.call(about(name), { ...options, effect: 'change' }, async (abortSignal) => {
        await client.docker.createVolume({ Name: name, Labels: { ...labels }, abortSignal });
        // The engine is content with the one that is there already, whoever made it.
        const found = readVolume(await open(name).inspect({ abortSignal }));
        if (sameLabels(found.labels, labels)) return;
        throw new AppError('engine.conflict', { details: { ...about(name), labels: found.labels } });
      }),
    remove: async (name, options) => {
      await absent(
        client.call(about(name), { ...options, effect: 'change' }, (abortSignal) => open(name).remove({ abortSignal })),
      );
    },
    measure: (options) =>
      client.call(about(''), { ...options, effect: 'read', isLong: true }, async (abortSignal) => {
        const { Volumes: volumes } = await askWithSignal(client.docker).df({ abortSignal });
        const sizes = (volumes ?? []).map(({ Name, UsageData }) => [Name, UsageData?.Size ?? -1] as const);
        return new Map(sizes.filter(([, size]) => size >= 0));
      }),
  };
}

function sameLabels(a: Labels, b: Labels): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}

function readNetwork(info: Docker.NetworkInspectInfo): NetworkLook {
  return {
    id: info.Id,
    name: info.Name,
    labels: (info.Labels as Labels | null | undefined) ?? {},
    subnets: (info.IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet === undefined ? [] : [Subnet])),
    containers: Object.keys(info.Containers ?? {}),
  };
}

function readVolume(info: Docker.VolumeInspectInfo): { name: string; labels: Labels } {
  return { name: info.Name, labels: orNone(info.Labels) };
}

function orNone(labels: Labels | null | undefined): Labels {
  return labels ?? {};
}

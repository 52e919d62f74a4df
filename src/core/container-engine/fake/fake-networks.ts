import { AppError } from '../../../shared/app-error.ts';
import type { ContainerEngine } from '../container-engine.ts';
import type { NetworkLook } from '../network.ts';
import { conflict, hasLabels, newId, notFound, type FakeNetwork, type FakeState } from './fake-state.ts';

export function createFakeNetworks(state: FakeState): ContainerEngine['networks'] {
  return {
    list: (options) =>
      state.call('networks.list', 'read', options?.signal, () =>
        [...state.networks.values()].map((network) => ({ ...readNetwork(network), containers: [] })),
      ),
    find: (id, options) =>
      state.call('networks.find', 'read', options?.signal, () => {
        const network = state.findNetwork(id);
        return network === undefined ? undefined : readNetwork(network);
      }),
    create: (spec, options) =>
      state.call('networks.create', 'change', options?.signal, () => {
        if (state.findNetwork(spec.name) !== undefined) throw conflict('network', spec.name, 'The name is in use');
        const other = [...state.networks.values()].find((network) => overlap(network.spec.subnet, spec.subnet));
        if (other !== undefined) {
          throw new AppError('engine.subnet-taken', { details: { subnet: spec.subnet, by: other.spec.name } });
        }
        const network: FakeNetwork = { id: newId(), spec, ends: new Map() };
        state.networks.set(network.id, network);
        return network.id;
      }),
    connect: (id, container, address, options) =>
      state.call('networks.connect', 'change', options?.signal, () => {
        const network = state.needNetwork(id);
        const it = state.needContainer(container);
        if (network.spec.name in it.look.networks) throw conflict('network', id, 'It is in it already');
        if ([...network.ends.values()].includes(address)) throw conflict('network', id, 'Address already in use');
        it.look = { ...it.look, networks: { ...it.look.networks, [network.spec.name]: { address } } };
        if (it.look.state === 'running') network.ends.set(it.look.id, address);
      }),
    disconnect: (id, container, options) =>
      state.call('networks.disconnect', 'change', options?.signal, () => {
        const network = state.needNetwork(id);
        const it = state.needContainer(container);
        const rest = Object.entries(it.look.networks).filter(([name]) => name !== network.spec.name);
        it.look = { ...it.look, networks: Object.fromEntries(rest) };
        network.ends.delete(it.look.id);
      }),
    remove: (id, options) =>
      state.call('networks.remove', 'change', options?.signal, () => {
        const network = state.findNetwork(id);
        if (network === undefined) return;
        if (network.ends.size > 0) throw conflict('network', id, 'It has active endpoints');
        state.networks.delete(network.id);
      }),
  };
}

export function createFakeVolumes(state: FakeState): ContainerEngine['volumes'] {
  return {
    find: (name, options) =>
      state.call('volumes.find', 'read', options?.signal, () => {
        const volume = state.volumes.get(name);
        return volume === undefined ? undefined : { name, labels: volume.labels };
      }),
    list: (labels, options) =>
      state.call('volumes.list', 'read', options?.signal, () =>
        [...state.volumes.values()]
          .filter((volume) => hasLabels(volume.labels, labels))
          .map((volume) => ({ name: volume.name, labels: volume.labels })),
      ),
    create: (name, labels, options) =>
      state.call('volumes.create', 'change', options?.signal, () => {
        const there = state.volumes.get(name);
        if (there === undefined) state.volumes.set(name, { name, labels, files: new Map() });
        else if (!hasLabels(there.labels, labels) || !hasLabels(labels, there.labels)) {
          throw conflict('volume', name, 'There is one with other labels');
        }
      }),
    remove: (name, options) =>
      state.call('volumes.remove', 'change', options?.signal, () => {
        const isUsed = [...state.containers.values()].some(({ look }) => Object.values(look.volumes).includes(name));
        if (isUsed) throw conflict('volume', name, 'The volume is in use');
        state.volumes.delete(name);
      }),
    measure: (options) =>
      state.call('volumes.measure', 'read', options?.signal, () => {
        const sizes = [...state.volumes.values()].map((volume): [string, number] => [
          volume.name,
          [...volume.files.values()].reduce((sum, file) => sum + (file.content?.length ?? 0), 0),
        ]);
        return new Map(sizes);
      }),
  };
}

export function createFakeImages(state: FakeState, registry: ReadonlySet<string>): ContainerEngine['images'] {
  const add = (
    tag: string,
    labels: Readonly<Record<string, string>>,
  ): NonNullable<ReturnType<typeof state.images.get>> => {
    const id = `sha256:${newId()}`;
    const image = { id, tags: [tag], digests: [], labels, sizeBytes: 1, arch: 'amd64', user: '' };
    state.images.set(tag, image);
    return image;
  };
  return {
    find: (reference, options) => state.call('images.find', 'read', options?.signal, () => state.images.get(reference)),
    pull: (reference, onProgress, options) =>
      state.call('images.pull', 'change', options?.signal, () => {
        if (!registry.has(reference)) throw new AppError('image.not-found', { details: { name: reference } });
        onProgress({ done: 1, total: 1, unit: 'bytes' });
        return add(reference, {});
      }),
    build: (spec, onProgress, options) =>
      state.call('images.build', 'change', options?.signal, () => {
        onProgress({ line: spec.dockerfile.split('\n')[0] ?? '', done: 1, total: 1, unit: 'items' });
        return add(spec.tag, spec.labels);
      }),
    remove: (reference, options) =>
      state.call('images.remove', 'change', options?.signal, () => {
        if (!state.images.delete(reference)) throw notFound('image', reference);
      }),
  };
}

function readNetwork({ id, spec, ends }: FakeNetwork): NetworkLook {
  return { id, name: spec.name, labels: spec.labels, subnets: [spec.subnet], containers: [...ends.keys()] };
}

function overlap(a: string, b: string): boolean {
  const [rangeA, rangeB] = [readRange(a), readRange(b)];
  return rangeA.first <= rangeB.last && rangeB.first <= rangeA.last;
}

function readRange(subnet: string): { first: number; last: number } {
  const [address = '', bits = '32'] = subnet.split('/');
  const size = 2 ** (32 - Number(bits));
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}

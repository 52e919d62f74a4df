import { Readable } from 'node:stream';
import { AppError } from '../../../shared/app-error.ts';
import type { ContainerEngine, FileEntry } from '../container-engine.ts';
import type { ContainerLook, ContainerSpec, ContainerUsage } from '../container.ts';
import { startFakeProcess, type FakeExec } from './fake-process.ts';
import { conflict, hasLabels, newId, notFound, type FakeContainer, type FakeState } from './fake-state.ts';

export type FakeRun = (
  container: ContainerLook,
) => { readonly exitCode: number; readonly lines: readonly string[] } | undefined;

/** What a test decides of the containers of the fake. */
export interface FakeContainerRules {
  exec: FakeExec;
  /** How the program of a container that has started ends at once; undefined: it runs on. */
  run: FakeRun;
  /** What a container with a health check says when it has started. */
  healthAtStart: ContainerLook['health'];
  usage: (container: ContainerLook) => Omit<ContainerUsage, 'at'>;
  usageEveryMs: number;
}

export function createFakeContainers(state: FakeState, rules: FakeContainerRules): ContainerEngine['containers'] {
  const act = (name: string, id: string, signal: AbortSignal | undefined, work: (it: FakeContainer) => void) =>
    state.call(`containers.${name}`, 'change', signal, () => {
      work(state.needContainer(id));
    });
  return {
    list: (labels, options) =>
      state.call('containers.list', 'read', options?.signal, () =>
        [...state.containers.values()]
          .map(({ look }) => look)
          .filter((look) => hasLabels(look.labels, labels))
          .map((look) => ({ ...look, ports: isUp(look) ? look.ports : [] })),
      ),
    find: (id, options) => state.call('containers.find', 'read', options?.signal, () => state.findContainer(id)?.look),
    create: (spec, options) => state.call('containers.create', 'change', options?.signal, () => create(state, spec)),
    start: (id, options) =>
      act('start', id, options?.signal, (it) => {
        start(state, rules, it);
      }),
    stop: (id, _graceSeconds, options) =>
      act('stop', id, options?.signal, (it) => {
        end(state, it, SIGTERM_CODE);
      }),
    restart: (id, _graceSeconds, options) =>
      act('restart', id, options?.signal, (it) => {
        end(state, it, SIGTERM_CODE);
        start(state, rules, it);
      }),
    pause: (id, options) =>
      act('pause', id, options?.signal, (it) => {
        if (it.look.state === 'running') become(state, it, 'pause', { state: 'paused' });
      }),
    unpause: (id, options) =>
      act('unpause', id, options?.signal, (it) => {
        if (it.look.state === 'paused') become(state, it, 'unpause', { state: 'running' });
      }),
    update: (id, what, options) =>
      act('update', id, options?.signal, (it) => {
        become(state, it, 'update', what);
      }),
    remove: (id, options) =>
      state.call('containers.remove', 'change', options?.signal, () => {
        const it = state.findContainer(id);
        if (it === undefined) return;
        end(state, it, SIGKILL_CODE);
        state.containers.delete(it.look.id);
        state.emit('container', 'destroy', it.look.id, it.look.labels);
      }),
    putFiles: (id, folder, files, options) =>
      act('putFiles', id, options?.signal, (it) => {
        for (const file of files) {
          const place = locate(state, it, `${folder}/${file.path}`);
          place.files.set(place.path, file);
        }
      }),
    readFile: (id, path, options) =>
      state.call('containers.readFile', 'read', options?.signal, () => {
        const place = locate(state, state.needContainer(id), path);
        const content = place.files.get(place.path)?.content;
        if (content === undefined) return undefined;
        if (content.length <= (options?.maxBytes ?? Infinity)) return Buffer.from(content);
        throw new AppError('engine.failed', { details: { maxBytes: options?.maxBytes } });
      }),
    exec: (id, spec, options) =>
      state.call('containers.exec', 'read', options?.signal, () => {
        const it = state.needContainer(id);
        if (it.look.state !== 'running') throw conflict('container', id, `Container ${id} is not running`);
        return startFakeProcess(rules.exec, it.look, spec, [it.life.signal, state.closing.signal], options?.signal);
      }),
    logs: (id, options) =>
      state.call('containers.logs', 'read', options.signal, () => {
        const lines = state.needContainer(id).log.slice(-options.lines);
        return Readable.from(lines.map((line) => Buffer.from(`${line}\n`)));
      }),
    watchUsage: async (id, onUsage, signal) => {
      const it = await state.call('containers.watchUsage', 'read', signal, () => state.needContainer(id));
      if (!isUp(it.look)) return;
      const until = AbortSignal.any([signal, it.life.signal, state.closing.signal]);
      await new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          onUsage({ at: state.now(), ...rules.usage(it.look) });
        }, rules.usageEveryMs);
        const stop = (): void => {
          clearInterval(timer);
          resolve();
        };
        if (until.aborted) stop();
        else until.addEventListener('abort', stop, { once: true });
      });
      if (!signal.aborted) state.closing.signal.throwIfAborted();
    },
  };
}

const SIGTERM_CODE = 143;
const SIGKILL_CODE = 137;

function create(state: FakeState, spec: ContainerSpec): string {
  if (!state.images.has(spec.image)) throw new AppError('image.gone', { details: { what: 'image', name: spec.image } });
  if (state.findContainer(spec.name) !== undefined) throw conflict('container', spec.name, 'The name is in use');
  for (const name of Object.values(spec.volumes).filter((source) => !source.startsWith('/'))) {
    if (!state.volumes.has(name)) state.volumes.set(name, { name, labels: {}, files: new Map() });
  }
  const id = newId();
  const look: ContainerLook = {
    id,
    name: spec.name,
    imageId: state.images.get(spec.image)?.id ?? '',
    image: spec.image,
    labels: spec.labels,
    state: 'created',
    exitCode: undefined,
    isOomKilled: false,
    health: 'none',
    startedAt: undefined,
    endedAt: undefined,
    restarts: 0,
    hostname: spec.hostname,
    command: spec.command ?? [],
    env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
    memoryBytes: spec.memoryBytes,
    cpus: spec.cpus,
    restart: spec.restart,
    ports: spec.publish,
    networks: { [spec.network.name]: { address: spec.network.address } },
    volumes: Object.fromEntries(Object.entries(spec.volumes).filter(([, source]) => !source.startsWith('/'))),
    binds: Object.fromEntries(Object.entries(spec.volumes).filter(([, source]) => source.startsWith('/'))),
    user: spec.user ?? '',
  };
  state.containers.set(id, { look, spec, files: new Map(), log: [], life: new AbortController() });
  state.emit('container', 'create', id, spec.labels);
  return id;
}

export function isUp(look: ContainerLook): boolean {
  return look.state === 'running' || look.state === 'paused';
}

export function start(state: FakeState, rules: FakeContainerRules, it: FakeContainer): void {
  if (it.look.state === 'running') return;
  if (it.look.state === 'paused') throw conflict('container', it.look.name, 'It is paused; unpause it instead');
  const taken = it.look.ports.find(({ port }) => isPortTaken(state, port));
  if (taken !== undefined) throw new AppError('engine.port-taken', { details: { port: taken.port } });
  for (const [name, { address }] of Object.entries(it.look.networks)) {
    // Every engine has it.
    if (name === 'none') continue;
    const network = state.findNetwork(name);
    if (network === undefined) throw notFound('network', name);
    const isTaken = [...network.ends].some(([id, other]) => other === address && id !== it.look.id);
    if (isTaken) throw conflict('network', name, 'Address already in use');
    network.ends.set(it.look.id, address);
  }
  it.life = new AbortController();
  become(state, it, 'start', {
    state: 'running',
    exitCode: undefined,
    isOomKilled: false,
    health: it.spec.health === undefined ? 'none' : rules.healthAtStart,
    startedAt: new Date(state.now()).toISOString(),
  });
  const ended = rules.run(it.look);
  if (ended === undefined) return;
  it.log.push(...ended.lines);
  end(state, it, ended.exitCode);
}

function isPortTaken(state: FakeState, port: number): boolean {
  if (state.foreignPorts.has(port)) return true;
  return [...state.containers.values()].some(({ look }) => isUp(look) && look.ports.some((one) => one.port === port));
}

export function end(state: FakeState, it: FakeContainer, exitCode: number, isOomKilled = false): void {
  if (!isUp(it.look)) return;
  for (const network of state.networks.values()) network.ends.delete(it.look.id);
  const ended = { state: 'exited', exitCode, isOomKilled, endedAt: new Date(state.now()).toISOString() } as const;
  if (isOomKilled) state.emit('container', 'oom', it.look.id, it.look.labels);
  become(state, it, 'die', ended);
  it.life.abort();
}

export function become(state: FakeState, it: FakeContainer, action: string, now: Partial<ContainerLook>): void {
  it.look = { ...it.look, ...now };
  state.emit('container', action, it.look.id, it.look.labels);
}

/** Where a path of a container lies: in the volume that is mounted on its way, or in the container itself. */
function locate(state: FakeState, it: FakeContainer, path: string): { files: Map<string, FileEntry>; path: string } {
  const mounted = Object.entries(it.look.volumes)
    .filter(([folder]) => path.startsWith(`${folder}/`))
    .sort(([a], [b]) => b.length - a.length)[0];
  if (mounted === undefined) return { files: it.files, path };
  const [folder, name] = mounted;
  return { files: state.volumes.get(name)?.files ?? it.files, path: path.slice(folder.length) };
}

import type { Duplex } from 'node:stream';
import { AppError } from '../../../shared/app-error.ts';
import { abortError } from '../../host/abort.ts';
import type { ContainerEngine, EngineLook, EngineOptions, EngineTraffic } from '../container-engine.ts';
import type { ContainerLook } from '../container.ts';
import type { ImageLook } from '../image.ts';
import {
  become,
  createFakeContainers,
  end,
  isUp,
  start,
  type FakeContainerRules,
  type FakeRun,
} from './fake-containers.ts';
import { createFakeImages, createFakeNetworks, createFakeVolumes } from './fake-networks.ts';
import type { FakeExec } from './fake-process.ts';
import { FakeState, newId, type FakeFault } from './fake-state.ts';

export type { FakeExec, FakeOutcome } from './fake-process.ts';
export type { FakeFault } from './fake-state.ts';

export interface FakeEngineOptions {
  /** References that it has. */
  readonly images?: readonly string[];
  /** References that it can pull. */
  readonly registry?: readonly string[];
  /** What programs in containers do. Default: nothing, with success. */
  readonly exec?: FakeExec;
  /** Default: what is alone in the network `none` says the version of an OpenClaw; everything else runs on. */
  readonly run?: FakeRun;
  readonly look?: Partial<EngineLook>;
  readonly healthAtStart?: ContainerLook['health'];
  readonly usage?: FakeContainerRules['usage'];
  /** Default: once a second, as engines do. */
  readonly usageEveryMs?: number;
  /** Who answers on a published port. Default: nobody. */
  readonly answer?: (port: number) => Duplex | undefined;
  readonly now?: () => number;
}

const NO_USAGE = { cpus: 0, memoryBytes: 0, memoryLimitBytes: 0, receivedBytes: 0, sentBytes: 0, pids: 1 };

/** An engine in memory, with the states, names, ports and ranges of a real one; whatever runs in it a test decides. */
export class FakeEngine implements ContainerEngine {
  readonly name = 'docker';
  readonly state: FakeState;
  readonly rules: FakeContainerRules;
  readonly containers: ContainerEngine['containers'];
  readonly networks: ContainerEngine['networks'];
  readonly volumes: ContainerEngine['volumes'];
  readonly images: ContainerEngine['images'];
  readonly #look: EngineLook;
  readonly #answer: (port: number) => Duplex | undefined;

  constructor(options: FakeEngineOptions = {}) {
    this.state = new FakeState(options.now ?? Date.now);
    this.rules = {
      exec: options.exec ?? (() => ({})),
      run: options.run ?? sayVersion,
      healthAtStart: options.healthAtStart ?? 'healthy',
      usage: options.usage ?? (() => NO_USAGE),
      usageEveryMs: options.usageEveryMs ?? 1_000,
    };
    for (const reference of options.images ?? []) this.addImage(reference);
    this.containers = createFakeContainers(this.state, this.rules);
    this.networks = createFakeNetworks(this.state);
    this.volumes = createFakeVolumes(this.state);
    this.images = createFakeImages(this.state, new Set(options.registry));
    this.#answer = options.answer ?? (() => undefined);
    this.#look = { ...usualLook(), ...options.look };
  }

  get traffic(): EngineTraffic {
    return this.state.traffic;
  }

  get closed(): AbortSignal {
    return this.state.closing.signal;
  }

  look(options?: EngineOptions): Promise<EngineLook> {
    return this.state.call('look', 'read', options?.signal, () => this.#look);
  }

  async watch(...[labels, listener, signal]: Parameters<ContainerEngine['watch']>): Promise<void> {
    if (signal.aborted) return;
    await this.state.call('watch', 'read', signal, () => undefined);
    const watcher = { labels, onEvent: listener.onEvent, onGap: listener.onGap };
    this.state.watchers.add(watcher);
    listener.onGap();
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      this.closed.addEventListener('abort', () => reject(abortError(this.closed)), { once: true });
    }).finally(() => this.state.watchers.delete(watcher));
  }

  connect(port: number, options?: EngineOptions): Promise<Duplex> {
    return this.state.call('connect', 'read', options?.signal, () => {
      const stream = this.#answer(port);
      if (stream === undefined) throw new AppError('host.port-closed', { details: { port } });
      return stream;
    });
  }

  addImage(reference: string, of: Partial<ImageLook> = {}): void {
    const id = `sha256:${newId()}`;
    const rest = { digests: [], labels: {}, sizeBytes: 1, arch: 'amd64', user: '' };
    this.state.images.set(reference, { id, tags: [reference], ...rest, ...of });
  }

  /** The next such call (`containers.create`, `images.build`, …) goes wrong. */
  failNext(call: string, error: Error, when: FakeFault['when'] = 'before'): void {
    this.state.faults.set(call, [...(this.state.faults.get(call) ?? []), { error, when }]);
  }

  /** The process of a container ends by itself; the engine starts it again where it was told to. */
  endContainer(id: string, exitCode: number, isOomKilled = false): void {
    const it = this.state.needContainer(id);
    end(this.state, it, exitCode, isOomKilled);
    if (it.look.restart !== 'unless-stopped') return;
    start(this.state, this.rules, it);
    it.look = { ...it.look, restarts: it.look.restarts + 1 };
  }

  setHealth(id: string, health: ContainerLook['health']): void {
    become(this.state, this.state.needContainer(id), `health_status: ${health}`, { health });
  }

  log(id: string, ...lines: string[]): void {
    this.state.needContainer(id).log.push(...lines);
  }

  /** The engine restarts: what it does not start by itself has ended, and nobody was told. */
  restartEngine(): void {
    const listeners = [...this.state.watchers];
    this.state.watchers.clear();
    for (const it of this.state.containers.values()) {
      if (!isUp(it.look)) continue;
      end(this.state, it, 137);
      if (it.look.restart === 'unless-stopped') start(this.state, this.rules, it);
    }
    for (const listener of listeners) {
      this.state.watchers.add(listener);
      listener.onGap();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.state.closing.abort(
      new AppError('engine.unreachable', { message: 'The way to the Docker engine was closed.' }),
    );
    return Promise.resolve();
  }
}

function sayVersion({ networks }: ContainerLook): ReturnType<FakeRun> {
  return 'none' in networks ? { exitCode: 0, lines: ['OpenClaw 2026.9.6 (fake)'] } : undefined;
}

function usualLook(): EngineLook {
  return {
    id: newId(),
    version: '27.5.1',
    apiVersion: '1.47',
    isRootless: false,
    os: 'linux',
    arch: 'x86_64',
    cpus: 4,
    memoryBytes: 8 * 2 ** 30,
    storageDriver: 'overlay2',
    dataRoot: '/var/lib/docker',
    canLimit: { memory: true, cpus: true, pids: true },
  };
}

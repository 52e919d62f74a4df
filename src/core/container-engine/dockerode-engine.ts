import type { ContainerEngine, EngineLook, EngineOptions } from './container-engine.ts';
import { createContainers } from './dockerode-containers.ts';
import type { ExecStarter } from './dockerode-exec.ts';
import { createImages } from './dockerode-images.ts';
import { createNetworks, createVolumes } from './dockerode-networks.ts';
import { askWithSignal, openEngineClient, wayClosed, type EngineClient, type EngineInfo } from './engine-client.ts';
import type { EngineWay } from './engine-way.ts';
import { watchEvents } from './event-watch.ts';

/** The engine at the end of a way. The way is the engine's from then on; where there is none, it stays the caller's. */
export async function openDockerodeEngine(way: EngineWay, options: EngineOptions = {}): Promise<DockerodeEngine> {
  return new DockerodeEngine(await openEngineClient(way, options));
}

export class DockerodeEngine implements ContainerEngine {
  readonly name: string;
  readonly closed: AbortSignal;
  readonly images: ContainerEngine['images'];
  readonly containers: ContainerEngine['containers'];
  readonly networks: ContainerEngine['networks'];
  readonly volumes: ContainerEngine['volumes'];
  readonly #client: EngineClient;
  readonly #execs: ExecStarter;

  constructor(client: EngineClient) {
    const { containers, execs } = createContainers(client);
    this.#client = client;
    this.#execs = execs;
    this.name = client.way.name;
    this.closed = client.closed;
    this.containers = containers;
    this.images = createImages(client);
    this.networks = createNetworks(client);
    this.volumes = createVolumes(client);
  }

  get traffic(): ContainerEngine['traffic'] {
    return this.#client.traffic;
  }

  /** Connections to the engine that are open now. */
  get openRequests(): number {
    return this.#client.openRequests;
  }

  look(options?: EngineOptions): Promise<EngineLook> {
    return this.#client.call(
      { what: 'engine', name: this.name },
      { ...options, effect: 'read' },
      async (abortSignal) => {
        const engine = askWithSignal(this.#client.docker);
        const [info, version] = await Promise.all([engine.info({ abortSignal }), engine.version({ abortSignal })]);
        return readEngine(info, version.ApiVersion);
      },
    );
  }

  watch(...[labels, listener, signal]: Parameters<ContainerEngine['watch']>): Promise<void> {
    return watchEvents(this.#client, labels, listener, signal);
  }

  connect(...[port, options]: Parameters<ContainerEngine['connect']>): ReturnType<ContainerEngine['connect']> {
    return this.#client.way.connect(port, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.closed.aborted) await this.#execs.endAll(wayClosed());
    await this.#client[Symbol.asyncDispose]();
  }
}

function readEngine(info: EngineInfo, apiVersion: string): EngineLook {
  return {
    id: info.ID,
    version: info.ServerVersion,
    apiVersion,
    isRootless: (info.SecurityOptions ?? []).some((option) => option.includes('name=rootless')),
    os: info.OSType,
    arch: info.Architecture,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    storageDriver: info.Driver,
    dataRoot: info.DockerRootDir,
    canLimit: {
      memory: info.MemoryLimit ?? false,
      cpus: info.CpuCfsQuota ?? false,
      pids: info.PidsLimit ?? false,
    },
  };
}

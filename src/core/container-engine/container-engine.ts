import type { Duplex, Readable } from 'node:stream';
import type { Process, TerminalSize } from '../host/host.ts';
import type { ContainerLook, ContainerRow, ContainerSpec, ContainerUsage } from './container.ts';
import type { BuildSpec, ImageLook, ImageProgress } from './image.ts';
import type { NetworkLook, NetworkSpec, VolumeLook } from './network.ts';

export type Labels = Readonly<Record<string, string>>;

/** What an engine says of itself. */
export interface EngineLook {
  /** Stays the same for the life of its data; another engine has another one. */
  readonly id: string;
  /** `20.10.24` */
  readonly version: string;
  /** The newest that it speaks: `1.41`. */
  readonly apiVersion: string;
  readonly isRootless: boolean;
  readonly os: string;
  /** As Docker names it: `x86_64`, `aarch64`. */
  readonly arch: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** `overlay2`, `vfs`, … */
  readonly storageDriver: string;
  /** Folder of its data, on its machine. */
  readonly dataRoot: string;
  /** The limits that this engine can enforce. */
  readonly canLimit: { readonly memory: boolean; readonly cpus: boolean; readonly pids: boolean };
}

/** Something happened to an object of the engine. */
export interface EngineEvent {
  /** `container`, `network`, `volume`, `image`, `daemon`. */
  readonly type: string;
  /** `start`, `die`, `oom`, `destroy`, `health_status: healthy`, … as the engine says it. */
  readonly action: string;
  readonly id: string;
  /** Of the object, its labels among them. */
  readonly attributes: Labels;
  /** Milliseconds since 1970, by the engine's clock. */
  readonly at: number;
}

/** What an engine connection has cost so far. */
export interface EngineTraffic {
  readonly calls: number;
  readonly changes: number;
}

/** For everything that asks: ends the waiting; what the engine has begun it may finish. */
export interface EngineOptions {
  readonly signal?: AbortSignal;
}

export interface LogOptions extends EngineOptions {
  readonly follow: boolean;
  /** Of the newest lines, to begin with. */
  readonly lines: number;
  /** RFC 3339 before each line. Default false. */
  readonly timestamps?: boolean;
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
}

export interface ExecSpec {
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Name or `uid:gid`. Default: the container's own. */
  readonly user?: string;
  readonly workingDir?: string;
  /** With a terminal of this size; stderr then arrives on stdout. */
  readonly terminal?: TerminalSize;
}

/** A file that is put into a container. The folders on its way are made by whoever puts it. */
export interface FileEntry {
  /** Below the folder that it is put into, without a leading slash. */
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Absent: a folder. */
  readonly content?: Uint8Array;
}

/**
 * PORT 2: a Docker engine, here or behind an SSH connection. Adapters: dockerode on this computer, dockerode through a `Host`,
 * and a fake for tests; one contract suite runs against all three. Ids and names are the engine's: wherever one is asked for,
 * a name does as well. Disposing closes the way to the engine and every stream that was opened through it; containers go on.
 *
 * All of it throws AppError `engine.unreachable` where the engine does not answer, `engine.not-found` (details.what, details.name)
 * where the object is not there, `engine.conflict` where its name or state stands in the way, `engine.denied` where this account
 * may not speak with it, `disk.full`, and `engine.failed` with the engine's own sentence for the rest.
 * Shapes: Docker Engine API 1.41 and later (docs.docker.com/reference/api/engine).
 */
export interface ContainerEngine extends AsyncDisposable {
  /** `docker` or `docker+ssh://user@host`: for people and logs. */
  readonly name: string;
  readonly traffic: EngineTraffic;
  /** Aborted when the way to the engine is gone for good; its reason is the AppError. An engine that restarts is not gone. */
  readonly closed: AbortSignal;

  look(options?: EngineOptions): Promise<EngineLook>;
  /**
   * The object itself is not told, only that there is news: whoever wants it asks. Of objects with these labels, which an engine
   * tells of containers and images alone; processes started in containers are not news. Lives through restarts of the engine:
   * `onGap` tells that events may have been missed, once each time that it listens (again), the first time as well. Settles
   * when the signal aborts.
   * @throws the reason of `closed`, where the way is gone for good
   */
  watch(
    labels: Labels,
    listener: { readonly onEvent: (event: EngineEvent) => void; readonly onGap: () => void },
    signal: AbortSignal,
  ): Promise<void>;

  /**
   * A byte stream to a port of 127.0.0.1 on the engine's machine, where our containers are published. The caller ends it.
   * @throws AppError `host.port-closed`, `host.forwarding-denied`, `host.connection-lost`
   */
  connect(port: number, options?: EngineOptions): Promise<Duplex>;

  readonly images: {
    /** Undefined: the engine does not have it. */
    find(reference: string, options?: EngineOptions): Promise<ImageLook | undefined>;
    /** @throws AppError `image.not-found`, `image.denied`, `image.unreachable` (the registry), `disk.full` */
    pull(reference: string, onProgress: (progress: ImageProgress) => void, options?: EngineOptions): Promise<ImageLook>;
    /** One at a time; who asks for the tag that is being built waits for the same build. @throws AppError `image.build-failed` with its last lines, `disk.full` */
    build(spec: BuildSpec, onProgress: (progress: ImageProgress) => void, options?: EngineOptions): Promise<ImageLook>;
    remove(reference: string, options?: EngineOptions): Promise<void>;
  };

  readonly containers: {
    list(labels: Labels, options?: EngineOptions): Promise<ContainerRow[]>;
    /** Undefined: there is none. */
    find(id: string, options?: EngineOptions): Promise<ContainerLook | undefined>;
    /** Makes it, does not start it. @throws AppError `engine.conflict` where the name is taken, `image.gone` */
    create(spec: ContainerSpec, options?: EngineOptions): Promise<string>;
    /** Fine where it runs already. @throws AppError `engine.port-taken` (details.port) */
    start(id: string, options?: EngineOptions): Promise<void>;
    /** SIGTERM, and after `graceSeconds` SIGKILL. Fine where it does not run. Waits for its end. */
    stop(id: string, graceSeconds: number, options?: EngineOptions): Promise<void>;
    restart(id: string, graceSeconds: number, options?: EngineOptions): Promise<void>;
    /** Freezes all its processes. Fine where it is frozen or does not run. */
    pause(id: string, options?: EngineOptions): Promise<void>;
    /** Fine where it is not frozen. */
    unpause(id: string, options?: EngineOptions): Promise<void>;
    /** Live: limits and whether the engine starts it by itself. */
    update(
      id: string,
      what: { readonly memoryBytes?: number; readonly cpus?: number; readonly restart?: 'unless-stopped' | 'no' },
      options?: EngineOptions,
    ): Promise<void>;
    /** Ends it where it runs. Fine where there is none. Named volumes stay. */
    remove(id: string, options?: EngineOptions): Promise<void>;
    /** Into a folder of it, also while it does not run: volumes are mounted for it. Nothing else reads the text. */
    putFiles(id: string, folder: string, files: readonly FileEntry[], options?: EngineOptions): Promise<void>;
    /** Undefined: there is no such file. Also while it does not run. */
    readFile(
      id: string,
      path: string,
      options?: EngineOptions & { readonly maxBytes?: number },
    ): Promise<Buffer | undefined>;
    /** Killing such a process is best effort: the engine has no call for it. */
    exec(id: string, spec: ExecSpec, options?: EngineOptions): Promise<Process>;
    /** Lines of stdout and stderr in the order in which the engine has them, with back-pressure. */
    logs(id: string, options: LogOptions): Promise<Readable>;
    /** About one a second until the signal aborts; settles then, or when the container ends. */
    watchUsage(id: string, onUsage: (usage: ContainerUsage) => void, signal: AbortSignal): Promise<void>;
  };

  readonly networks: {
    list(options?: EngineOptions): Promise<NetworkLook[]>;
    find(id: string, options?: EngineOptions): Promise<NetworkLook | undefined>;
    /** @throws AppError `engine.conflict` for its name, `engine.subnet-taken` */
    create(spec: NetworkSpec, options?: EngineOptions): Promise<string>;
    connect(id: string, container: string, address: string, options?: EngineOptions): Promise<void>;
    /** Fine where it is not in it. */
    disconnect(id: string, container: string, options?: EngineOptions): Promise<void>;
    /** Fine where there is none. @throws AppError `engine.conflict` while containers are in it */
    remove(id: string, options?: EngineOptions): Promise<void>;
  };

  readonly volumes: {
    find(name: string, options?: EngineOptions): Promise<VolumeLook | undefined>;
    list(labels: Labels, options?: EngineOptions): Promise<VolumeLook[]>;
    /** @throws AppError `engine.conflict` where one of that name has other labels */
    create(name: string, labels: Labels, options?: EngineOptions): Promise<void>;
    /** Fine where there is none. */
    remove(name: string, options?: EngineOptions): Promise<void>;
    /** Bytes, by name; without those whose driver cannot say. Slow: the engine walks through every volume. */
    measure(options?: EngineOptions): Promise<ReadonlyMap<string, number>>;
  };
}

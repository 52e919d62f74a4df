import type { Labels } from './container-engine.ts';

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** What a list of containers says of each. */
export interface ContainerRow {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Labels;
  readonly state: ContainerState;
  /** Where its ports are published, on the engine's machine. None while it does not run: `find` tells of them then too. */
  readonly ports: readonly PublishedPort[];
}

export interface PublishedPort {
  readonly address: string;
  readonly port: number;
  readonly containerPort: number;
}

/** What inspecting one says. */
export interface ContainerLook {
  readonly id: string;
  readonly name: string;
  readonly imageId: string;
  /** The reference that it was made from. */
  readonly image: string;
  readonly labels: Labels;
  readonly state: ContainerState;
  readonly exitCode: number | undefined;
  readonly isOomKilled: boolean;
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** Since it was made or started by a person. */
  readonly restarts: number;
  readonly hostname: string;
  readonly command: readonly string[];
  readonly env: readonly string[];
  readonly memoryBytes: number;
  /** 0: no limit. */
  readonly cpus: number;
  readonly restart: string;
  readonly ports: readonly PublishedPort[];
  readonly networks: Readonly<Record<string, { readonly address: string }>>;
  /** Name of the volume, by the folder it is mounted on. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Absolute path on the engine's machine, by the folder it is mounted on. */
  readonly binds: Readonly<Record<string, string>>;
  /** Name or `uid:gid`; empty: the image's. */
  readonly user: string;
}

/** The container of an instance, or of the proxy. What is not here the engine decides. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly hostname: string;
  readonly command?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly labels: Labels;
  /** An init process of the engine's, that reaps what dies. */
  readonly init: boolean;
  /** The network `none`, where addresses are empty: it reaches nobody, and nobody reaches it. */
  readonly network: { readonly name: string; readonly address: string };
  /** Volume by name, or folder of the machine by its absolute path, by the folder it is mounted on. */
  readonly volumes: Readonly<Record<string, string>>;
  readonly publish: readonly PublishedPort[];
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly pids: number;
  readonly restart: 'unless-stopped' | 'no';
  readonly stopSeconds: number;
  /** Capabilities, beside none. */
  readonly capabilities: readonly string[];
  readonly health?: {
    readonly argv: readonly string[];
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly startSeconds: number;
    readonly retries: number;
  };
  /** Bytes of logs that the engine keeps, in files of this size. */
  readonly logs: { readonly maxBytes: number; readonly files: number };
}

/** What a container takes at one moment. */
export interface ContainerUsage {
  /** Milliseconds since 1970, by the engine's clock. */
  readonly at: number;
  /** Processors in use: 1.5 is one and a half. */
  readonly cpus: number;
  /** Without what the kernel could give up at once (its page cache). */
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly pids: number;
}

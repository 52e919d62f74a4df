import type { Readable } from 'node:stream';
import type { AppError } from '../shared/app-error.ts';
import type { Secret } from '../shared/secret.ts';
import type { LogQuery } from '../shared/model/log.ts';
import type { Instance } from '../shared/model/instance.ts';
import type { Check, RunEvent, RunSnapshot } from '../shared/model/run.ts';
import type { DeploymentSpec } from '../shared/model/spec.ts';
import type { Change, ExposureReport, IngressStatus, SuspensionReason } from './api-operations.ts';
import type { MirrorChoices, OriginOf } from './api-deps.ts';
import type { Imports } from './api-import.ts';
import type { Devices } from './api-devices.ts';
import type { Alerts, WatchService } from './api-alerts.ts';
import type { Backups } from './backups/backup-api.ts';
import type { Updates } from './updates/update-api.ts';
import type { Configuration } from './api-configuration.ts';
import type { DiagnosisApi } from './api-diagnosis.ts';
import type { Channels, DeedReader, Models, Skills, WorkspaceFiles } from './api-agent.ts';
import type { Guard } from '../shared/model/guard.ts';
import type { InstanceId } from '../shared/model/ids.ts';
import type { ServerKey } from '../shared/model/ssh-key.ts';
import type { InstanceLink, InstanceStatus, SecretsBackend, SshHost } from './api-link.ts';
import type { Process, SpawnOptions } from './host/host.ts';

/** Secrets that a deployment is given. They go to the secret store or to the machine, never into a record. */
export interface DeploymentSecrets {
  readonly sshPassword?: Secret;
  readonly sudoPassword?: Secret;
  readonly keyPassphrase?: Secret;
  readonly providerKey?: Secret;
  readonly telegramToken?: Secret;
  readonly cloudflareToken?: Secret;
  /** Of a recovery sheet. */
  readonly backupKey?: Secret;
}

/** What a login needs. */
export type LoginSecrets = Pick<DeploymentSecrets, 'sshPassword' | 'sudoPassword' | 'keyPassphrase'>;

export interface ConnectOptions {
  readonly secrets?: DeploymentSecrets;
  /** `SHA256:…` of host keys that the person has compared and wants trusted from now on. */
  readonly trustHostKeys?: readonly string[];
  readonly signal?: AbortSignal;
}

/** What preflight found out about one thing, in the order in which a person reads it. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  /** `fix`: a problem for which the plan has a step. `refuse`: nothing can be deployed while it is so. */
  readonly level: 'ok' | 'warn' | 'fix' | 'refuse';
  readonly because: string;
  /** For `refuse`: the error that a start would meet. */
  readonly error?: AppError;
}

export interface StepPreview {
  readonly id: string;
  readonly title: string;
  readonly stage: number;
  readonly check: Check;
}

/** One change that a step makes: in words, and as it is typed where it is a command. */
export interface Rehearsed {
  readonly what: string;
  /** Undefined: we do it ourselves (files of this computer, the supervisor). */
  readonly command?: {
    readonly runAs: string;
    /** A shell script with its parameters before it, or a command line. What goes to its standard input is not in it. */
    readonly text: string;
  };
}

export interface Preview {
  readonly id: string;
  readonly instance: Instance;
  readonly findings: readonly Finding[];
  readonly steps: readonly StepPreview[];
}

/** How far a preview has come. */
export type PreviewPhase = 'connecting' | 'signed-in' | 'reading' | 'planning';

export interface PreviewOptions extends ConnectOptions {
  readonly onPhase?: (phase: PreviewPhase) => void;
}

export interface RunOptions {
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: AbortSignal;
  /** Default 20 minutes. */
  readonly deadlineMs?: number;
}

/** A sign-in address, and what keeps it working. Disposing closes the forward. */
export interface SignIn extends AsyncDisposable {
  /** Good for one use. Holds a bootstrap token: to be shown to the person, never logged. */
  readonly url: Secret;
  readonly expiresAt?: string;
  /** Whether the address works only while this object lives (a forward through SSH). */
  readonly forwarded: boolean;
  /** Rejects when the forward breaks for good. Never resolves before disposal. */
  readonly ended: Promise<void>;
}

export interface TrustedKey {
  /** `host` or `[host]:port`, as known_hosts writes it. */
  readonly host: string;
  readonly type: string;
  readonly fingerprint: string;
  readonly addedAt: string;
}

/** What every door is served by. One instance a process. */
export interface Core extends AsyncDisposable {
  readonly deployments: {
    /**
     * Connects, reads, plans; changes nothing.
     * @throws AppError of class `refused` only where nothing could be found out at all (host key, login)
     */
    preview(spec: DeploymentSpec, options?: PreviewOptions): Promise<Preview>;
    /** Runs a plan that was shown. @throws AppError when a finding refuses, or the run fails or is cancelled */
    start(previewId: string, options?: RunOptions): Promise<RunSnapshot>;
    /**
     * What one step of a plan that was shown (a deployment or a removal) will do, command by command, as far as it can be known
     * before; changes nothing. @throws AppError `usage.invalid` where there is no such preview or step
     */
    rehearse(previewId: string, stepId: string, signal?: AbortSignal): Promise<Rehearsed[]>;
    /** Lets go of a preview that will not be started. */
    discard(previewId: string): Promise<void>;
  };
  readonly removals: {
    preview(name: string, how: { readonly purge: boolean }, options?: ConnectOptions): Promise<Preview>;
    start(previewId: string, options?: RunOptions): Promise<RunSnapshot>;
  };
  /** Changes of an instance that is there: planned, shown and run as a deployment is. */
  readonly changes: {
    preview(name: string, change: Change, options?: ConnectOptions): Promise<Preview>;
    start(previewId: string, options?: RunOptions): Promise<RunSnapshot>;
  };
  readonly instances: {
    list(): Promise<Instance[]>;
    status(name: string, options?: ConnectOptions): Promise<InstanceStatus>;
    start(name: string, options?: ConnectOptions): Promise<void>;
    stop(name: string, options?: ConnectOptions): Promise<void>;
    restart(name: string, options?: ConnectOptions): Promise<void>;
    /**
     * The kill switch: closes the route and freezes the processes at once, whoever works there; then stops them, and marks the
     * machine so that nothing but `resume` starts it again. Fine where it is suspended already.
     */
    suspend(name: string, reason: SuspensionReason, options?: ConnectOptions & RunOptions): Promise<RunSnapshot>;
    /** Starts it again and opens its route. Fine where it is not suspended. */
    resume(name: string, options?: ConnectOptions & RunOptions): Promise<RunSnapshot>;
    /**
     * All its logs as one: a line of JSON (`LogEntry`) for each entry that is wanted, in the order of their times. The stream ends
     * when not following, or when the signal aborts.
     */
    logs(name: string, query: LogQuery, options?: ConnectOptions): Promise<Readable>;
    /** Runs a command there as the account OpenClaw runs as, with `node` and `openclaw` on its PATH. */
    exec(
      name: string,
      argv: readonly [string, ...string[]],
      spawn: SpawnOptions,
      options?: ConnectOptions,
    ): Promise<Process>;
    open(name: string, options?: ConnectOptions): Promise<SignIn>;
    /** Shared: see `InstanceLink`. @throws AppError `instance.unknown` */
    link(id: InstanceId): Promise<InstanceLink>;
    /**
     * How the instances in containers are, as their engines tell it: each once, then changes; one connection and one stream of
     * events an engine, however many there are. Whether the gateway inside answers, its link knows. Disposing ends it.
     */
    watchContainers(listener: (status: InstanceStatus) => void): AsyncDisposable;
    /** The gateway's token. @throws AppError `secrets.*`, `instance.unknown` */
    token(id: InstanceId): Promise<Secret>;
  };
  readonly ingress: {
    /** How it is reached, and with which certificate: asked now. */
    status(name: string, options?: ConnectOptions): Promise<IngressStatus>;
  };
  /** What exists already, and Hardshell did not make. */
  readonly imports: Imports;
  readonly backups: Backups;
  readonly updates: Updates;
  readonly configuration: Configuration;
  readonly models: Models;
  readonly channels: Channels;
  readonly skills: Skills;
  readonly files: WorkspaceFiles;
  readonly deeds: DeedReader;
  readonly diagnosis: DiagnosisApi;
  readonly devices: Devices;
  readonly alerts: Alerts;
  /** The user service that keeps watch while no window is open. */
  readonly watchService: WatchService;
  readonly exposure: {
    /** Looks at the machine from outside and from inside; changes nothing. */
    check(name: string, options?: ConnectOptions): Promise<ExposureReport>;
  };
  readonly guards: {
    /** Replaces the limits; `{}` switches all of them off. */
    set(name: string, guard: Guard): Promise<void>;
    /**
     * Watches every instance that has limits and suspends the one that is beyond them, until disposal. For doors that live long.
     * Several doors may watch: suspending twice is as once.
     */
    watch(): AsyncDisposable;
  };
  /** Secrets that links and previews of an instance sign in with when none are given. */
  readonly logins: {
    /** Kept in memory; `remember`: in the secret store as well. */
    provide(id: InstanceId, secrets: LoginSecrets, how: { readonly remember: boolean }): Promise<void>;
    forget(id: InstanceId): Promise<void>;
    isRemembered(id: InstanceId): Promise<boolean>;
  };
  readonly sshKeys: {
    /** How the server of an instance is signed in to, as far as it is known here. @throws AppError `instance.unknown` */
    read(id: InstanceId): Promise<ServerKey>;
  };
  readonly ssh: {
    /** Of ~/.ssh/config and what it includes: the hosts that are named without wildcards, in their order. */
    hosts(): Promise<SshHost[]>;
  };
  readonly versions: {
    /** What the registry offers: its tags (`latest`, `beta`, …) and the newest exact versions. @throws AppError `registry.unreachable` */
    list(signal?: AbortSignal): Promise<{
      readonly tags: Readonly<Record<string, string>>;
      readonly newest: readonly string[];
    }>;
  };
  readonly mirrors: {
    origins(): Promise<OriginOf>;
    /** Kept in the data folder, for every door; the next preview downloads from there. */
    choose(choices: MirrorChoices): Promise<void>;
  };
  readonly secrets: {
    /** Where a secret that is kept now would go. */
    backend(): Promise<SecretsBackend>;
  };
  /** Told when another process (or this one) changes the records of the data folder. Disposing the result stops the telling. */
  onChange(listener: (what: 'instances' | 'runs' | 'backups' | 'alerts') => void): Disposable;
  readonly runs: {
    list(): Promise<RunSnapshot[]>;
    get(runId: string): Promise<RunSnapshot | undefined>;
    /** How many go on in this process, also those that a schedule or a guard began: they end with it. */
    countGoingOn(): number;
  };
  readonly trust: {
    list(): Promise<TrustedKey[]>;
    /** Number of keys removed. */
    remove(host: string): Promise<number>;
  };
  /** Owns this computer's gateways until it is told to end: the body of `hardshell supervise`. */
  supervise(signal: AbortSignal): Promise<void>;
}

import type { Readable } from 'node:stream';
import type { AppError } from '../shared/app-error.ts';
import type { Secret } from '../shared/secret.ts';
import type { Instance } from '../shared/model/instance.ts';
import type { Check, RunEvent, RunSnapshot } from '../shared/model/run.ts';
import type { DeploymentSpec } from '../shared/model/spec.ts';
import type { InstanceId } from '../shared/model/ids.ts';
import type { InstanceLink, InstanceStatus, SecretsBackend, ShellSession, SshHost } from './api-link.ts';
import type { Process, SpawnOptions, TerminalSize } from './host/host.ts';

/** Secrets that a deployment is given. They go to the secret store or to the machine, never into a record. */
export interface DeploymentSecrets {
  readonly sshPassword?: Secret;
  readonly sudoPassword?: Secret;
  readonly keyPassphrase?: Secret;
  readonly providerKey?: Secret;
  readonly telegramToken?: Secret;
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
  readonly instances: {
    list(): Promise<Instance[]>;
    status(name: string, options?: ConnectOptions): Promise<InstanceStatus>;
    start(name: string, options?: ConnectOptions): Promise<void>;
    stop(name: string, options?: ConnectOptions): Promise<void>;
    restart(name: string, options?: ConnectOptions): Promise<void>;
    /** Lines of the gateway's log, oldest first. The stream ends when not following, or when the signal aborts. */
    logs(
      name: string,
      how: { readonly follow: boolean; readonly lines: number },
      options?: ConnectOptions,
    ): Promise<Readable>;
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
    /** The gateway's token. @throws AppError `secrets.*`, `instance.unknown` */
    token(id: InstanceId): Promise<Secret>;
  };
  /** Secrets that links and previews of an instance sign in with when none are given. */
  readonly logins: {
    /** Kept in memory; `remember`: in the secret store as well. */
    provide(id: InstanceId, secrets: LoginSecrets, how: { readonly remember: boolean }): Promise<void>;
    forget(id: InstanceId): Promise<void>;
    isRemembered(id: InstanceId): Promise<boolean>;
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
  onChange(listener: (what: 'instances' | 'runs') => void): Disposable;
  readonly runs: {
    list(): Promise<RunSnapshot[]>;
    get(runId: string): Promise<RunSnapshot | undefined>;
  };
  readonly trust: {
    list(): Promise<TrustedKey[]>;
    /** Number of keys removed. */
    remove(host: string): Promise<number>;
  };
  /** Owns this computer's gateways until it is told to end: the body of `hardshell supervise`. */
  supervise(signal: AbortSignal): Promise<void>;
}

/** What a process gives to core. Core itself reads no environment and no globals. */
export interface CoreDeps {
  /** Absolute. Created 0700 where it is missing. */
  readonly dataDir: string;
  readonly homeDir: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** The account of this computer that Hardshell runs as. */
  readonly userName: string;
  /** `anna@laptop`: for leases and audit lines. */
  readonly who: string;
  /** Of Hardshell itself. */
  readonly version: string;
  /** SSH_AUTH_SOCK, or the pipe of Windows' agent; absent: no agent. */
  readonly sshAgent?: string;
  /** What the environment says; the rest is chosen by a person, or is the makers' own. */
  readonly mirrors: Partial<Mirrors>;
  /** The OS keychain, where the door could load it. */
  readonly keychain?: Keychain;
  /** File that holds the vault's passphrase. */
  readonly passphraseFile?: string;
  /** Terminals of this computer, where the door could load the native module. */
  readonly openPty?: OpenPty;
  /** Base URL of Telegram's API. Default https://api.telegram.org */
  readonly telegramApi?: string;
  /**
   * Of the process. A gateway on this computer gets only the part of it that has no secrets: home, language, proxies,
   * certificates; nothing else of core reads it.
   */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The argument list that starts `hardshell supervise`. */
  readonly supervisorCommand: readonly [string, ...string[]];
  readonly log: (entry: {
    readonly level: 'debug' | 'info' | 'warn' | 'error';
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>>;
  }) => void;
}

/** Base URLs without a trailing slash. */
export interface Mirrors {
  /** Default https://registry.npmjs.org */
  readonly npm: string;
  /** Default https://nodejs.org/dist */
  readonly node: string;
  /** Default https://openclaw.ai/install.sh: the whole address of the official installer. */
  readonly installer: string;
}

export type MirrorName = keyof Mirrors;

/** An address, and who says so. */
export interface MirrorOrigin {
  readonly url: string;
  readonly from: 'environment' | 'settings' | 'default';
}
export type OriginOf = Readonly<Record<MirrorName, MirrorOrigin>>;

/** Base addresses without a trailing slash; an empty one goes back to the default, an absent one stays as it is. */
export type MirrorChoices = { readonly [Name in MirrorName]?: string | undefined };

/** The operating system's keychain. Rejects with AppError `secrets.locked` or `secrets.unavailable`. */
export interface Keychain {
  get(account: string): Promise<Secret | undefined>;
  set(account: string, value: Secret): Promise<void>;
  delete(account: string): Promise<boolean>;
}

/** A program of this computer with a terminal of its own. Absolute program, environment as given and nothing else. */
export type OpenPty = (options: {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly size: TerminalSize;
}) => Promise<ShellSession>;

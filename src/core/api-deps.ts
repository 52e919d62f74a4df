import type { Secret } from '../shared/secret.ts';
import type { ShellSession } from './api-link.ts';
import type { AlertPace } from './api-alerts.ts';
import type { TerminalSize } from './host/host.ts';
import type { Provider } from '../shared/model/spec.ts';
import type { SshTarget } from '../shared/model/target.ts';

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
  /** The image of the proxy on Docker engines. Default caddy:2.11 */
  readonly proxyImage?: string;
  /** Where everybody else reaches a server, when that is another address than SSH goes to. Default: the one of SSH. */
  readonly outsideAddress?: (server: SshTarget) => string | undefined;
  /** All addresses of a name, as everybody finds them; none where there is no such name. Default: this computer's resolver. */
  readonly resolveHost?: (host: string) => Promise<readonly string[]>;
  /** The IPv4 range in which instances in Docker get their networks. Default 10.213.0.0/16 */
  readonly instanceRange?: string;
  /** Base URL of Cloudflare's API. Default https://api.cloudflare.com/client/v4 */
  readonly cloudflareApi?: string;
  /** Base URL of Telegram's API. Default https://api.telegram.org */
  readonly telegramApi?: string;
  /** Base URL of Discord's API. Default https://discord.com/api/v10 */
  readonly discordApi?: string;
  /** Base URLs of model providers, where keys are tried. Default the providers' own. */
  readonly providerApis?: Partial<Record<Provider, string>>;
  /**
   * Of the process. A gateway on this computer gets only the part of it that has no secrets: home, language, proxies,
   * certificates; nothing else of core reads it.
   */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The argument list that starts `hardshell supervise`. */
  readonly supervisorCommand: readonly [string, ...string[]];
  /** The argument list that starts `hardshell watch`, from files that outlive this process. Absent: no service can be made. */
  readonly watchCommand?: readonly [string, ...string[]];
  /** How soon what lasts is an alert. Default: minutes. */
  readonly alertPace?: AlertPace;
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
  /** Default https://dl.cloudsmith.io/public/caddy/stable: the Debian repository of Caddy. */
  readonly caddy: string;
  /** Default https://download.docker.com/linux: Docker's own repositories of packages. */
  readonly docker: string;
  /** Default ghcr.io/openclaw/openclaw: the image of OpenClaw, without its tag. */
  readonly image: string;
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

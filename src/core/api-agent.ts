import type {
  ChannelCheck,
  ChannelField,
  ChannelKind,
  ChannelLogin,
  ChannelSettings,
  ChannelsView,
} from '../shared/model/channels.ts';
import type {
  KeyCheck,
  ModelChoice,
  ModelsView,
  ProviderChoice,
  ProviderProbe,
  Spend,
} from '../shared/model/models.ts';
import type {
  Deed,
  FileVersion,
  FoundSkill,
  Skill,
  WorkspaceFileView,
  WorkspaceText,
} from '../shared/model/workspace.ts';
import type { Secret } from '../shared/secret.ts';

export interface TalkOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface SetKeyOptions extends TalkOptions {
  /** Keeps a key that could not be tried because the provider does not answer here. A refused one is never kept. */
  readonly untested?: boolean;
}

/**
 * Which model answers, and with whose key. Everything goes through the gateway's own connection.
 * Every method may reject with `instance.unknown`, `instance.suspended`, `gateway.*`.
 */
export interface Models {
  read(name: string, options?: TalkOptions): Promise<ModelsView>;
  /** Takes force for the next message, without a restart. @throws AppError `model.unknown` */
  choose(name: string, choice: ModelChoice, options?: TalkOptions): Promise<void>;
  /**
   * From this computer, and only at an address that is the same from there; keeps nothing.
   * @throws AppError `provider.*`
   */
  tryKey(name: string, choice: ProviderChoice, key: Secret, options?: TalkOptions): Promise<KeyCheck>;
  /** Tries the key and gives it to the gateway, in place of the one that was there. @throws AppError `provider.*`, `plugin.missing` */
  setKey(name: string, choice: ProviderChoice, key: Secret, options?: SetKeyOptions): Promise<KeyCheck>;
  /** @throws AppError `provider.key-missing` */
  removeKey(name: string, provider: string, options?: TalkOptions): Promise<void>;
  /** Lets the gateway ask a provider something short, which may cost a fraction of a cent. */
  probe(name: string, provider: string, options?: TalkOptions): Promise<ProviderProbe>;
  spend(name: string, options?: TalkOptions): Promise<Spend>;
}

export interface ChannelWish {
  readonly channel: string;
  /** One that is there, whose settings are meant. Absent: the channel's own. */
  readonly account?: string | undefined;
  readonly settings: ChannelSettings;
  /** Tokens and passwords, by the setting that they are. */
  readonly secrets: Readonly<Record<string, Secret>>;
}

export interface AddOptions extends TalkOptions {
  /** The person has read the warnings and wants it so. */
  readonly anyway?: boolean;
}

export interface AccountOptions extends TalkOptions {
  /** Of a channel with several. Absent: the default one; for a removal all of them. */
  readonly account?: string | undefined;
}

/** Whom to let in: by the code that they read out, or by the request as it is listed. */
export type PairingAnswer =
  { readonly code: string } | { readonly requestId: string; readonly account?: string | undefined };

/**
 * Where people talk to the agent. Every method may reject with `instance.unknown`, `instance.suspended`, `gateway.*`.
 */
export interface Channels {
  list(name: string, options?: TalkOptions): Promise<ChannelsView>;
  /** What this OpenClaw can be connected to. */
  kinds(name: string, options?: TalkOptions): Promise<ChannelKind[]>;
  /** What such a channel is given, as OpenClaw's own help and schema say. @throws AppError `channel.unknown` */
  fields(name: string, channel: string, options?: TalkOptions): Promise<ChannelField[]>;
  /** Asks the service whose bot this is, and what would go wrong; keeps nothing. @throws AppError `telegram.*`, `channel.discord-*` */
  check(name: string, wish: ChannelWish, options?: TalkOptions): Promise<ChannelCheck>;
  /** Checks, installs the plugin where it is missing, and writes the settings. @throws AppError also `channel.doubtful`, `channel.setting` */
  add(name: string, wish: ChannelWish, options?: AddOptions): Promise<ChannelCheck>;
  /** @throws AppError `channel.unknown`, `channel.account-shared` */
  remove(name: string, channel: string, options?: AccountOptions): Promise<void>;
  /** @throws AppError `channel.unknown`, `channel.not-started` */
  restart(name: string, channel: string, options?: AccountOptions): Promise<void>;
  /** Until it is restarted here, or the gateway is. */
  stop(name: string, channel: string, options?: AccountOptions): Promise<void>;
  /** @throws AppError `pairing.unknown` */
  approve(name: string, channel: string, answer: PairingAnswer, options?: TalkOptions): Promise<void>;
  dismiss(
    name: string,
    channel: string,
    requestId: string,
    account: string | undefined,
    options?: TalkOptions,
  ): Promise<void>;
  /**
   * A code to scan with the phone; without one it is linked already. @throws AppError `channel.no-scan`
   * @param options `anew`: a phone that is linked is unlinked first
   */
  beginLogin(
    name: string,
    channel: string,
    options?: AccountOptions & { readonly anew?: boolean },
  ): Promise<ChannelLogin>;
  /** Waits for the scan, or for the next code. */
  awaitLogin(name: string, channel: string, before: ChannelLogin, options?: AccountOptions): Promise<ChannelLogin>;
}

/** The files that tell the agent who it is and how it works. May reject with `instance.*`, `gateway.*`, `file.unknown`. */
export interface WorkspaceFiles {
  list(name: string, options?: TalkOptions): Promise<WorkspaceFileView[]>;
  read(name: string, file: string, options?: TalkOptions): Promise<WorkspaceText>;
  /**
   * What is replaced is kept in the history first.
   * @param before hash of what was read; absent: there was no such file. @throws AppError `file.conflict`
   */
  write(
    name: string,
    file: string,
    text: string,
    before: string | undefined,
    options?: TalkOptions,
  ): Promise<WorkspaceText>;
  /** Newest first. */
  history(name: string, file: string): Promise<FileVersion[]>;
  readVersion(name: string, file: string, version: string): Promise<string>;
  /** Puts an older text back, over what is there now. */
  revert(name: string, file: string, version: string, options?: TalkOptions): Promise<WorkspaceText>;
}

/** What the agent has learnt to do. May reject with `instance.*`, `gateway.*`, `skill.*`. */
export interface Skills {
  list(name: string, options?: TalkOptions): Promise<Skill[]>;
  /** On ClawHub, as the gateway reaches it. */
  search(name: string, query: string, options?: TalkOptions): Promise<FoundSkill[]>;
  install(name: string, slug: string, options?: TalkOptions): Promise<void>;
  /** All that came from ClawHub, or one. Answers how many were renewed. */
  update(name: string, slug: string | undefined, options?: TalkOptions): Promise<number>;
  enable(name: string, key: string, enabled: boolean, options?: TalkOptions): Promise<void>;
  /** Its folder goes. What came with OpenClaw can only be switched off. */
  remove(name: string, key: string, options?: TalkOptions): Promise<void>;
}

/** What people changed through the gateway of an instance, newest first. */
export interface DeedReader {
  list(name: string): Promise<Deed[]>;
}

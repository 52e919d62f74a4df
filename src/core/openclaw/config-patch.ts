import { isDeepStrictEqual } from 'node:util';
import type { Severity } from '../../shared/model/run.ts';
import type { Secret } from '../../shared/secret.ts';
import { parseConfig, readSetting, type ConfigObject } from './config-document.ts';
import { findGatewayToken } from './gateway-token.ts';
import { appendElement, removeMember, setValue, type ConfigPath } from './json5-edit.ts';

/** What a deployment wants to find in openclaw.json. Everything else in the file is somebody else's. */
export interface GatewaySettings {
  readonly port: number;
  /** Used only where the file has no token that the gateway would accept. */
  readonly token: Secret;
  readonly telemetry: { readonly enabled: false } | { readonly enabled: true; readonly consentedAt: string };
  /** `provider/model`; absent: whatever the file says. */
  readonly model?: string;
  readonly telegram?: { readonly botToken: Secret } | { readonly tokenFile: string };
  /** In a container the gateway listens to all of its network, and is published on another port of the machine's loopback address. */
  readonly container?: { readonly publishedPort: number };
  /** How visitors come; absent: whatever the file says. */
  readonly ingress?: PublicWay;
}

export interface PublicWay {
  /** `https://claw.example.com`; absent: no visitors any more, and what was written for them goes. */
  readonly origin?: string;
  /** The one address from which the proxy comes: what it says about visitors is believed, and nobody else's word. */
  readonly proxy: string;
}

export interface ConfigChange {
  /** `gateway.controlUi.allowedOrigins` */
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'removed';
}

/** Holds secrets in `text`: it goes into a 0600 file and nowhere else. `changes` names places, never values. */
export interface ConfigPatch {
  readonly text: string;
  readonly changes: readonly ConfigChange[];
  /** `restart`: a running gateway restarts itself on this change. */
  readonly severity: Severity;
}

/** What the running gateway can only take over by a restart (docs/gateway/configuration/hot-reload.md). */
const RESTART_PATHS: ReadonlySet<string> = new Set([
  'gateway.mode',
  'gateway.bind',
  'gateway.port',
  'gateway.auth.mode',
]);

/** The origins from which a browser on this computer, or at this end of a forward to the same port, comes. */
function loopbackOrigins(port: number): readonly [string, string] {
  return [`http://127.0.0.1:${String(port)}`, `http://localhost:${String(port)}`];
}

/**
 * The smallest change after which openclaw.json says what is wanted. Comments, order, unknown keys and right values stay
 * byte for byte (until OpenClaw rewrites the file itself: it writes plain JSON). Pure.
 * @throws AppError `config.unreadable`
 */
export function planConfigPatch(existingText: string | undefined, wanted: GatewaySettings): ConfigPatch {
  const draft = openDraft(existingText);
  draft.want(['gateway', 'mode'], 'local');
  draft.want(['gateway', 'bind'], wanted.container === undefined ? 'loopback' : 'lan');
  draft.want(['gateway', 'port'], wanted.port);
  draft.want(['gateway', 'auth', 'mode'], 'token');
  const token = wantToken(draft, wanted.token);
  if (token !== undefined) alignRemoteToken(draft, token);
  draft.wantElements(
    ['gateway', 'controlUi', 'allowedOrigins'],
    loopbackOrigins(wanted.container?.publishedPort ?? wanted.port),
  );
  if (wanted.ingress !== undefined) wantIngress(draft, wanted.ingress);
  if (wanted.telemetry.enabled && draft.read(['telemetry', 'enabled']) !== true) {
    draft.want(['telemetry', 'enabled'], true);
    draft.want(['telemetry', 'consentedAt'], wanted.telemetry.consentedAt);
  } else if (!wanted.telemetry.enabled) draft.want(['telemetry', 'enabled'], false);
  if (wanted.model !== undefined) wantModel(draft, wanted.model);
  if (wanted.telegram !== undefined) wantTelegram(draft, wanted.telegram);
  return draft.finish();
}

/** The smallest change after which this is the token, wherever the file names it. Pure. @throws AppError `config.unreadable` */
export function planTokenPatch(existingText: string | undefined, token: Secret): ConfigPatch {
  const draft = openDraft(existingText);
  draft.want(['gateway', 'auth', 'token'], token.reveal());
  alignRemoteToken(draft, token);
  return draft.finish();
}

/** Returns the token in force where it is a plain one. A token that somebody set is theirs: it is kept. */
function wantToken(draft: Draft, ours: Secret): Secret | undefined {
  const found = findGatewayToken(draft.value());
  if (found?.kind === 'reference') return undefined;
  if (found !== undefined) return found.token;
  draft.want(['gateway', 'auth', 'token'], ours.reveal());
  return ours;
}

/**
 * `gateway.remote.token` is what OpenClaw's own command line on that machine signs in with. It is brought in line where it
 * is there and means this gateway; the token of another gateway is none of our business.
 */
function alignRemoteToken(draft: Draft, token: Secret): void {
  if (typeof draft.read(['gateway', 'remote', 'token']) !== 'string') return;
  const url = draft.read(['gateway', 'remote', 'url']);
  const local = typeof url !== 'string' || /^wss?:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$)/i.test(url);
  if (local) draft.want(['gateway', 'remote', 'token'], token.reveal());
}

/** The origin that the file itself names is the one that visitors had until now, also where a run was cut short. */
function wantIngress(draft: Draft, { origin, proxy }: PublicWay): void {
  const publicOrigin = ['gateway', 'publicOrigin'];
  const origins = ['gateway', 'controlUi', 'allowedOrigins'];
  const trusted = ['gateway', 'trustedProxies'];
  const former = draft.read(publicOrigin);
  const allowed = draft.read(origins);
  if (former !== origin && Array.isArray(allowed) && allowed.includes(former)) {
    draft.want(
      origins,
      allowed.filter((one) => one !== former),
    );
  }
  if (origin !== undefined) {
    draft.want(trusted, [proxy]);
    draft.wantElements(origins, [origin]);
    draft.want(publicOrigin, origin);
  } else {
    draft.remove(publicOrigin);
    if (isDeepStrictEqual(draft.read(trusted), [proxy])) draft.remove(trusted);
  }
}

/** `model` is a string or an object with fallbacks; either form is kept. */
function wantModel(draft: Draft, model: string): void {
  const path = ['agents', 'defaults', 'model'];
  draft.want(typeof draft.read(path) === 'string' ? path : [...path, 'primary'], model);
}

function wantTelegram(draft: Draft, telegram: NonNullable<GatewaySettings['telegram']>): void {
  const path = ['channels', 'telegram'];
  draft.want([...path, 'enabled'], true);
  if ('tokenFile' in telegram) {
    draft.want([...path, 'tokenFile'], telegram.tokenFile);
  } else {
    draft.want([...path, 'botToken'], telegram.botToken.reveal());
    // A tokenFile would win over the botToken.
    draft.remove([...path, 'tokenFile']);
  }
}

interface Draft {
  value(): ConfigObject;
  read(path: ConfigPath): unknown;
  want(path: ConfigPath, value: unknown): void;
  wantElements(path: ConfigPath, values: readonly string[]): void;
  remove(path: ConfigPath): void;
  finish(): ConfigPatch;
}

function openDraft(existingText: string | undefined): Draft {
  let text = existingText ?? '{}\n';
  let value = parseConfig(text).value;
  const changes = new Map<string, ConfigChange>();

  const edit = (path: ConfigPath, kind: ConfigChange['kind'], edited: string): void => {
    text = edited;
    value = parseConfig(text).value;
    changes.set(path.join('.'), { path: path.join('.'), kind });
  };
  const draft: Draft = {
    value: () => value,
    read: (path) => readSetting(value, path),
    want(path, wanted) {
      const found = draft.read(path);
      if (isDeepStrictEqual(found, wanted)) return;
      edit(path, found === undefined ? 'added' : 'changed', setValue(text, path, wanted));
      if (!isDeepStrictEqual(draft.read(path), wanted)) throw new Error(`Editing ${path.join('.')} went wrong.`);
    },
    wantElements(path, values) {
      const found = draft.read(path);
      if (!Array.isArray(found)) {
        draft.want(path, [...values]);
        return;
      }
      for (const one of values) if (!found.includes(one)) edit(path, 'changed', appendElement(text, path, one));
    },
    remove(path) {
      if (draft.read(path) !== undefined) edit(path, 'removed', removeMember(text, path));
    },
    finish() {
      const list = [...changes.values()];
      const restarts = existingText !== undefined && list.some(({ path }) => RESTART_PATHS.has(path));
      return { text, changes: list, severity: restarts ? 'restart' : 'safe' };
    },
  };
  return draft;
}

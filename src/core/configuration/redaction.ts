import { REDACTED } from '../../shared/model/configuration.ts';
import { isConfigObject, parseConfig } from '../openclaw/config-document.ts';
import { replaceScalars } from '../openclaw/json5-edit.ts';

/** Members that hold a secret, or an object in which every text is one. */
const SECRET_NAME =
  /token$|password|passphrase|secret|api_?key|credential|private_?key|encrypt_?key|identity_?data|session_?key|authorization|cookie|webhook_?url|incoming_?url|proxy_?url|^service_?account$/i;
/** Places, not contents. */
const PLACE_NAME = /(file|path|dir)$/i;
/** Everything below may be one: variables and headers are called as their reader wants. */
const SECRET_HOLDERS: ReadonlySet<string> = new Set(['headers', 'env']);
/** The chapter about secrets, which says where they are kept. */
const SECRETS_CHAPTER = 'secrets';

/** A password that is called otherwise: the code of a ship of Tlon, also below its accounts. */
const isSecretCode = (path: readonly string[]): boolean =>
  path[0] === 'channels' && path[1] === 'tlon' && path.at(-1) === 'code';

/** As OpenClaw lists them; they come with prefixes as well, and with dashes. */
const SECRET_PARAMETERS =
  'token(?:_[a-f0-9]{16,})?|api_?key|key|secret|signature|sig|password|passwd|pass|authorization|auth|credential|jwt|session|code';

const SECRET_LOOKS = [
  /^(sk|pk|rk)[-_][\w-]{12,}$/,
  /^(xox[a-z]|xapp|ghp|gho|ghs|github_pat|glpat|AIza|ya29|hf|r8)[-_\w]{12,}/,
  /^\d{6,}:[\w-]{30,}$/,
  /^[0-9a-f]{32,}$/i,
  /^eyJ[\w-]{10,}\.[\w-]{10,}/,
  /^Bearer\s+\S{8,}/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /^[a-z][\w+.-]*:\/\/[^/\s@]*:[^/\s@]+@/i,
  /^(https?|wss?):\/\/[^/\s@]+@/i,
  /\/bot\d{6,}(:|%3a)[\w-]{20,}/i,
  new RegExp(`[?&#]([\\w.-]*[_-])?(${SECRET_PARAMETERS})=[^&\\s]+`, 'i'),
];

/** A reference to the environment, and not what it holds. */
const REFERENCE = /^\$\{[A-Z_][A-Z0-9_]*\}$/;

/** Whether the text at a path is to be hidden. Rather one too many: what is hidden comes back as it was. Pure. */
export function isSecretAt(path: readonly string[], value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || REFERENCE.test(value)) return false;
  const name = path.at(-1) ?? '';
  if (SECRET_LOOKS.some((look) => look.test(value))) return true;
  if (isSecretCode(path)) return true;
  if (PLACE_NAME.test(name)) return false;
  const names = path[0] === SECRETS_CHAPTER ? path.slice(1) : path;
  return names.some(
    (member, index) => SECRET_NAME.test(member) || (SECRET_HOLDERS.has(member) && index < names.length - 1),
  );
}

/** A sentence of somebody else's that may quote what is in a configuration, without what looks like a secret. Pure. */
export function hideSecretLooks(sentence: string): string {
  return sentence.replaceAll(/[^\s"'`,;]+/g, (word) =>
    SECRET_LOOKS.some((look) => look.test(word)) ? '[redacted]' : word,
  );
}

/** Comments stay: they are shown to who could read the file, and are kept nowhere. Pure. */
export function redactText(text: string): string {
  return replaceScalars(text, (path, value) => (value !== REDACTED && isSecretAt(path, value) ? REDACTED : undefined));
}

/** Pure. */
export function redactValue<T>(value: T, path: readonly string[] = []): T {
  const walk = (inner: unknown, at: readonly string[]): unknown => {
    if (Array.isArray(inner)) return inner.map((item, index) => walk(item, [...at, String(index)]));
    if (isConfigObject(inner))
      return Object.fromEntries(Object.entries(inner).map(([name, item]) => [name, walk(item, [...at, name])]));
    return isSecretAt(at, inner) ? REDACTED : inner;
  };
  // the shape stays; texts alone become other texts
  return walk(value, path) as T;
}

/** Secrets that a text holds in the open: what was typed just now. Pure. */
export function listSecretsIn(text: string): string[] {
  const found = new Set<string>();
  try {
    replaceScalars(parseConfig(text).text, (path, value) => {
      if (value !== REDACTED && isSecretAt(path, value)) found.add(value);
      return undefined;
    });
  } catch {
    // A text that is no JSON5 gets no further than the error that says so.
  }
  return [...found];
}

export interface Restored {
  readonly text: string;
  /** Where a secret is hidden that nobody knows. */
  readonly unknown: readonly (readonly string[])[];
}

/**
 * Puts the secrets back that were hidden, from what is there now. In lists an entry has to be otherwise the same: a secret must not
 * get to another entry by having been moved. Pure.
 * @param current as it really is; what is hidden there as well stays hidden
 */
export function restoreSecrets(text: string, current: unknown): Restored {
  const unknown: (readonly string[])[] = [];
  const edited: unknown = parseConfig(text).value;
  const restored = replaceScalars(text, (path, value) => {
    if (value !== REDACTED) return undefined;
    const known = readAt(current, path);
    if (typeof known === 'string' && keepsItsPlace(path, edited, current))
      return known === REDACTED ? undefined : known;
    unknown.push(path);
    return undefined;
  });
  return { text: restored, unknown };
}

function keepsItsPlace(path: readonly string[], edited: unknown, current: unknown): boolean {
  for (let depth = 1; depth <= path.length; depth += 1) {
    const holder = path.slice(0, depth - 1);
    if (!Array.isArray(readAt(current, holder))) continue;
    const [then, now] = [readAt(current, path.slice(0, depth)), readAt(edited, path.slice(0, depth))];
    if (JSON.stringify(redactValue(then, path.slice(0, depth))) !== JSON.stringify(now)) return false;
  }
  return true;
}

/** Elements of arrays are named by their index. Pure. */
export function readAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => {
    if (Array.isArray(inner)) return inner[Number(name)] as unknown;
    return isConfigObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined;
  }, value);
}

import { isIP } from 'node:net';
import { isSecretAt } from '../../configuration/redaction.ts';
import { isConfigObject } from '../../openclaw/config-document.ts';
import { FIRST_HOST, FIRST_USER, PATTERNS, PUBLIC_USERS } from './private-patterns.ts';

/** Names of settings whose value is one: `botToken`, `apiKey`, `password`. */
const SECRET_NAME =
  /(token|secret|passw(or)?d|passphrase|api_?key|private_?key|credential|cookie|webhook_?url)s?$|^key$/i;

/** Who may write, and from where: whoever is named below is somebody. */
const ID_HOLDER =
  /^(?:\w*allowFrom|groups|groupChannels|accounts|peers?|guilds|rooms|users|members|dms|defaultTo|chat_?id|to)$/i;
/** Names that are everybody's. */
const PUBLIC_IDS: ReadonlySet<string> = new Set(['*', 'default', 'main']);
/** Variables say much that is no secret: these are found in every text. */
const COMMON_VALUE = /^(?:true|false|none|null|info|warn|debug|error|production|development|\d{1,5})$/i;
const SHORTEST_LEARNT = 6;

/** Of a line: patterns take their time over what no person reads. */
const LONGEST_LINE = 8_000;

export interface RedactorKnowledge {
  /** What must not be in it whatever it looks like. */
  readonly secrets: readonly string[];
  readonly hosts: readonly string[];
  readonly users: readonly string[];
  /** Of instances: they may be the name of a person or a company. */
  readonly names: readonly string[];
}

export interface Redactor {
  text(text: string): string;
  /** The same for what was parsed: secrets by the names of their settings as well. */
  value(value: unknown): unknown;
  /** The same for an openclaw.json: also what its editor hides, and who may write to it. */
  config(value: unknown): unknown;
}

/** Takes out what is somebody's own. What was the same is the same placeholder in everything that one redactor sees. */
export function createRedactor(known: RedactorKnowledge): Redactor {
  const places = new Map<string, string>();
  const counts = new Map<string, number>();
  const placeFor = (kind: string, found: string): string => {
    const key = `${kind} ${kind === 'secret' ? found : found.toLowerCase()}`;
    const old = places.get(key);
    if (old !== undefined) return old;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const place = `<${kind}-${String(count)}>`;
    places.set(key, place);
    return place;
  };
  /** Of people and groups that a configuration named. */
  const ids = new Set<string>();
  const secrets = new Set(known.secrets.filter((one) => one.length >= 4));
  const words = (
    kind: string,
    list: readonly string[],
    shortest: number,
  ): { kind: string; word: string; expression: RegExp }[] =>
    [...new Set(list)]
      .filter((word) => word.length >= shortest)
      .sort((a, b) => b.length - a.length)
      .map((word) => ({ kind, word, expression: new RegExp(`(?<![\\w-])${escape(word)}(?![\\w-])`, 'gi') }));
  const named = [
    ...words('host', known.hosts, 2).filter(({ word }) => word !== 'localhost' && isIP(word) === 0),
    ...words('user', known.users, 2).filter(({ word }) => !PUBLIC_USERS.has(word)),
    ...words('name', known.names, 2),
  ];

  const text = (given: string): string => {
    let left = given;
    for (const secret of [...secrets].sort((a, b) => b.length - a.length))
      if (left.includes(secret)) left = left.replaceAll(secret, placeFor('secret', secret));
    left = cutLines(left);
    for (const id of [...ids].sort((a, b) => b.length - a.length))
      if (left.includes(id)) left = left.replaceAll(id, placeFor('id', id));
    const hide = (patterns: typeof PATTERNS): void => {
      for (const { kind, expression, keep } of patterns)
        left = left.replace(expression, (found) => (keep?.(found) === true ? found : placeFor(kind, found)));
    };
    const hideWords = (list: typeof named): void => {
      for (const { kind, word, expression } of list)
        left = left.replace(expression, (found, at: number) => (isPlace(left, at) ? found : placeFor(kind, word)));
    };
    hide(PATTERNS.slice(0, FIRST_USER));
    // A name may hold what ends a path.
    hideWords(named.filter(({ kind }) => kind === 'user'));
    hide(PATTERNS.slice(FIRST_USER, FIRST_HOST));
    hideWords(named.filter(({ kind }) => kind !== 'user'));
    hide(PATTERNS.slice(FIRST_HOST));
    return left;
  };
  const learn = (value: unknown, name: string): void => {
    if (typeof value === 'string') {
      // A reference says where it lies, and is none.
      if (SECRET_NAME.test(name) && value.length >= 4 && !value.includes('${')) secrets.add(value);
    } else if (Array.isArray(value)) value.forEach((one) => learn(one, name));
    else if (isConfigObject(value)) for (const [key, inner] of Object.entries(value)) learn(inner, key);
  };
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(walk);
    if (!isConfigObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [text(key), walk(inner)]));
  };
  const learnConfig = (value: unknown, path: readonly string[]): void => {
    if (isSecretAt(path, value)) {
      if (value.length >= SHORTEST_LEARNT && !COMMON_VALUE.test(value)) secrets.add(value);
    } else if (typeof value === 'string' || typeof value === 'number') {
      if (isIdAt(path, value) && /\d{6}/.test(String(value))) ids.add(String(value));
    } else if (Array.isArray(value)) value.forEach((one, index) => learnConfig(one, [...path, String(index)]));
    else if (isConfigObject(value))
      for (const [key, inner] of Object.entries(value)) {
        if (isIdKey(path, key) && /\d{6}/.test(key)) ids.add(key);
        learnConfig(inner, [...path, key]);
      }
  };
  const walkConfig = (value: unknown, path: readonly string[]): unknown => {
    if (isSecretAt(path, value)) return placeFor('secret', value);
    if (typeof value === 'string' || typeof value === 'number') {
      if (isIdAt(path, value)) return placeFor('id', String(value));
      if (typeof value === 'number') return value;
      const said = text(value);
      return path.some((name) => ID_HOLDER.test(name)) ? said.replace(/-?\d{6,}/g, (id) => placeFor('id', id)) : said;
    }
    if (Array.isArray(value)) return value.map((one, index) => walkConfig(one, [...path, String(index)]));
    if (!isConfigObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        isIdKey(path, key) ? placeFor('id', key) : text(key),
        walkConfig(inner, [...path, key]),
      ]),
    );
  };
  return {
    text,
    value(value) {
      learn(value, '');
      return walk(value);
    },
    config(value) {
      learn(value, '');
      learnConfig(value, []);
      return walkConfig(value, []);
    },
  };
}

/** `groups`, and `channels` of a channel: what is set is called as those for whom it is. Pure. */
function isIdKey(path: readonly string[], key: string): boolean {
  const holder = path.at(-1) ?? '';
  const isKeyed = holder === 'channels' ? path.length > 1 : holder !== 'peer' && ID_HOLDER.test(holder);
  return isKeyed && !/^\d{1,5}$/.test(key) && !PUBLIC_IDS.has(key);
}

/** An entry of a list of people, what is called their id, and every long number below. Pure. */
function isIdAt(path: readonly string[], value: string | number): boolean {
  if (PUBLIC_IDS.has(String(value)) || !path.some((name) => ID_HOLDER.test(name))) return false;
  if (typeof value === 'number') return Math.abs(value) >= 100_000;
  const [name = '', holder = ''] = [path.at(-1), path.at(-2)];
  return ID_HOLDER.test(name) || name === 'id' || (/^\d+$/.test(name) && ID_HOLDER.test(holder));
}

/** No half of a word stays: it may be one of a secret. Pure. */
function cutLines(text: string): string {
  if (text.length <= LONGEST_LINE) return text;
  return text
    .split('\n')
    .map((line) => (line.length <= LONGEST_LINE ? line : `${cutWord(line.slice(0, LONGEST_LINE))}…`))
    .join('\n');
}

function cutWord(line: string): string {
  let end = line.length;
  while (end > 0 && !/[\s"',;]/.test(line.charAt(end - 1))) end -= 1;
  return line.slice(0, end);
}

const escape = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
/** Inside of a placeholder: `<host-1>` says host. */
const isPlace = (text: string, at: number): boolean =>
  text[at - 1] === '<' && /^[a-z]+-\d+>/.test(text.slice(at, at + 20));

import { isIP } from 'node:net';
import { isSecretAt } from '../../configuration/redaction.ts';
import { isConfigObject } from '../../openclaw/config-document.ts';

/** Names that everybody knows, and that help to understand. */
const PUBLIC_HOSTS =
  /(^|\.)(openclaw\.ai|npmjs\.org|nodejs\.org|github\.com|ghcr\.io|githubusercontent\.com|docker\.io|docker\.com|telegram\.org|discord\.com|slack\.com|whatsapp\.com|openrouter\.ai|anthropic\.com|openai\.com|googleapis\.com|google\.com|cloudflare\.com|letsencrypt\.org|caddyserver\.com|cloudsmith\.io|debian\.org|ubuntu\.com)$/i;
/** Accounts that are the same everywhere. */
const PUBLIC_USERS: ReadonlySet<string> = new Set(['openclaw', 'node', 'root', 'caddy', 'ubuntu', 'debian', 'admin']);
/** Ends of names of files that no country has. */
const FILE_ENDS: ReadonlySet<string> = new Set(['js', 'ts', 'gz', 'db', 'go', 'rb', 'lz', 'ko']);
/** Those of a country as well: of a file where nothing but its name stands before. */
const DOUBTFUL_ENDS: ReadonlySet<string> = new Set(['md', 'sh', 'py', 'so']);
function isFileName(found: string): boolean {
  const end = found.slice(found.lastIndexOf('.') + 1).toLowerCase();
  return FILE_ENDS.has(end) || (DOUBTFUL_ENDS.has(end) && found.indexOf('.') === found.lastIndexOf('.'));
}
const TOP_LEVELS =
  'com|net|org|info|biz|dev|app|cloud|online|site|tech|xyz|shop|blog|club|space|store|website|systems|network|host|page|local|lan|internal|home|test|example|localdomain|[a-z]{2}';

const PATTERNS: readonly {
  readonly kind: string;
  readonly expression: RegExp;
  readonly keep?: (found: string) => boolean;
}[] = [
  { kind: 'secret', expression: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g },
  { kind: 'secret', expression: /AGE-SECRET-KEY-[0-9A-Z]+/gi },
  { kind: 'secret', expression: /\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+){1,4}/g },
  {
    kind: 'secret',
    expression:
      /\b(?:sk|pk|rk|key|xai|gsk|hf|glpat|npm|pat|ghp|gho|ghu|ghs|ghr|github_pat|xox[a-z]|xapp)[-_][A-Za-z0-9_-]{12,}/g,
  },
  { kind: 'secret', expression: /\bAIza[A-Za-z0-9_-]{20,}/g },
  { kind: 'secret', expression: /\b\d{5,14}:[A-Za-z0-9_-]{25,}/g },
  { kind: 'secret', expression: /\b[A-Za-z0-9_-]{20,30}\.[A-Za-z0-9_-]{5,8}\.[A-Za-z0-9_-]{25,}/g },
  { kind: 'secret', expression: /(?<=\/\/)[^\s/@:]+:[^\s/@]+(?=@)/g },
  { kind: 'secret', expression: /(?<=\b(?:Bearer|Basic)\s{1,4})[^\s"',;]{6,}/gi },
  {
    kind: 'secret',
    expression:
      /(?<=(?:token|secret|passw(?:or)?d|passphrase|api[-_]?key|authorization|cookie|credential)s?["']?\s{0,3}[:=]\s{0,3}["']?)(?!<)[^\s"',;&<>{}[\]]{4,}/gi,
    keep: (found) =>
      /^(?:true|false|null|undefined|missing|invalid|expired|mismatch|none|not|is|was|env|file|exec|Bearer|Basic)$/i.test(
        found,
      ),
  },
  {
    kind: 'secret',
    expression:
      /(?<=--[a-z-]{0,30}(?:token|secret|passw(?:or)?d|passphrase|api-?key)(?:\s{1,3}|["'],\s{0,3})["']?)[^\s"'<][^\s"']{0,500}/gi,
    keep: (found) => found.startsWith('--'),
  },
  { kind: 'secret', expression: /\b[0-9a-fA-F]{32,}\b/g },
  {
    kind: 'secret',
    expression:
      /(?<![A-Za-z0-9_/+.-])(?=[A-Za-z0-9_+-]*\d)(?=[A-Za-z0-9_+-]*[A-Z])(?=[A-Za-z0-9_+-]*[a-z])[A-Za-z0-9_+-]{28,}={0,2}/g,
  },
  { kind: 'email', expression: /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,9}/g },
  { kind: 'phone', expression: /(?<![\w+])\+\d(?:[ ().-]?\d){6,14}(?!\d)/g },
  {
    kind: 'id',
    expression:
      /(?<=(?:chat|user|from|sender|peer|group|channel|guild|account)(?:[-_ ]?id)?["']?\s{0,2}[:=]\s{0,2}["']?)-?\d{5,}/gi,
  },
  {
    kind: 'user',
    expression: /(?<=[A-Za-z]:\\{1,2}Users\\{1,2})[^\\/:*?"'<>|\r\n]{1,64}(?=\\)/g,
    keep: (found) => PUBLIC_USERS.has(found),
  },
  {
    kind: 'user',
    expression: /(?<=(?:\/home\/|\/Users\/|[A-Za-z]:\\{1,2}Users\\{1,2}))[^\s/\\"':;,<>]+/g,
    keep: (found) => PUBLIC_USERS.has(found),
  },
  {
    kind: 'ip',
    expression: /(?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,8}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4})(?:%\w+)?(?![\w:])/g,
    keep: (found) => isIP(found) !== 6 || found === '::' || found === '::1',
  },
  {
    kind: 'ip',
    expression: /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d]|\.\d)/g,
    keep: (found) => isIP(found) !== 4 || found.startsWith('127.') || found === '0.0.0.0',
  },
  {
    kind: 'host',
    expression: new RegExp(
      `(?<![\\w.@/-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.){1,10}(?:${TOP_LEVELS})(?![.-]{0,8}\\w)`,
      'gi',
    ),
    keep: (found) => PUBLIC_HOSTS.test(found) || isFileName(found),
  },
  {
    kind: 'host',
    expression: /(?<=\b(?:https?|wss?|ssh|sftp):\/\/(?:<[a-z]+-\d+>@)?)[A-Za-z0-9][A-Za-z0-9.-]*/gi,
    keep: (found) => PUBLIC_HOSTS.test(found) || /^(?:localhost|127\..*|0\.0\.0\.0)$/i.test(found),
  },
];

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

/** Names that are known come before the paths that hold them. */
const FIRST_USER = PATTERNS.findIndex(({ kind }) => kind === 'user');

/** Hosts come after the names that are known, which may be hosts. */
const FIRST_HOST = PATTERNS.findIndex(({ kind }) => kind === 'host');
const escape = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
/** Inside of a placeholder: `<host-1>` says host. */
const isPlace = (text: string, at: number): boolean =>
  text[at - 1] === '<' && /^[a-z]+-\d+>/.test(text.slice(at, at + 20));

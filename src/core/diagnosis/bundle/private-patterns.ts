import { isIP } from 'node:net';

/** Names that everybody knows, and that help to understand. */
const PUBLIC_HOSTS =
  /(^|\.)(openclaw\.ai|npmjs\.org|nodejs\.org|github\.com|ghcr\.io|githubusercontent\.com|docker\.io|docker\.com|telegram\.org|discord\.com|slack\.com|whatsapp\.com|openrouter\.ai|anthropic\.com|openai\.com|googleapis\.com|google\.com|cloudflare\.com|letsencrypt\.org|caddyserver\.com|cloudsmith\.io|debian\.org|ubuntu\.com)$/i;
/** Accounts that are the same everywhere. */
export const PUBLIC_USERS: ReadonlySet<string> = new Set([
  'openclaw',
  'node',
  'root',
  'caddy',
  'ubuntu',
  'debian',
  'admin',
]);
/** Ends of names of files that no country has. */
const FILE_ENDS: ReadonlySet<string> = new Set(['js', 'ts', 'gz', 'db', 'go', 'rb', 'lz', 'ko']);
/** Those of a country as well: of a file where nothing but its name stands before. */
const DOUBTFUL_ENDS: ReadonlySet<string> = new Set(['md', 'sh', 'py', 'so']);
function isFileName(found: string): boolean {
  const end = found.slice(found.lastIndexOf('.') + 1).toLowerCase();
  return FILE_ENDS.has(end) || (DOUBTFUL_ENDS.has(end) && found.indexOf('.') === found.lastIndexOf('.'));
}
/** Of base64 it is 0.64, give or take 0.09 where it is short; of a path, even one of CamelCase2, less than 0.3. */
const MIXED_SHARE = 0.4;
/** What a path seldom does and base64 does all the time: go from one kind of character to another. Pure. */
function isMixed(found: string): boolean {
  const kinds = Array.from(found, (one) =>
    /\d/.test(one) ? '0' : /[a-z]/.test(one) ? 'a' : /[A-Z]/.test(one) ? 'A' : one,
  );
  const changes = kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length;
  return changes > MIXED_SHARE * found.length;
}
const TOP_LEVELS =
  'com|net|org|info|biz|dev|app|cloud|online|site|tech|xyz|shop|blog|club|space|store|website|systems|network|host|page|local|lan|internal|home|test|example|localdomain|[a-z]{2}';

/** What is somebody's own by its looks: secrets and people first, then accounts, then hosts. */
export const PATTERNS: readonly {
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
  { kind: 'secret', expression: /(?<=\/\/)[^\s/@:]*:[^\s/@]+(?=@)/g },
  { kind: 'secret', expression: /(?<=\b(?:Bearer|Basic)\s{1,4})[^\s"',;]{6,}/gi },
  {
    kind: 'secret',
    expression:
      /(?<=cookie\\{0,3}["']?\s{0,3}[:=]\s{0,3}\[?\s{0,3}\\{0,3}["']?)[\w!#$%&'*+.^`|~-]+=[^\s;"',\\]*(?:;\s{0,2}[^\s;"',\\]+)*/gi,
  },
  {
    kind: 'secret',
    expression:
      /(?<=(?:token|secret|passw(?:or)?d|passphrase|api[-_]?key|authorization|cookie|credential)s?\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3}["']?)(?!<)[^\s"',;&<>{}[\]]{4,}/gi,
    keep: (found) =>
      /^(?:true|false|null|undefined|missing|invalid|expired|mismatch|none|not|is|was|env|file|exec|Bearer|Basic)$/i.test(
        found,
      ),
  },
  {
    kind: 'secret',
    expression:
      /(?<=--[a-z-]{0,30}(?:token|secret|passw(?:or)?d|passphrase|api-?key)(?:\s{1,3}|\\{0,3}["'],\s{0,3})\\{0,3}["']?)[^\s"'<\\][^\s"']{0,500}/gi,
    keep: (found) => found.startsWith('--'),
  },
  { kind: 'secret', expression: /\b[0-9a-fA-F]{32,}\b/g },
  {
    kind: 'secret',
    expression: /(?<![A-Za-z0-9_/+.-])[A-Za-z0-9/+]{28,}={0,2}/g,
    keep: (found) => !found.includes('/') || !isMixed(found),
  },
  {
    kind: 'secret',
    expression:
      /(?<![A-Za-z0-9_/+.-])(?=[A-Za-z0-9_+-]*\d)(?=[A-Za-z0-9_+-]*[A-Z])(?=[A-Za-z0-9_+-]*[a-z])[A-Za-z0-9_+-]{28,}={0,2}/g,
  },
  {
    kind: 'phone',
    expression:
      /(?<!\w)\d{5,20}(?:[:._-]\d{1,20}){0,2}(?=@(?:s\.whatsapp\.net|c\.us|g\.us|lid|newsletter|broadcast)(?![\w-]))/g,
  },
  { kind: 'email', expression: /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,9}/g },
  { kind: 'phone', expression: /(?<![\w+])\+\d(?:[ ().-]{0,3}\d){6,14}(?!\d)/g },
  {
    kind: 'id',
    expression:
      /(?<=(?:chat|user|from|sender|peer|group|channel|guild|account)(?:[-_ ]?id)?\\{0,3}["']?\s{0,2}[:=]\s{0,2}\\{0,3}["']?)-?\d{5,}/gi,
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

/** Names that are known come before the paths that hold them. */
export const FIRST_USER = PATTERNS.findIndex(({ kind }) => kind === 'user');

/** Hosts come after the names that are known, which may be hosts. */
export const FIRST_HOST = PATTERNS.findIndex(({ kind }) => kind === 'host');

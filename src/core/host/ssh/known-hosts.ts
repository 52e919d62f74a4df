import { createHmac } from 'node:crypto';
import { parseHostKey } from './host-key.ts';

/** One line of an OpenSSH known_hosts file, or one key of our own trust file. */
export interface KnownHostLine {
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  /** Patterns separated by commas, or one hashed name. */
  readonly names: string;
  readonly type: string;
  /** The key's blob in base64, as it comes out of decoding and encoding again. */
  readonly blob: string;
  /** `file:line`, for people. */
  readonly where: string;
}

const MARKERS: Readonly<Record<string, KnownHostLine['marker'] | undefined>> = {
  '@revoked': 'revoked',
  '@cert-authority': 'cert-authority',
};

/** Reads a whole file. Like OpenSSH it passes over comments and what it does not understand. Pure. */
export function parseKnownHosts(text: string, file: string): KnownHostLine[] {
  return text.split('\n').flatMap((line, index) => {
    const known = parseLine(line, `${file}:${index + 1}`);
    return known === undefined ? [] : [known];
  });
}

function parseLine(line: string, where: string): KnownHostLine | undefined {
  const words = line.split(/[ \t\r]+/).filter((word) => word !== '');
  const first = words[0];
  if (first === undefined || first.startsWith('#')) return undefined;
  const marked = first.startsWith('@');
  const marker = marked ? MARKERS[first] : 'none';
  const [names, type, base64] = marked ? words.slice(1) : words;
  if (marker === undefined || names === undefined || type === undefined || base64 === undefined) return undefined;
  const key = parseHostKey(Buffer.from(base64, 'base64'));
  // The word before the key is a remark: what counts is the type inside the key, and OpenSSH wants both to agree.
  if (key?.type !== type) return undefined;
  return { marker, names, type, blob: key.blob, where };
}

/** `host`, or `[host]:port` where the port is not 22: the name under which known_hosts files keep a server. Pure. */
export function formatKnownName(host: string, port: number): string {
  const lower = host.toLowerCase();
  return port === 22 ? lower : `[${lower}]:${port}`;
}

/** Whether a line speaks of the server with this name. Pure. */
export function matchesKnownName(line: Pick<KnownHostLine, 'names'>, name: string): boolean {
  const wanted = name.toLowerCase();
  if (line.names.startsWith('|')) return matchesHashed(line.names, wanted);
  let matched = false;
  for (const word of line.names.split(',')) {
    const negated = word.startsWith('!');
    if (!matchesPattern((negated ? word.slice(1) : word).toLowerCase(), wanted)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** `|1|salt|hash`: HMAC-SHA1 of the name, keyed with the salt. */
function matchesHashed(field: string, name: string): boolean {
  const [, version, salt, hash] = field.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest().equals(Buffer.from(hash, 'base64'));
}

/** OpenSSH's patterns: `*` is any number of characters, `?` exactly one, everything else itself. Pure. */
export function matchesPattern(pattern: string, text: string): boolean {
  // Walks back to the last star alone, so that no pattern can make it slow.
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

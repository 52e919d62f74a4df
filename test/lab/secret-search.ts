import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabServer } from './server.ts';

/** What a secret looks like where somebody has written it down, whichever way. Pure. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Inside a longer text base64 comes in three shapes, of which only the middle is always the same.
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(offset === 0 ? 0 : offset + 1, -1);
  });
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const shell = secret.replaceAll("'", `'\\''`);
  const written = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    shell,
    bytes.toString('hex'),
  ];
  return [...new Set([...written, ...base64, ...url])];
}

/** Which of the secrets, by their names, are in a text. Pure. */
export function findSecrets(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    formsOf(secret).some((form) => text.includes(form)) ? [name] : [],
  );
}

/** `name in path` for every file under a folder of this machine that holds a secret. */
export async function findSecretsUnder(
  dir: string,
  secrets: Readonly<Record<string, string>>,
): Promise<{ found: string[]; files: number }> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found: string[] = [];
  // A few at a time: an installed OpenClaw has more files than a process may have open.
  for (let from = 0; from < files.length; from += 64) {
    const some = await Promise.all(files.slice(from, from + 64).map((file) => findSecretsInFile(file, secrets)));
    found.push(...some.flat());
  }
  return { found, files: files.length };
}

/** As bytes, in files that are not text as well; browsers write two of them a character. */
async function findSecretsInFile(file: string, secrets: Readonly<Record<string, string>>): Promise<string[]> {
  const bytes = await readFile(file);
  const holds = (text: string): boolean => bytes.includes(text, 0, 'utf8') || bytes.includes(text, 0, 'utf16le');
  return Object.entries(secrets).flatMap(([name, secret]) =>
    formsOf(secret).some(holds) ? [`${name} in ${file}`] : [],
  );
}

export interface Find {
  readonly path: string;
  /** Octal. */
  readonly mode: string;
  readonly owner: string;
}

/* Everything that is a file, on every disk of the server; the patterns come on standard input. */
const SEARCH = `grep -rlaF -D skip -f - / --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev 2>/dev/null |
  while IFS= read -r f; do [ ! -f "$f" ] || echo "$(stat -c '%a %U' "$f") $f"; done`;
/* The journal packs long entries: read as journald itself reads it. Here the pipe is standard input, so the patterns are a file. */
const SEARCH_JOURNAL = `cat >/run/lab-patterns
journalctl --no-pager -o export | grep -acF -f /run/lab-patterns || :
rm /run/lab-patterns`;

/** Every file of a server that holds one of the secrets, and how many lines of its journal do. */
export async function findSecretsOn(
  server: LabServer,
  secrets: Readonly<Record<string, string>>,
): Promise<{ files: Find[]; journalLines: number }> {
  const patterns = `${Object.values(secrets).flatMap(formsOf).join('\n')}\n`;
  const lines = (await server.sh(SEARCH, { stdin: patterns })).split('\n').filter((line) => line !== '');
  const journal = await server.sh(SEARCH_JOURNAL, { stdin: patterns });
  return {
    files: lines.map((line) => {
      const [, mode = '', owner = '', path = ''] = /^(\d+) (\S+) (.*)$/.exec(line) ?? [];
      return { path, mode, owner };
    }),
    journalLines: Number(journal),
  };
}

import { readdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { parse as parseSshConfig, type Line } from 'ssh-config';
import { AppError } from '../../../shared/app-error.ts';
import { hasCode } from '../../system/atomic-file.ts';
import { matchesPattern } from './known-hosts.ts';

/** Files may include files this deep, as in OpenSSH. */
const MAX_DEPTH = 16;

/** What an OpenSSH client configuration says, with everything it includes, in the order in which it is read. */
export type ConfigLine =
  | { readonly is: 'setting'; readonly keyword: string; readonly values: readonly string[] }
  | { readonly is: 'host'; readonly patterns: readonly string[]; readonly lines: readonly ConfigLine[] }
  | {
      readonly is: 'match';
      readonly criteria: readonly { readonly keyword: string; readonly value: string }[];
      readonly lines: readonly ConfigLine[];
    }
  | { readonly is: 'include'; readonly lines: readonly ConfigLine[] };

/**
 * Reads a configuration file and what it includes. A file that is not there says nothing.
 * @throws AppError `usage.invalid` where a file cannot be understood
 */
export async function readSshConfig(file: string, homeDir: string): Promise<readonly ConfigLine[]> {
  return readConfig(file, { homeDir, folder: dirname(file), depth: 0 });
}

interface Place {
  readonly homeDir: string;
  /** What relative includes start from. */
  readonly folder: string;
  readonly depth: number;
}

async function readConfig(file: string, place: Place): Promise<readonly ConfigLine[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw unusable(file, error);
  }
  let parsed: readonly Line[];
  try {
    parsed = parseSshConfig(text);
  } catch (error) {
    throw unusable(file, error);
  }
  return convert(parsed, file, place);
}

function unusable(file: string, error: unknown): AppError {
  return new AppError('usage.invalid', {
    message: `The SSH configuration ${file} cannot be read.`,
    hint: 'Mend it until `ssh -G some-host` accepts it.',
    details: { file, reason: error instanceof Error ? error.message : String(error) },
    cause: error,
  });
}

async function convert(lines: readonly Line[], file: string, place: Place): Promise<ConfigLine[]> {
  const converted: ConfigLine[] = [];
  for (const line of lines) {
    if (!('param' in line)) continue;
    const keyword = line.param.toLowerCase();
    const values = typeof line.value === 'string' ? [line.value] : line.value.map(({ val }) => val);
    const inside = 'config' in line ? await convert(line.config, file, place) : [];
    if (keyword === 'host') converted.push({ is: 'host', patterns: values, lines: inside });
    else if (keyword === 'match') converted.push({ is: 'match', criteria: pairUp(values), lines: inside });
    else if (keyword === 'include') converted.push({ is: 'include', lines: await readIncluded(values, file, place) });
    else converted.push({ is: 'setting', keyword, values });
  }
  return converted;
}

function pairUp(words: readonly string[]): { keyword: string; value: string }[] {
  const criteria: { keyword: string; value: string }[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const keyword = word.toLowerCase();
    const alone = /^!?(all|canonical|final)$/.test(keyword);
    criteria.push({ keyword, value: alone ? '' : (rest.shift() ?? '') });
  }
  return criteria;
}

async function readIncluded(patterns: readonly string[], file: string, place: Place): Promise<ConfigLine[]> {
  if (place.depth >= MAX_DEPTH) throw unusable(file, new Error('Its includes go too deep.'));
  const lines: ConfigLine[] = [];
  for (const pattern of patterns) {
    const path = expandHome(pattern, place.homeDir);
    for (const included of await expandGlob(isAbsolute(path) ? path : join(place.folder, path))) {
      lines.push(...(await readConfig(included, { ...place, depth: place.depth + 1 })));
    }
  }
  return lines;
}

export function expandHome(path: string, homeDir: string): string {
  return path === '~' || path.startsWith('~/') ? join(homeDir, path.slice(1)) : path;
}

/** The files that a pattern names, sorted: `*` and `?` within the parts of a path, hidden files only when asked for. */
async function expandGlob(pattern: string): Promise<string[]> {
  if (!/[*?]/.test(pattern)) return [pattern];
  let found = [isAbsolute(pattern) ? '/' : '.'];
  for (const part of pattern.split(/[/\\]/).filter((word) => word !== '')) {
    if (!/[*?]/.test(part)) {
      found = found.map((folder) => join(folder, part));
      continue;
    }
    const next: string[] = [];
    for (const folder of found) {
      for (const name of await listFolder(folder)) {
        if (matchesPattern(part, name) && (part.startsWith('.') || !name.startsWith('.')))
          next.push(join(folder, name));
      }
    }
    found = next;
  }
  return found;
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}

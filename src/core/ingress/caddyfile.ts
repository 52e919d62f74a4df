import { AppError } from '../../shared/app-error.ts';
import { CADDY_DIR } from './caddy-layout.ts';

const SITES = `import ${CADDY_DIR}/*.caddy`;
const OPTIONS = `import ${CADDY_DIR}/*.options`;

export interface Imports {
  readonly sites: boolean;
  /** Inside the global options, for which there is one block, at the beginning. */
  readonly options: boolean;
}

/**
 * A Caddyfile with our lines in it or without them; every other line stays as it is, in its place. Pure.
 * @throws AppError `ingress.caddy-config` where a line cannot be added without changing what is there
 */
export function editCaddyfile(text: string, wanted: Imports): string {
  const stays = (line: string): boolean =>
    (wanted.sites || line.trim() !== SITES) && (wanted.options || line.trim() !== OPTIONS);
  const lines = text.split('\n').filter(stays);
  const rest = wanted.options ? lines : withoutEmptyOptions(lines, text);
  const has = (wish: string): boolean => rest.some((line) => line.trim() === wish);
  const block = findOptions(rest);
  if (wanted.options && !has(OPTIONS)) {
    if (block === undefined) rest.unshift('{', `\t${OPTIONS}`, '}', '');
    else rest.splice(block.open + 1, 0, `\t${OPTIONS}`);
  }
  if (!wanted.sites || has(SITES)) return rest.join('\n');
  expectBraces(rest);
  while (rest.at(-1)?.trim() === '') rest.pop();
  return [...rest, ...(rest.length === 0 ? [] : ['']), SITES, ''].join('\n');
}

/**
 * Where somebody has Caddy's admin interface, by the first word that the global options have for it: `off`, an address, `{`.
 * Pure.
 */
export function findAdmin(text: string): string | undefined {
  const lines = text.split('\n');
  const block = findOptions(lines);
  if (block === undefined) return undefined;
  let depth = 0;
  for (const line of lines.slice(block.open + 1, block.close)) {
    const admin = /^\s*admin\s+(\S+)/.exec(line)?.[1];
    if (depth === 0 && admin !== undefined) return admin;
    if (opens(line)) depth += 1;
    if (closes(line)) depth -= 1;
  }
  return undefined;
}

/** Whether somebody else has sites in it, or imports some: all but comments, global options, snippets and our lines. Pure. */
export function hasSites(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== SITES);
  const block = findOptions(lines);
  const rest = block === undefined ? lines : lines.toSpliced(block.open, block.close - block.open + 1);
  let depth = 0;
  let isSnippet = false;
  for (const line of rest) {
    if (isBlank(line)) continue;
    if (depth === 0) isSnippet = /^\s*\([^)]*\)\s*\{/.test(line);
    if (!isSnippet) return true;
    if (opens(line)) depth += 1;
    if (closes(line)) depth -= 1;
  }
  return false;
}

const opens = (line: string): boolean => /(?:^|\s)\{\s*(?:#.*)?$/.test(line);
const closes = (line: string): boolean => /^\s*\}\s*(?:#.*)?$/.test(line);
const isBlank = (line: string): boolean => /^\s*(?:#.*)?$/.test(line);

/** The block of global options: without a name, before every site. Only snippets may stand before it. */
function findOptions(lines: readonly string[]): { readonly open: number; readonly close: number } | undefined {
  let depth = 0;
  let start: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (isBlank(line)) continue;
    if (depth === 0) {
      if (/^\s*\{\s*(?:#.*)?$/.test(line)) start = index;
      else if (!/^\s*\([^)]*\)\s*\{/.test(line)) return undefined;
    }
    if (opens(line)) depth += 1;
    if (closes(line)) depth -= 1;
    if (depth === 0 && start !== undefined) return { open: start, close: index };
  }
  return undefined;
}

/** A block that held our line and nothing else was made for it. */
function withoutEmptyOptions(lines: string[], before: string): string[] {
  const block = findOptions(lines);
  if (block?.close !== (block?.open ?? 0) + 1 || !before.includes(OPTIONS)) return lines;
  const after = lines[block.close + 1]?.trim() === '' ? 1 : 0;
  return lines.toSpliced(block.open, 2 + after);
}

/** A file with one site may do without braces; all that follows would then belong to that site. */
function expectBraces(lines: readonly string[]): void {
  let depth = 0;
  for (const [index, line] of lines.entries()) {
    if (isBlank(line)) continue;
    if (depth === 0 && !opens(line) && !/,\s*$/.test(line) && !/^\s*import\s/.test(line)) {
      throw new AppError('ingress.caddy-config', {
        message: 'The Caddyfile of this machine holds a site without braces, so that no other can be added.',
        hint: 'Put { behind the address of that site and } at the end of the file, then try again.',
        details: { line: index + 1, text: line.trim() },
      });
    }
    if (opens(line)) depth += 1;
    if (closes(line)) depth -= 1;
  }
}

import { parseConfigPath } from '../../../shared/model/configuration.ts';

/** What is wrong with a text, by its place in it: a setting, or a line and a column from 1. */
export interface Issue {
  readonly message: string;
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Where to point at: the name of the setting, else of what it is in; the first character where nothing fits. Pure. */
export function findIssue(text: string, { path = '', line, column = 1 }: Issue): { from: number; to: number } {
  if (line !== undefined) {
    const lines = text.split('\n');
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    const from = Math.min(start + column - 1, text.length);
    return { from, to: Math.min(from + 1, text.length) };
  }
  let found = { from: 0, to: Math.min(1, text.length) };
  let after = 0;
  for (const name of parseConfigPath(path) ?? []) {
    const named = new RegExp(`(?:"${escape(name)}"|'${escape(name)}'|(?<![\\w$"'])${escape(name)})\\s*:`, 'u').exec(
      text.slice(after),
    );
    if (named === null) break;
    const from = after + named.index;
    after = from + named[0].length;
    found = { from, to: from + named[0].replace(/\s*:$/, '').length };
  }
  return found;
}

function escape(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import type { Measured } from './measure.ts';

export interface InitialScript {
  readonly file: string;
  readonly gzippedBytes: number;
}

/**
 * What a browser fetches of JavaScript before the first screen: the page's own scripts, what it preloads, and everything that
 * these import at once.
 * @param renderer the folder of the built page
 */
export function readInitialScripts(renderer: string): InitialScript[] {
  const html = readFileSync(join(renderer, 'index.html'), 'utf8');
  const tags = html.match(/<(?:script|link)\b[^>]*>/g) ?? [];
  const waiting = tags
    .filter((tag) => tag.startsWith('<script') || /\brel="modulepreload"/.test(tag))
    .flatMap((tag) => /\b(?:src|href)="([^"]+)"/.exec(tag)?.[1] ?? []);
  const found = new Map<string, number>();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = join(path);
    if (found.has(file)) continue;
    const code = readFileSync(join(renderer, file));
    found.set(file, gzipSync(code, { level: 9 }).length);
    for (const imported of staticImports(code.toString())) waiting.push(join(file, '..', imported));
  }
  return [...found].map(([file, gzippedBytes]) => ({ file, gzippedBytes }));
}

/** Of a built chunk, whose imports are what it begins with or stand alone: `import{a as b}from"./c.js"`, `import"./c.js"`. Pure. */
function staticImports(code: string): string[] {
  return [...code.matchAll(/\b(?:import|export)\s*(?:[\w*$\s{},]+?\bfrom\s*)?["'](\.{1,2}\/[^"']+\.js)["']/g)].flatMap(
    ([, path]) => path ?? [],
  );
}

export const INITIAL_GOAL_KB = 300;

export async function measurePageSize(): Promise<Measured> {
  const scripts = readInitialScripts(join(process.env['HARDSHELL_BUILD'] ?? (await ensureBuild()), 'renderer'));
  return {
    figures: [
      {
        title: 'page: JavaScript before the first screen, gzipped',
        value: scripts.reduce((sum, { gzippedBytes }) => sum + gzippedBytes, 0) / 1000,
        unit: 'kB',
        goal: { atMost: INITIAL_GOAL_KB },
        note: scripts.map(({ file, gzippedBytes }) => `${file} ${(gzippedBytes / 1000).toFixed(0)}`).join(', '),
      },
    ],
  };
}

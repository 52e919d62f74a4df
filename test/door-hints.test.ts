import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { root } from '../scripts/checkout.mjs';
import { hintHere } from '../src/renderer/text/error-text.ts';
import { AppError, type ErrorCode } from '../src/shared/app-error.ts';
import { errorCatalogue } from '../src/shared/error-catalogue.ts';

const filesUnder = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.(test|contract)\.ts$|\/fake\//.test(path))
    .map((path) => join(folder, path));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Of our own command line; those of other programs (`docker rm --force`) a person may well be told anywhere. */
const flags = new Set(
  filesUnder(join('src', 'cli')).flatMap((file) =>
    [...read(file).matchAll(/'(?:-\w, )?(--[a-z][a-z-]+)/g)].map(([, flag = '']) => flag),
  ),
);

/** What only somebody at the command line can do. `hardshell watch` and `hardshell serve` are no such thing: they are doors. */
function commandWords(hint: string): string[] {
  const words = hint.match(/--[a-z][a-z-]+|HARDSHELL_\w+|secrets-stdin|same command|`hardshell (?!watch|serve)/g) ?? [];
  return words.filter((word) => !word.startsWith('--') || flags.has(word));
}

/** The texts of every `hint` in a file, but for those that name the command line's as such. */
function hintsOf(file: string): string[] {
  const found: string[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'command') return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      found.push(node.text);
    node.forEachChild(collect);
  };
  const visit = (node: ts.Node): void => {
    const isNamed = ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node);
    if (isNamed && node.name.getText() === 'hint' && node.initializer !== undefined) collect(node.initializer);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true));
  return found;
}

describe('what the window says', () => {
  it.each(Object.keys(errorCatalogue) as ErrorCode[])('of %s can be done in the window', (code) => {
    expect(commandWords(hintHere(new AppError(code).toReport()) ?? '')).toEqual([]);
  });

  it('can be done there also where core says it by itself', () => {
    const files = ['core', 'native', 'panel', 'main'].flatMap((room) => filesUnder(join('src', room)));
    const wrong = files.flatMap((file) =>
      hintsOf(file)
        .filter((hint) => commandWords(hint).length > 0)
        .map((hint) => `${file}: ${hint}`),
    );
    expect(wrong).toEqual([]);
  });

  it('knows the words of the command line', () => {
    expect(commandWords('Name a key file with --identity, or give it in --secrets-stdin.')).toHaveLength(2);
    expect(commandWords('Remove it: docker rm --force old. Keep `hardshell watch` running.')).toEqual([]);
  });
});

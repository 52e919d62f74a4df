import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { root } from '../scripts/checkout.mjs';
import { text } from '../src/renderer/text/index.ts';

/** The names under which the catalogue or a part of it is imported, and where that part lies in it. */
const imported: ReadonlyMap<string, string> = new Map([
  ['text', ''],
  ['en', ''],
  ['enTools', ''],
  ['enWizard', 'wizard'],
  ['enRun', 'run'],
  ['enInstance', 'instance'],
  ['enAccess', 'access'],
]);

/** The path of every text, `wizard.where.title`. */
function textsOf(part: object, path = ''): string[] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return typeof value === 'object' && value !== null ? textsOf(value, here) : [here];
  });
}

/** What one file reads: paths of texts, and of parts that it takes as a whole or by a name known when it runs. */
function readsOf(code: string): Set<string> {
  const file = ts.createSourceFile('sample.tsx', code, ts.ScriptTarget.Latest, true);
  const names = new Map<string, string>();
  const reads = new Set<string>();

  const pathOf = (node: ts.Node): string | undefined => {
    if (ts.isIdentifier(node)) return names.get(node.text);
    if (!ts.isPropertyAccessExpression(node)) return undefined;
    const parent = pathOf(node.expression);
    return parent === undefined ? undefined : under(parent, node.name.text);
  };
  const name = (pattern: ts.BindingName, path: string): void => {
    if (ts.isIdentifier(pattern)) {
      names.set(pattern.text, path);
      // a text is read where it gets its name
      reads.add(`=${path}`);
    } else {
      for (const element of pattern.elements) {
        if (!ts.isBindingElement(element)) continue;
        const key = element.propertyName ?? element.name;
        if (element.dotDotDotToken === undefined && ts.isIdentifier(key)) name(element.name, under(path, key.text));
        else reads.add(path);
      }
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      if (bindings === undefined || !ts.isNamedImports(bindings)) return;
      for (const { name: local } of bindings.elements) {
        const path = imported.get(local.text);
        if (path !== undefined) names.set(local.text, path);
      }
      return;
    }
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
      const path = pathOf(node.initializer);
      if (path !== undefined) {
        name(node.name, path);
        return;
      }
    }
    const path = pathOf(node);
    if (path === undefined) ts.forEachChild(node, visit);
    else if (path !== '') reads.add(path);
  };
  visit(file);
  return reads;
}

function under(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function isRead(path: string, reads: ReadonlySet<string>): boolean {
  if (reads.has(`=${path}`)) return true;
  const keys = path.split('.');
  return keys.some((_, index) => reads.has(keys.slice(0, index + 1).join('.')));
}

describe('the catalogue of texts', () => {
  it('has none that nobody reads', () => {
    const folder = join(root, 'src/renderer');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => /\.tsx?$/.test(file) && !/\.test\.|text\/(en[-a-z]*|index)\.ts$/.test(file),
    );
    const reads = new Set(files.flatMap((file) => [...readsOf(readFileSync(join(folder, file), 'utf8'))]));
    expect(textsOf(text).filter((path) => !isRead(path, reads))).toEqual([]);
  });

  it.each([
    ['a whole path', "import { text } from './t.ts'; say(text.a.b);", ['a.b']],
    ['a part with a name', "import { text } from './t.ts'; const w = text.a; say(w.b);", ['a.b']],
    ['a key known when it runs', "import { text } from './t.ts'; say(text.a[key]);", ['a.b', 'a.c']],
    ['a part taken apart', "import { text } from './t.ts'; const { b } = text.a;", ['a.b']],
    ['a part handed on', "import { text } from './t.ts'; const w = text.a; say(w);", ['a.b', 'a.c']],
    ['a type alone', "import { text } from './t.ts'; type A = typeof text.a.b;", []],
    ['a name of somebody else', 'const text = other(); say(text.a.b);', []],
  ])('sees %s', (_, code, read) => {
    const reads = readsOf(code);
    expect(['a.b', 'a.c'].filter((path) => isRead(path, reads))).toEqual(read);
  });
});

import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { root } from '../checkout.mjs';
import { coreOrder, heightInCore, rooms, testPackages } from './rooms.mjs';

const isTest = /\.(test|contract)\.ts$/;

/** Newer than the Node.js that the product is written for, or meant for something else. */
const forbiddenBuiltins = /^node:(sqlite|sea|test)(\/|$)/;

/**
 * Why a file may not import something, or null when it may.
 * @param {string} file absolute
 * @param {string} specifier as written in the import
 * @returns {string | null}
 */
export function whyNotImport(file, specifier) {
  const [src, roomName = '', ...from] = relative(root, file).split(sep);
  const room = rooms[roomName];
  if (src !== 'src' || room === undefined) return null;
  const inTest = isTest.test(file);
  const because = `${roomName} may not import ${specifier}: ${room.instead}.`;

  if (isBuiltin(specifier)) {
    if (!specifier.startsWith('node:')) return `write node:${specifier}`;
    if (forbiddenBuiltins.test(specifier)) return `${specifier} is not in Node.js 20.18, which the product runs on.`;
    return room.builtins || inTest ? null : because;
  }
  if (!specifier.startsWith('.')) {
    const name = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
    return room.packages.includes(name) || (inTest && testPackages.includes(name)) ? null : because;
  }

  const [toSrc, toRoom = '', ...to] = relative(root, join(dirname(file), specifier)).split(sep);
  if (toSrc === 'test' && inTest) return null;
  if (toSrc === 'resources') return null;
  if (toSrc !== 'src') return because;
  if (toRoom === roomName) return roomName === 'core' && !inTest ? whyNotInCore(from, to) : null;
  const through = room.rooms[toRoom];
  if (through === undefined) return because;
  if (through !== '*' && to.join('/') !== through && !inTest) {
    return `${roomName} may import ${toRoom} only through ${toRoom}/${through}.`;
  }
  return null;
}

/**
 * @param {readonly string[]} from
 * @param {readonly string[]} to
 */
function whyNotInCore(from, to) {
  if (heightInCore(to) <= heightInCore(from)) return null;
  return `core/${from.join('/')} may not import core/${to.join('/')}: the order inside core is ${coreOrder}.`;
}

/** @type {import('eslint').Rule.RuleModule} */
export const importRule = {
  meta: { type: 'problem', schema: [], messages: { forbidden: '{{why}}' } },
  create(context) {
    /** @param {{ source?: import('estree').Expression | null | undefined }} node */
    const check = (node) => {
      const source = node.source;
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const why = whyNotImport(context.filename, source.value);
      if (why !== null) context.report({ node: source, messageId: 'forbidden', data: { why } });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

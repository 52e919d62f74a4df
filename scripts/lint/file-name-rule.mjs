import { basename } from 'node:path';

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;
const emptyNames = /(^|-)(utils?|helpers?|managers?|misc|common)\b/;

/**
 * Why a file may not have its name, or null when it may.
 * @param {string} file
 * @returns {string | null}
 */
export function whyNotName(file) {
  const name = basename(file);
  if (!kebabCase.test(name)) return `${name}: file names are kebab-case.`;
  if (emptyNames.test(name)) return `${name} says nothing about what is in it: name the noun.`;
  return null;
}

/** @type {import('eslint').Rule.RuleModule} */
export const fileNameRule = {
  meta: { type: 'problem', schema: [], messages: { name: '{{why}}' } },
  create(context) {
    return {
      Program(node) {
        const why = whyNotName(context.filename);
        if (why !== null) context.report({ node, messageId: 'name', data: { why } });
      },
    };
  },
};

import { join } from 'node:path';
import { root } from './checkout.mjs';
import { runCommand } from './run-command.mjs';
import { toolNode } from './tool-node.mjs';

const programs = {
  eslint: 'eslint/bin/eslint.js',
  prettier: 'prettier/bin/prettier.cjs',
  tsc: 'typescript/bin/tsc',
  vitest: 'vitest/vitest.mjs',
};

/**
 * Runs a development tool of `node_modules` in the tools' Node.js.
 * @param {keyof typeof programs} tool
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, output?: 'inherit' | 'collect' }} [options]
 */
export function runTool(tool, args, { env = {}, output = 'collect' } = {}) {
  return runCommand(toolNode(), [join(root, 'node_modules', programs[tool]), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    output,
  });
}

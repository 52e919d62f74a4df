import { queryScript } from '../host/command.ts';
import type { ExecResult } from '../host/exec.ts';
import { fact, type Fact } from './fact.ts';

const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/* A Node.js without its npm, or one that does not start, is none. $1 node, $2 npm-cli.js */
const NODE = `[ -x "$1" ] && [ -f "$2" ] || exit 0
exec "$1" --version 2>/dev/null`;

/** The version of the Node.js at this path (`24.21.0`); undefined where it is missing, or does not run. */
export function nodeVersionFact(node: string, npmCli: string): Fact<string | undefined> {
  return fact(`node ${node}`, queryScript(NODE, [node, npmCli], { runAs: 'root' }), parseNodeVersion);
}

/** Pure. */
export function parseNodeVersion(result: Pick<ExecResult, 'stdout'>): string | undefined {
  const version = result.stdout.trim().replace(/^v/, '');
  return VERSION.test(version) ? version : undefined;
}

/* Only the beginning: OpenClaw's package.json is 90 KB of which the version is the second line. $1 package folder */
const PACKAGE = `[ -f "$1/openclaw.mjs" ] && [ -f "$1/package.json" ] || exit 0
exec head -c 4096 "$1/package.json"`;

/** The version of the OpenClaw in this folder, by its package.json; undefined where there is none. It is not run. */
export function packageVersionFact(packageDir: string): Fact<string | undefined> {
  return fact(`package ${packageDir}`, queryScript(PACKAGE, [packageDir], { runAs: 'root' }), parsePackageVersion);
}

/** Pure: the top-level `version` of a package.json of which only the beginning is there. */
export function parsePackageVersion(result: Pick<ExecResult, 'stdout'>): string | undefined {
  if (!/"name"\s*:\s*"openclaw"/.test(result.stdout)) return undefined;
  const depthOne = /^(?: {2}|\t)"version"\s*:\s*"([^"]*)"/m.exec(result.stdout) ?? /"version"\s*:\s*"([^"]*)"/.exec(result.stdout);
  const version = depthOne?.[1];
  return version !== undefined && VERSION.test(version) ? version : undefined;
}

import { queryScript } from '../host/command.ts';
import type { ExecResult } from '../host/exec.ts';
import { fact, type Fact } from './fact.ts';

const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/* $1 node, $2 npm-cli.js */
const NODE = `[ -x "$1" ] && [ -f "$2" ] || exit 0
exec "$1" --version 2>/dev/null`;

/** The version of a Node.js that has its npm beside it (`24.21.0`); undefined where either is missing or does not start. */
export function nodeVersionFact(node: string, npmCli: string): Fact<string | undefined> {
  return fact(`node ${node}`, queryScript(NODE, [node, npmCli], { runAs: 'root' }), parseNodeVersion);
}

/** Pure. */
export function parseNodeVersion(result: Pick<ExecResult, 'stdout'>): string | undefined {
  const version = result.stdout.trim().replace(/^v/, '');
  return VERSION.test(version) ? version : undefined;
}

/* Only the beginning: OpenClaw's package.json has 90 KB, and its version stands in the second line. $1 package folder */
const PACKAGE = `[ -f "$1/package.json" ] || exit 0
exec head -c 4096 "$1/package.json"`;

/** The version that OpenClaw's package folder names in its package.json, without running it; undefined where there is none. */
export function packageVersionFact(packageDir: string): Fact<string | undefined> {
  return fact(`package ${packageDir}`, queryScript(PACKAGE, [packageDir], { runAs: 'root' }), parsePackageVersion);
}

/** Pure: the top-level `version` of a package.json of which only the beginning is there. */
export function parsePackageVersion(result: Pick<ExecResult, 'stdout'>): string | undefined {
  if (!/"name"\s*:\s*"openclaw"/.test(result.stdout)) return undefined;
  const topLevel =
    /^(?: {2}|\t)"version"\s*:\s*"([^"]*)"/m.exec(result.stdout) ?? /"version"\s*:\s*"([^"]*)"/.exec(result.stdout);
  const version = topLevel?.[1];
  return version !== undefined && VERSION.test(version) ? version : undefined;
}

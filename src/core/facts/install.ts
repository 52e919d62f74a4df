import { queryScript } from '../host/command.ts';
import { fact, type Fact } from './fact.ts';

const asRoot = { runAs: 'root' } as const;

/** The version of a Node.js that has its npm beside it; undefined where either is missing or does not start. */
export function nodeVersionFact(node: string, npmCli: string): Fact<string | undefined> {
  const script = '[ -x "$1" ] && [ -f "$2" ] && "$1" --version || :';
  return fact(`node ${node}`, queryScript(script, [node, npmCli], asRoot), (result) => /^v(\d+\.\d+\.\d+)\s*$/.exec(result.stdout)?.[1]);
}

/** The version that a package folder names in its package.json, without running it; undefined where there is none. */
export function packageVersionFact(packageDir: string): Fact<string | undefined> {
  const script = '[ ! -f "$1/package.json" ] || grep -m 1 \'^ *"version": *"\' "$1/package.json" || :';
  return fact(`package ${packageDir}`, queryScript(script, [packageDir], asRoot), (result) => /"version":\s*"([^"]+)"/.exec(result.stdout)?.[1]);
}

import { needed, satisfied } from '../../../shared/model/run.ts';
import { nodeVersionFact } from '../../facts/install.ts';
import { changeScript } from '../../host/command.ts';
import { expectOk } from '../../host/exec.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import type { Step } from '../step.ts';

/** The older Node.js, for as long as the newer version is not proven: coming back needs no network. */
export function keptNodeLayout(layout: ServerLayout): ServerLayout {
  const nodeDir = `${layout.nodeDir}.older`;
  const inside = (path: string): string => `${nodeDir}${path.slice(layout.nodeDir.length)}`;
  return { ...layout, nodeDir, node: inside(layout.node), npmCli: inside(layout.npmCli) };
}

/* $1 folder, $2 where it is kept. Linked, it takes no room; on a disk without links it is copied. */
export const KEEP_NODE = `set -eu
[ -e "$1/bin/node" ] || exit 0
rm -rf "$2" "$2.part"
cp -al "$1" "$2.part" 2>/dev/null || { rm -rf "$2.part"; cp -a "$1" "$2.part"; }
mv "$2.part" "$2"`;

export const EXIT_NODE_NOT_KEPT = 66;

/* Tried before anything is moved. $1 where it is kept, $2 folder, $3 its version */
export const PUT_NODE_BACK = `set -eu
[ "$("$1/bin/node" --version 2>/dev/null)" = "v$3" ] || exit ${String(EXIT_NODE_NOT_KEPT)}
for left in "$2".retired.*; do [ ! -e "$left" ] || rm -rf "$left"; done
retired=$(mktemp -d "$2.retired.XXXXXX")
[ ! -e "$2" ] || mv "$2" "$retired/"
mv "$1" "$2"
rm -rf "$retired"`;

/** @param install what puts the newer Node.js there */
export function keepingNode(install: Step, layout: ServerLayout): Step {
  return {
    ...install,
    async apply(context) {
      const words = [layout.nodeDir, keptNodeLayout(layout).nodeDir];
      await context.changeOk('Keeping the older Node.js', changeScript(KEEP_NODE, words, { runAs: 'root' }));
      await install.apply(context);
    },
  };
}

/**
 * Before anything is stopped for it: what an update was taken back with is brought again where it is gone.
 * @param install puts this version into the folder of a layout
 */
export function bringOlderNodeStep(
  layout: ServerLayout,
  version: string,
  install: (layout: ServerLayout) => Step,
): Step {
  const beside = keptNodeLayout(layout);
  const [there, kept] = [nodeVersionFact(layout.node, layout.npmCli), nodeVersionFact(beside.node, beside.npmCli)];
  return {
    ...install(beside),
    id: 'bring-node',
    title: `Bring Node.js ${version}`,
    facts: [there, kept],
    async check({ read }) {
      if ((await read(there)) === version) return satisfied(`Node.js ${version} is in ${layout.nodeDir}`);
      return (await read(kept)) === version
        ? satisfied(`Node.js ${version} lies beside the one that runs`)
        : needed(`Node.js ${version} is not on the server any more`);
    },
  };
}

/** What waits beside it; where it is gone, it is downloaded again. */
export function putNodeBackStep(layout: ServerLayout, version: string, install: (layout: ServerLayout) => Step): Step {
  const step = install(layout);
  return {
    ...step,
    title: `Put Node.js ${version} back`,
    async apply(context) {
      const words = [keptNodeLayout(layout).nodeDir, layout.nodeDir, version];
      const doing = `Putting Node.js ${version} back`;
      const result = await context.change(changeScript(PUT_NODE_BACK, words, { runAs: 'root' }), {
        doing,
        quiet: true,
      });
      if (result.code === EXIT_NODE_NOT_KEPT) await step.apply(context);
      else expectOk(result, doing);
    },
  };
}

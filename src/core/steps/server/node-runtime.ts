import { needed, satisfied } from '../../../shared/model/run.ts';
import { nodeVersionFact } from '../../facts/install.ts';
import { changeScript } from '../../host/command.ts';
import type { NodeSources } from '../../openclaw/node-release.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import type { Step } from '../step.ts';
import { expectDownloaded, FETCH } from './fetch-script.ts';

/*
 * Node.js under a path of our own: from nodejs.org with its list of checksums, or from the npm packages of the platform with
 * their integrity. Unpacked beside the old one, tried, and only then put in its place.
 * $1 folder, $2 version; of nodejs.org: $3 the archive's address, $4 that of the list, $5 the archive's name; of npm: $6 address
 * of node, $7 its sha512 (hex), $8 address of npm, $9 its sha512
 */
const APPLY = `set -eu
umask 022
${FETCH}
dir=$1 version=$2
mkdir -p "$(dirname -- "$dir")"
for left in "$dir".new.* "$dir".old.*; do [ ! -e "$left" ] || rm -rf "$left"; done
new=$(mktemp -d "$dir.new.XXXXXX")
trap 'rm -rf "$new"' EXIT
# dash leaves the EXIT trap out where a signal ends it
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
mkdir "$new/root"
if (quick=5; fetch "$4" "$new/list") 2>/dev/null; then
  echo "from $3"
  fetch "$3" "$new/node.tar.gz"
  sum=$(awk -v name="$5" '$2 == name {print $1}' "$new/list")
  [ -n "$sum" ] || { echo "the list of checksums does not name $5" >&2; exit 65; }
  printf '%s  %s\\n' "$sum" "$new/node.tar.gz" | sha256sum -c - >/dev/null || exit 65
  tar -xzf "$new/node.tar.gz" -C "$new/root" --strip-components=1 --no-same-owner
else
  echo "from $6"
  fetch "$8" "$new/npm.tgz" & npm=$!
  fetch "$6" "$new/node.tgz"
  wait $npm
  printf '%s  %s\\n' "$7" "$new/node.tgz" "$9" "$new/npm.tgz" | sha512sum -c - >/dev/null || exit 65
  mkdir -p "$new/root/bin" "$new/root/lib/node_modules/npm"
  tar -xzf "$new/node.tgz" -C "$new/root" --strip-components=1 --no-same-owner package/bin
  tar -xzf "$new/npm.tgz" -C "$new/root/lib/node_modules/npm" --strip-components=1 --no-same-owner
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$new/root/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$new/root/bin/npx"
fi
chmod -R u+w,go-w,a+rX "$new/root"
chmod a+x "$new/root/bin/node"
found=$("$new/root/bin/node" --version)
[ "$found" = "v$version" ] || { echo "the download holds $found" >&2; exit 65; }
"$new/root/bin/node" "$new/root/lib/node_modules/npm/bin/npm-cli.js" --version >/dev/null
chmod 755 "$new"
old=
if [ -e "$dir" ]; then old=$(mktemp -d "$dir.old.XXXXXX"); mv "$dir" "$old/"; fi
mv "$new/root" "$dir"
[ -z "$old" ] || rm -rf "$old"`;

/** @param readSources asked only when there is something to download */
export function nodeRuntimeStep(
  layout: ServerLayout,
  version: string,
  readSources: (signal: AbortSignal) => Promise<NodeSources>,
): Step {
  const installed = nodeVersionFact(layout.node, layout.npmCli);
  return {
    id: 'node',
    title: `Install Node.js ${version}`,
    facts: [installed],
    timeoutMs: 6 * 60_000,
    async check({ read }) {
      const found = await read(installed);
      if (found === version) return satisfied(`Node.js ${version} is in ${layout.nodeDir}`);
      return found === undefined
        ? needed(`no Node.js in ${layout.nodeDir}`)
        : needed(`Node.js ${found} is in ${layout.nodeDir}`, 'restart');
    },
    async apply(context) {
      const { site, npm } = await readSources(context.signal);
      const sources = [
        site.archiveUrl,
        site.checksumsUrl,
        site.archiveName,
        npm.node.url,
        npm.node.sha512Hex,
        npm.npm.url,
        npm.npm.sha512Hex,
      ];
      const command = changeScript(APPLY, [layout.nodeDir, version, ...sources], { runAs: 'root' });
      const doing = `Installing Node.js ${version}`;
      expectDownloaded(await context.change(command, { doing }), doing);
    },
  };
}

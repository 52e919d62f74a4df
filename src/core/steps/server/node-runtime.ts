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
 * $1 folder, $2 version, $3 "site" or "npm", site: $4 archive's address, $5 address of the list, $6 archive's name;
 * npm: $4 address of node, $5 its sha512 (hex), $6 address of npm, $7 its sha512
 */
const APPLY = `set -eu
umask 022
${FETCH}
dir=$1 version=$2 from=$3
mkdir -p "$(dirname -- "$dir")"
for left in "$dir".new.* "$dir".old.*; do [ ! -e "$left" ] || rm -rf "$left"; done
new=$(mktemp -d "$dir.new.XXXXXX")
trap 'rm -rf "$new"' EXIT
mkdir "$new/root"
if [ "$from" = site ]; then
  fetch "$5" "$new/list" & list=$!
  fetch "$4" "$new/node.tar.gz"
  wait $list
  sum=$(awk -v name="$6" '$2 == name {print $1}' "$new/list")
  [ -n "$sum" ] || { echo "the list of checksums does not name $6" >&2; exit 65; }
  printf '%s  %s\\n' "$sum" "$new/node.tar.gz" | sha256sum -c - >/dev/null || exit 65
  tar -xzf "$new/node.tar.gz" -C "$new/root" --strip-components=1 --no-same-owner
else
  fetch "$6" "$new/npm.tgz" & npm=$!
  fetch "$4" "$new/node.tgz"
  wait $npm
  printf '%s  %s\\n' "$5" "$new/node.tgz" "$7" "$new/npm.tgz" | sha512sum -c - >/dev/null || exit 65
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

export function nodeRuntimeStep(layout: ServerLayout, version: string, sources: NodeSources, from: 'site' | 'npm'): Step {
  const installed = nodeVersionFact(layout.node, layout.npmCli);
  return {
    id: 'node',
    title: `Install Node.js ${version}`,
    facts: [installed],
    timeoutMs: 6 * 60_000,
    async check({ read }) {
      const found = await read(installed);
      if (found === version) return satisfied(`Node.js ${version} is in ${layout.nodeDir}`);
      return found === undefined ? needed(`no Node.js in ${layout.nodeDir}`) : needed(`Node.js ${found} is in ${layout.nodeDir}`, 'restart');
    },
    async apply(context) {
      const parameters =
        from === 'site'
          ? [sources.site.archiveUrl, sources.site.checksumsUrl, sources.site.archiveName]
          : [sources.npm.node.url, sources.npm.node.sha512Hex, sources.npm.npm.url, sources.npm.npm.sha512Hex];
      const command = changeScript(APPLY, [layout.nodeDir, version, from, ...parameters], { runAs: 'root' });
      expectDownloaded(await context.change(command), `Installing Node.js ${version}`);
    },
  };
}

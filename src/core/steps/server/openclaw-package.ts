import semver from 'semver';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { AppError } from '../../../shared/app-error.ts';
import { packageVersionFact } from '../../facts/install.ts';
import { changeScript } from '../../host/command.ts';
import { lastLines, type ExecResult } from '../../host/exec.ts';
import { npmInstallArguments, npmInstallEnvironment } from '../../openclaw/npm-install.ts';
import { isRequestLine, watchNpm } from '../../openclaw/npm-output.ts';
import { serverEnvironment, type ServerLayout } from '../../openclaw/server-layout.ts';
import type { Step } from '../step.ts';
import { expectDownloaded } from './fetch-script.ts';

/*
 * npm installs into a folder of its own inside the prefix; only what is whole is renamed into place. An install that was cut
 * short never looks like one, and two of them never share a folder. $1 node, $2 npm, $3 prefix, then npm's own arguments
 */
const APPLY = `set -eu
umask 022
node=$1 npm=$2 prefix=$3; shift 3
mkdir -p "$prefix/lib/node_modules" "$prefix/bin"
for left in "$prefix"/.staging.* "$prefix"/.retired.*; do [ ! -e "$left" ] || rm -rf "$left"; done
stage=$(mktemp -d "$prefix/.staging.XXXXXX")
trap 'rm -rf "$stage"' EXIT
# dash leaves the EXIT trap out where a signal ends it
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
"$node" "$npm" "$@" --prefix "$stage"
[ -f "$stage/lib/node_modules/openclaw/openclaw.mjs" ]
# npm takes a disk that was full at the very end for a success
head -c 1000000 /dev/zero >"$stage/room"
new=$stage/lib/node_modules/openclaw now=$prefix/lib/node_modules/openclaw
sync "$new/package.json" 2>/dev/null || :
if [ -e "$now" ]; then old=$(mktemp -d "$prefix/.retired.XXXXXX"); mv "$now" "$old/"; fi
mv "$new" "$now"
ln -sfn ../lib/node_modules/openclaw/openclaw.mjs "$prefix/bin/openclaw"
[ -z "\${old-}" ] || rm -rf "$old"`;

export function openclawPackageStep(layout: ServerLayout, version: string, registry: string): Step {
  const installed = packageVersionFact(layout.packageDir);
  return {
    id: 'openclaw',
    title: `Install OpenClaw ${version}`,
    facts: [installed],
    timeoutMs: 12 * 60_000,
    async check({ read }) {
      const found = await read(installed);
      if (found === undefined) return needed('OpenClaw is not installed');
      if (found === version) return satisfied(`OpenClaw ${version} is installed`);
      if (semver.gt(found, version)) return satisfied(`OpenClaw ${found} is installed, newer than ${version}`);
      throw new AppError('preflight.version-differs', {
        message: `OpenClaw ${found} is installed, ${version} was asked for.`,
        details: { installed: found, wanted: version },
      });
    },
    async apply({ change, note }) {
      note(`npm installs about 330 packages from ${registry}`);
      const command = changeScript(
        APPLY,
        [
          layout.node,
          layout.npmCli,
          layout.npmPrefix,
          ...npmInstallArguments({ spec: `openclaw@${version}`, registry }),
        ],
        {
          runAs: { user: layout.user },
          env: { ...serverEnvironment(layout), ...npmInstallEnvironment() },
        },
      );
      const doing = `Installing OpenClaw ${version}`;
      expectInstalled(await change(command, { doing, quiet: true, ...watchNpm(doing, note) }), doing);
    },
  };
}

/** npm's own words for "the registry cannot be reached" become our code. */
export function expectInstalled(result: ExecResult, doing: string): ExecResult {
  if (result.code === 0) return result;
  const lines = lastLines(withoutRequests(result));
  const network =
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|FETCH_ERROR|EHOSTUNREACH|ENETUNREACH|E50\d)\b/;
  if (lines.some((line) => network.test(line))) {
    throw new AppError('registry.unreachable', { details: { doing, exitCode: result.code, lastLines: lines } });
  }
  return expectDownloaded(withoutRequests(result), doing);
}

/** What npm says of its requests would push the reason of a failure out of its last lines. */
function withoutRequests(result: ExecResult): ExecResult {
  const lines = result.stderr.split('\n').filter((line) => !isRequestLine(line));
  return { ...result, stderr: lines.join('\n') };
}

import semver from 'semver';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { fileFact } from '../../facts/file.ts';
import { packageVersionFact } from '../../facts/install.ts';
import { changeScript } from '../../host/command.ts';
import { npmInstallEnvironment, watchedNpmEnvironment } from '../../openclaw/npm-install.ts';
import { watchNpm } from '../../openclaw/npm-output.ts';
import { serverEnvironment, type ServerLayout } from '../../openclaw/server-layout.ts';
import type { Step } from '../step.ts';
import { FETCH } from './fetch-script.ts';
import { expectInstalled } from './openclaw-package.ts';

/*
 * Upstream's own script: downloaded to a file, its sum told, then run. It installs in place, so that a mark of ours, written at
 * the very end, is what tells a whole install from one that was cut short.
 * $1 address, $2 version, $3 the mark
 */
const APPLY = `set -eu
umask 022
${FETCH}
url=$1 version=$2 mark=$3
rm -f "$mark"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# dash leaves the EXIT trap out where a signal ends it
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
fetch "$url" "$dir/install.sh"
echo "install.sh sha256 $(sha256sum <"$dir/install.sh" | cut -d' ' -f1)"
bash "$dir/install.sh" --no-prompt --no-onboard --version "$version" </dev/null
mkdir -p "$(dirname -- "$mark")"
printf '%s\\n' "$version" >"$mark.new" && mv -f "$mark.new" "$mark"`;

/** OpenClaw by the official installer, with our Node.js first on its PATH, into the account's own prefix. */
export function officialInstallerStep(
  layout: ServerLayout,
  version: string,
  options: { readonly url: string; readonly registry: string },
): Step {
  const installed = packageVersionFact(layout.packageDir);
  const mark = fileFact(layout.officialMarkPath);
  return {
    id: 'openclaw',
    title: `Install OpenClaw ${version} by the official installer`,
    facts: [installed, mark],
    timeoutMs: 15 * 60_000,
    async check({ read }) {
      const found = await read(installed);
      if (found === undefined) return needed('OpenClaw is not installed');
      if (semver.valid(found) !== null && semver.gt(found, version))
        return satisfied(`OpenClaw ${found} is installed, newer than ${version}`);
      if (found !== version) {
        throw new AppError('preflight.version-differs', {
          message: `OpenClaw ${found} is installed, ${version} was asked for.`,
          details: { installed: found, wanted: version },
        });
      }
      const finished = (await read(mark))?.text.trim() ?? '';
      // An older one was finished, and updated since.
      if (finished !== version && !(semver.valid(finished) !== null && semver.lt(finished, version)))
        return needed('the install was not finished');
      return satisfied(`OpenClaw ${version} is installed`);
    },
    async apply({ change, note }) {
      const command = changeScript(APPLY, [options.url, version, layout.officialMarkPath], {
        runAs: { user: layout.user },
        env: {
          ...serverEnvironment(layout),
          ...npmInstallEnvironment(),
          ...watchedNpmEnvironment(),
          NPM_CONFIG_REGISTRY: `${options.registry}/`,
          NPM_CONFIG_PREFIX: layout.npmPrefix,
          OPENCLAW_NO_PROMPT: '1',
          OPENCLAW_NO_ONBOARD: '1',
        },
      });
      const doing = `Installing OpenClaw ${version} by the official installer`;
      expectInstalled(await change(command, { doing, quiet: true, ...watchNpm(doing, note) }), doing);
    },
  };
}

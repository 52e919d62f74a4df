import semver from 'semver';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { caddyFact, type Caddy } from '../../facts/caddy.ts';
import { neededToolsFact } from '../../facts/missing-tools.ts';
import { changeScript, formatCommand } from '../../host/command.ts';
import { expectOk, lastLines } from '../../host/exec.ts';
import { CADDYFILE } from '../../ingress/caddy-layout.ts';
import type { Step } from '../step.ts';
import { EXIT_DOWNLOAD, EXIT_INTEGRITY, expectDownloaded, FETCH } from './fetch-script.ts';
import { APT_OPENING, expectPackages, LOCK_DEADLINE_SECONDS } from './packages.ts';

/** Signs what Let's Encrypt calls profiles (2.10.0), and addresses (2.10.1). */
export const OLDEST_CADDY = '2.10.1';

const EXIT_OLD = 71;

/*
 * The repository of Caddy's makers under the names that their own instructions give it, so that nobody has it twice. A Caddyfile
 * that is there is never replaced by that of the package, which would show a page of its own on port 80.
 * $1 deadline in seconds, $2 address of the repository, $3 the Caddyfile, $4 the oldest version that will do
 */
const APT = `set -eu
umask 022
${FETCH}
repo=$2 caddyfile=$3 oldest=$4
key=/usr/share/keyrings/caddy-stable-archive-keyring.asc list=/etc/apt/sources.list.d/caddy-stable.list
if ! grep -qsF "$repo/deb/debian" /etc/apt/sources.list.d/*; then
  mkdir -p /usr/share/keyrings
  fetch "$repo/gpg.key" "$key.new"
  grep -q 'BEGIN PGP PUBLIC KEY' "$key.new" || { echo "$repo/gpg.key is no key" >&2; rm -f "$key.new"; exit ${String(EXIT_INTEGRITY)}; }
  mv -f "$key.new" "$key"
  printf 'deb [signed-by=%s] %s/deb/debian any-version main\\n' "$key" "$repo" >"$list.new"
  mv -f "$list.new" "$list"
fi
made=
if [ ! -e "$caddyfile" ]; then made=yes; mkdir -p "\${caddyfile%/*}"; echo '# The sites of this server.' >"$caddyfile"; fi
set -- "$1"
${APT_OPENING}
candidate=$(apt-cache policy caddy | sed -n 's/^ *Candidate: //p')
dpkg --compare-versions "$candidate" ge "$oldest" || { echo "there is only Caddy $candidate" >&2; exit ${String(EXIT_OLD)}; }
wait_for_lock
apt-get -q -y $patient $keep --no-install-recommends --reinstall install caddy
[ -z "$made" ] || rm -f "$caddyfile.dpkg-dist"`;

const DNF = `set -eu
dnf -q -y --setopt=install_weak_deps=False --setopt=timeout=30 --refresh install caddy`;

export function isCaddyFit({ version }: Pick<Caddy, 'version'>): boolean {
  return version !== undefined && semver.gte(semver.coerce(version) ?? '0.0.0', OLDEST_CADDY);
}

/** @param repository see `Mirrors.caddy` */
export function caddyPackageStep(repository: string, lockDeadlineSeconds = LOCK_DEADLINE_SECONDS): Step {
  const caddy = caddyFact();
  const tools = neededToolsFact();
  return {
    id: 'caddy-package',
    title: 'Install Caddy',
    facts: [caddy, tools],
    timeoutMs: (lockDeadlineSeconds + 10 * 60) * 1000,
    async check({ read }) {
      const found = await read(caddy);
      if (isCaddyFit(found)) return satisfied(`Caddy ${found.version ?? ''} is there`);
      return found.version === undefined
        ? needed('the server has no Caddy')
        : needed(`Caddy ${found.version} is too old, ${OLDEST_CADDY} is needed; its sites are kept`, 'restart');
    },
    async apply({ read, change }) {
      const { version, isPackaged } = await read(caddy);
      if (version !== undefined && !isPackaged) throw tooOld(version);
      const { packageManager } = await read(tools);
      if (packageManager !== 'apt-get' && packageManager !== 'dnf') throw tooOld(version);
      const doing = 'Installing Caddy';
      const asRoot = { runAs: 'root', env: { LC_ALL: 'C' } } as const;
      const result = await change(
        packageManager === 'dnf'
          ? changeScript(DNF, [], asRoot)
          : changeScript(APT, [lockDeadlineSeconds, repository, CADDYFILE, OLDEST_CADDY], asRoot),
      );
      const lines = lastLines(result);
      if (result.code === EXIT_OLD) throw tooOld(lines.at(-1));
      // apt's words for a repository whose signature is not that of its key
      if (result.code === 100 && lines.some((line) => /NO_PUBKEY|is not signed|BADSIG|EXPKEYSIG/.test(line))) {
        throw new AppError('download.integrity', {
          details: { doing, command: formatCommand(result.command), exitCode: result.code, lastLines: lines },
        });
      }
      if (result.code === EXIT_DOWNLOAD || result.code === EXIT_INTEGRITY) expectDownloaded(result, doing);
      expectPackages(result, doing);
      const after = await read(caddy);
      if (!isCaddyFit(after)) throw tooOld(after.version);
    },
  };
}

function tooOld(found: string | undefined): AppError {
  return new AppError('ingress.caddy-old', {
    hint: `Install Caddy ${OLDEST_CADDY} or newer as its makers say (caddyserver.com/docs/install), then try again.`,
    ...(found === undefined ? {} : { details: { found } }),
  });
}

const MODULE = 'github.com/mholt/caddy-ratelimit';
/** Where `caddy add-package` has programs built. */
export const CADDY_BUILDS = 'https://caddyserver.com/api/download';

/*
 * The program with the module lies where the package's was; the package's is led aside, so that the next update replaces that one
 * and not ours, which would leave sites behind that Caddy does not understand. $1 the module
 */
const ADD_MODULE = `set -eu
own=/usr/bin/caddy aside=/usr/bin/caddy.default
if [ ! -e "$aside" ]; then
  dpkg-divert --quiet --local --rename --divert "$aside" --add "$own"
  cp -p "$aside" "$own"
fi
"$own" add-package "$1" || {
  code=$?
  if [ -e "$aside" ] && cmp -s "$aside" "$own"; then rm -f "$own"; dpkg-divert --quiet --local --rename --remove "$own"; fi
  exit $code
}
systemctl try-restart caddy.service`;

/** Planned only where dpkg is, and the makers' build service can be reached; elsewhere connections alone are limited. */
export function caddyModuleStep(): Step {
  const caddy = caddyFact();
  return {
    id: 'caddy-module',
    title: 'Add the module that counts requests to Caddy',
    facts: [caddy],
    timeoutMs: 5 * 60_000,
    async check({ read }) {
      const { hasRateLimit } = await read(caddy);
      return hasRateLimit ? satisfied('Caddy has the module') : needed('Caddy cannot count requests yet', 'restart');
    },
    async apply({ change }) {
      const result = await change(changeScript(ADD_MODULE, [MODULE], { runAs: 'root', env: { LC_ALL: 'C' } }), {
        doing: 'Adding caddy-ratelimit to Caddy',
      });
      expectOk(result, 'Adding caddy-ratelimit to Caddy');
    },
  };
}

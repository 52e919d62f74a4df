import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { dockerFact } from '../../facts/docker.ts';
import { changeScript, formatCommand } from '../../host/command.ts';
import { lastLines, type ExecResult } from '../../host/exec.ts';
import type { Step } from '../step.ts';
import { EXIT_DOWNLOAD, expectDownloaded, FETCH } from './fetch-script.ts';
import { APT_OPENING, expectPackages, LOCK_DEADLINE_SECONDS } from './packages.ts';

/** The oldest API that we speak. */
const OLDEST_API = [1, 41] as const;

const EXIT_NO_MANAGER = 69;
const EXIT_DOES_NOT_START = 70;

/*
 * The package of the distribution where it has one that is new enough, else Docker's own. Nothing that is there may be removed
 * for it: somebody may use it. Newer Debians have the program apart from the engine. $1 deadline in seconds, $2 Docker's packages
 */
const APT = `${APT_OPENING}
repository=$1
candidate=$(apt-cache policy docker.io | sed -n 's/^ *Candidate: *//p')
if [ -n "$candidate" ] && [ "$candidate" != '(none)' ] && dpkg --compare-versions "$candidate" ge 20.10; then
  set -- docker.io
  ! apt-cache show docker-cli >/dev/null 2>&1 || set -- "$@" docker-cli
else
  . /etc/os-release
  key=/etc/apt/keyrings/hardshell-docker.asc list=/etc/apt/sources.list.d/hardshell-docker.list
  # a source that does not work would be in the way of every later update
  trap 'rm -f "$key" "$list"' EXIT
  trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
  install -d -m 0755 /etc/apt/keyrings
  fetch "$repository/$ID/gpg" "$key"
  chmod 644 "$key"
  printf 'deb [arch=%s signed-by=%s] %s/%s %s stable\\n' "$(dpkg --print-architecture)" "$key" "$repository" "$ID" "$VERSION_CODENAME" >"$list"
  wait_for_lock
  apt-get -q -y $patient update
  set -- docker-ce docker-ce-cli containerd.io
fi
echo "installing $*"
wait_for_lock
apt-get -q -y $patient $keep --no-install-recommends --no-remove install "$@"
trap - EXIT`;

/* dnf's distributions have Podman instead; Amazon's has a package of its own. $1 and $2 as above */
const DNF = `set -eu
repository=$2
. /etc/os-release
if [ "$ID" = amzn ]; then set -- docker
else
  case $ID in fedora) name=fedora ;; rhel) name=rhel ;; *) name=centos ;; esac
  printf '[hardshell-docker]\\nname=Docker\\nbaseurl=%s/%s/$releasever/$basearch/stable\\nenabled=1\\ngpgcheck=1\\ngpgkey=%s/%s/gpg\\n' \
    "$repository" "$name" "$repository" "$name" >/etc/yum.repos.d/hardshell-docker.repo
  set -- docker-ce docker-ce-cli containerd.io
fi
echo "installing $*"
dnf -q -y --setopt=install_weak_deps=False --setopt=timeout=30 install "$@"`;

const INSTALL = `${FETCH}
if command -v apt-get >/dev/null 2>&1; then
${APT}
elif command -v dnf >/dev/null 2>&1; then
${DNF}
else exit ${String(EXIT_NO_MANAGER)}
fi`;

/* The unit is there before the engine answers: its first start makes its storage and its networks. */
const START = `set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
unset DOCKER_HOST DOCKER_CONTEXT
systemctl reset-failed docker.service 2>/dev/null || :
systemctl enable docker.service
systemctl start docker.service || :
left=60
until docker version >/dev/null 2>&1; do
  left=$((left - 1))
  if [ "$left" -le 0 ] || systemctl is-failed --quiet docker.service; then
    journalctl --unit=docker.service --lines=20 --no-pager --output=cat >&2 || :
    exit ${String(EXIT_DOES_NOT_START)}
  fi
  sleep 1
done`;

export interface DockerEngineOptions {
  /** Base URL of Docker's own packages, without a trailing slash: `https://download.docker.com/linux`. */
  readonly repository: string;
  readonly lockDeadlineSeconds?: number;
}

/** A Docker engine on a server that starts with it. One that is there is never replaced or made newer: others may depend on it. */
export function dockerEngineStep({
  repository,
  lockDeadlineSeconds = LOCK_DEADLINE_SECONDS,
}: DockerEngineOptions): Step {
  const docker = dockerFact();
  return {
    id: 'docker-engine',
    title: 'Install Docker',
    facts: [docker],
    timeoutMs: (lockDeadlineSeconds + 15 * 60) * 1000,
    async check({ read }) {
      const { client, engine, problem, unitLoadState, unitFileState } = await read(docker);
      if (client?.includes('podman') === true) {
        throw new AppError('engine.conflict', {
          message: 'What is called docker on this server is Podman.',
          hint: 'Remove the package podman-docker where nobody needs it, or deploy to the server without Docker.',
          details: { client },
        });
      }
      if (unitLoadState === 'masked') {
        throw new AppError('engine.unreachable', {
          message: 'Docker is switched off on this server: its service is masked.',
          hint: 'If nobody minds, run `systemctl unmask docker.service` there, then try again.',
        });
      }
      if (engine === undefined) {
        if (unitLoadState === 'loaded' && client !== undefined) return needed(`Docker does not run${because(problem)}`);
        return needed(client === undefined ? 'there is no Docker' : 'there is a docker program, and no engine');
      }
      if (!isNewEnough(engine.apiVersion)) throw new AppError('engine.too-old', { details: engine });
      if (unitFileState === 'disabled') return needed('Docker does not start with the server');
      return satisfied(`Docker ${engine.version} answers`);
    },
    async apply({ read, change }) {
      const { engine, unitLoadState, client } = await read(docker);
      if (engine === undefined && (unitLoadState !== 'loaded' || client === undefined)) {
        const doing = 'Installing Docker';
        const command = changeScript(INSTALL, [lockDeadlineSeconds, repository], {
          runAs: 'root',
          env: { LC_ALL: 'C' },
        });
        expectInstalled(await change(command, { doing }), doing);
      }
      const doing = 'Starting Docker with the server';
      expectStarted(await change(changeScript(START, [], { runAs: 'root' }), { doing }), doing);
    },
  };
}

function because(problem: string | undefined): string {
  return problem === undefined || problem === '' ? '' : ` (${problem})`;
}

function isNewEnough(apiVersion: string): boolean {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
  return major > OLDEST_API[0] || (major === OLDEST_API[0] && minor >= OLDEST_API[1]);
}

function expectInstalled(result: ExecResult, doing: string): void {
  if (result.code === EXIT_NO_MANAGER) {
    throw new AppError('engine.missing', {
      message: 'Hardshell cannot install Docker with the package manager of this server.',
      hint: 'Install Docker there by hand (docs.docker.com/engine/install), then try again.',
    });
  }
  if (result.code === EXIT_DOWNLOAD) expectDownloaded(result, doing);
  expectPackages(result, doing);
}

function expectStarted(result: ExecResult, doing: string): void {
  if (result.code !== EXIT_DOES_NOT_START) {
    expectPackages(result, doing);
    return;
  }
  throw new AppError('engine.unreachable', {
    message: 'Docker is installed on the server and does not start.',
    hint: 'The last lines of its log say why (`journalctl -u docker`).',
    details: { doing, command: formatCommand(result.command), lastLines: lastLines(result) },
  });
}

import { queryScript } from '../host/command.ts';
import { parseKeyValues, unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';

/** The Docker engine of a server, as root sees it. */
export interface DockerState {
  /** What `docker --version` says; undefined: there is no such program. */
  readonly client: string | undefined;
  /** What answers at its socket; undefined: nothing does. */
  readonly engine: { readonly version: string; readonly apiVersion: string } | undefined;
  /** Why nothing answers, in Docker's own words. */
  readonly problem: string | undefined;
  /** Of `docker.service`: `loaded`, `not-found`, `masked`; empty without systemd. */
  readonly unitLoadState: string;
  /** `enabled`, `disabled`, …; empty where there is no unit file. */
  readonly unitFileState: string;
}

/* The environment of root may name another engine: it is the socket of this server that counts. */
const SCRIPT = `PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
unset DOCKER_HOST DOCKER_CONTEXT
if command -v docker >/dev/null 2>&1; then
  echo "client=$(docker --version 2>/dev/null | tail -n 1)"
  if said=$(timeout 20 docker version --format '{{.Server.Version}} {{.Server.APIVersion}}' 2>&1); then
    echo "engine=$(printf '%s\\n' "$said" | tail -n 1)"
  else
    echo "problem=$(printf '%s\\n' "$said" | tail -n 1)"
  fi
fi
systemctl show --property=LoadState,UnitFileState docker.service 2>/dev/null
echo end=yes`;

export function dockerFact(): Fact<DockerState> {
  return fact('docker', queryScript(SCRIPT, [], { runAs: 'root', env: { LC_ALL: 'C' } }), (result) => {
    if (!parseKeyValues(result.stdout).has('end')) throw unreadable('its Docker engine', result);
    return parseDocker(result.stdout);
  });
}

/** Pure. */
export function parseDocker(text: string): DockerState {
  const values = parseKeyValues(text);
  const [, version, apiVersion] = /^(\d\S*) (\d+\.\d+)$/.exec(values.get('engine') ?? '') ?? [];
  return {
    client: values.get('client'),
    engine: version === undefined || apiVersion === undefined ? undefined : { version, apiVersion },
    problem: values.get('problem'),
    unitLoadState: values.get('LoadState') ?? '',
    unitFileState: values.get('UnitFileState') ?? '',
  };
}

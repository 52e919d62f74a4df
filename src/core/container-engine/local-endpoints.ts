import { createHash } from 'node:crypto';
import { posix, win32 } from 'node:path';
import { AppError } from '../../shared/app-error.ts';

/** What says where the engine of this computer is. */
export interface LocalSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly platform: NodeJS.Platform;
}

/** A place at which an engine may answer. */
export type LocalEndpoint =
  | { readonly kind: 'socket'; readonly path: string; readonly source: string }
  | {
      readonly kind: 'tls';
      readonly host: string;
      readonly port: number;
      readonly certificates: string;
      readonly source: string;
    }
  /** Somebody chose a place that we do not go to; the error says why. */
  | { readonly kind: 'refused'; readonly source: string; readonly error: AppError };

/** Reads a small file; undefined where there is none. */
export type ReadText = (path: string) => Promise<string | undefined>;

/**
 * Where to look for the engine of this computer, best first. What a person has chosen (`DOCKER_HOST`, a Docker context) is the
 * only place then, as it is for `docker` itself: an instance must not end up on another engine because the chosen one sleeps.
 */
export async function findLocalEndpoints(
  { env, homeDir, platform, uid }: LocalSurroundings & { readonly uid: number | undefined },
  read: ReadText,
): Promise<readonly LocalEndpoint[]> {
  const paths = platform === 'win32' ? win32 : posix;
  const join = (...parts: string[]): string => paths.join(...parts);
  const address = env['DOCKER_HOST'] ?? '';
  if (address !== '') {
    const certificates =
      (env['DOCKER_TLS_VERIFY'] ?? '') === '' ? undefined : (env['DOCKER_CERT_PATH'] ?? join(homeDir, '.docker'));
    return [parseEndpoint(address, 'DOCKER_HOST', certificates)];
  }
  const folder = env['DOCKER_CONFIG'] ?? join(homeDir, '.docker');
  const context = chosenContext(env, await read(join(folder, 'config.json')));
  if (context !== undefined) {
    const id = createHash('sha256').update(context.name).digest('hex');
    const meta = await read(join(folder, 'contexts', 'meta', id, 'meta.json'));
    return [readContext(context, meta, join(folder, 'contexts', 'tls', id, 'docker'))];
  }
  return defaultSockets({ env, homeDir, platform, uid });
}

function chosenContext(
  env: LocalSurroundings['env'],
  config: string | undefined,
): { name: string; source: string } | undefined {
  const named = env['DOCKER_CONTEXT'] ?? '';
  const current = (parseJson(config) as { currentContext?: unknown } | undefined)?.currentContext;
  const name = named === '' ? current : named;
  // `default` is the name of what `docker` does without a context.
  if (typeof name !== 'string' || name === '' || name === 'default') return undefined;
  return { name, source: `${named === '' ? 'Docker context' : 'DOCKER_CONTEXT'} ${name}` };
}

function readContext(
  context: { name: string; source: string },
  meta: string | undefined,
  certificates: string,
): LocalEndpoint {
  const said = (parseJson(meta) as { Endpoints?: { docker?: { Host?: unknown } } } | undefined)?.Endpoints?.docker
    ?.Host;
  if (typeof said === 'string' && said !== '') return parseEndpoint(said, context.source, certificates);
  const message = `The ${context.source} is chosen, but nothing says where it leads.`;
  const hint = 'See `docker context ls`, and choose one that is there with `docker context use`.';
  return { kind: 'refused', source: context.source, error: new AppError('engine.missing', { message, hint }) };
}

/** An address as `DOCKER_HOST` takes it. Pure. */
export function parseEndpoint(address: string, source: string, certificates: string | undefined): LocalEndpoint {
  const refuse = (message: string, hint: string): LocalEndpoint => ({
    kind: 'refused',
    source,
    error: new AppError('engine.denied', { message: `${source} ${message}`, hint, details: { address } }),
  });
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/is.exec(address) ?? [];
  switch (scheme.toLowerCase()) {
    case 'unix':
    case 'npipe':
      return { kind: 'socket', path: rest, source };
    case 'ssh':
      return refuse('leads to another machine over SSH.', `Choose that machine as the place: docker+ssh://${rest}`);
    case 'tcp':
    case 'https':
      return parseTcp(rest);
    default:
      return refuse('is not an address that Hardshell can use.', 'Such as unix:///var/run/docker.sock.');
  }

  function parseTcp(place: string): LocalEndpoint {
    const [, host = '', port = '2376'] = /^(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(place) ?? [];
    if (certificates === undefined) {
      const hint = 'Use the socket of the engine, or set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH.';
      return refuse('leads to a TCP port without TLS: whoever reaches it is root on that machine.', hint);
    }
    if (!/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)) {
      const hint = 'Choose that machine as the place: docker+ssh://USER@HOST';
      return refuse('leads to another machine, whose containers cannot be reached from here that way.', hint);
    }
    return { kind: 'tls', host: host.replace(/^\[|\]$/g, ''), port: Number(port), certificates, source };
  }
}

/** Where engines put their sockets when nobody says otherwise. Pure. */
function defaultSockets({
  env,
  homeDir,
  platform,
  uid,
}: LocalSurroundings & { readonly uid: number | undefined }): LocalEndpoint[] {
  const socket = (path: string, source: string): LocalEndpoint => ({ kind: 'socket', path, source });
  if (platform === 'win32') {
    return [
      socket('//./pipe/docker_engine', 'the named pipe of Docker'),
      socket('//./pipe/dockerDesktopLinuxEngine', 'the named pipe of Docker Desktop'),
    ];
  }
  const home = (path: string, source: string): LocalEndpoint => socket(posix.join(homeDir, path), source);
  const common = socket('/var/run/docker.sock', 'the socket of the system');
  if (platform === 'darwin') {
    return [
      common,
      home('.docker/run/docker.sock', 'the socket of Docker Desktop'),
      home('.orbstack/run/docker.sock', 'the socket of OrbStack'),
      home('.colima/default/docker.sock', 'the socket of Colima'),
      home('.colima/docker.sock', 'the socket of Colima'),
    ];
  }
  const runtimeDirs = new Set([env['XDG_RUNTIME_DIR'] ?? '', uid === undefined ? '' : `/run/user/${String(uid)}`]);
  return [
    common,
    ...[...runtimeDirs]
      .filter((folder) => folder !== '')
      .map((folder) => socket(posix.join(folder, 'docker.sock'), 'the socket of a rootless engine')),
    home('.docker/desktop/docker.sock', 'the socket of Docker Desktop'),
  ];
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    // A file that Docker cannot read either chooses nothing.
    return undefined;
  }
}

import { posix, win32 } from 'node:path';
import { RUN_MARKER } from '../system/self-record.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a gateway gets of the environment of whoever started its supervisor: how to find home, language, temporary folder and
 * the network. Everything else stays behind, because a shell's environment is where people keep keys of other things.
 */
const INHERITED: ReadonlySet<string> = new Set([
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'XDG_RUNTIME_DIR',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'DBUS_SESSION_BUS_ADDRESS',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  // The way to the network, and whom to trust on it.
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_SYSTEM_CA',
  'NODE_USE_ENV_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  // Without these, programs do not start on Windows.
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'COMSPEC',
  'PATHEXT',
  'USERPROFILE',
  'USERNAME',
  'USERDOMAIN',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
  'COMMONPROGRAMFILES',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_ARCHITECTURE',
]);

/** Proxies are written in small letters as well, and names have no case on Windows. */
function isInherited(name: string): boolean {
  const upper = name.toUpperCase();
  return INHERITED.has(upper) || upper.startsWith('LC_');
}

/** The part of an environment that is passed on to programs of ours. Pure. */
function inheritEnvironment(env: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && isInherited(name)) kept[name] = value;
  return kept;
}

export interface EnvironmentParts {
  readonly platform: NodeJS.Platform;
  readonly inherited: Environment;
  /** Absolute path of the Node.js whose folder comes first on PATH. */
  readonly node: string;
  readonly binDirs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The whole environment of a program that runs with our Node.js. Pure. */
export function buildEnvironment({
  platform,
  inherited,
  node,
  binDirs,
  env,
}: EnvironmentParts): Record<string, string> {
  const rules = platform === 'win32' ? win32 : posix;
  const [, path = platform === 'win32' ? '' : '/usr/local/bin:/usr/bin:/bin'] =
    Object.entries(inherited).find(([name]) => name.toUpperCase() === 'PATH') ?? [];
  const folders = [rules.dirname(node), ...binDirs, ...path.split(rules.delimiter)].filter((folder) => folder !== '');
  return { ...inheritEnvironment(inherited), PATH: [...new Set(folders)].join(rules.delimiter), ...env };
}

/**
 * What `hardshell supervise` itself is started with: the same, its own settings, and the way to find its programs. Pure.
 * It does not belong to the run in which it is started.
 */
export function buildSupervisorEnvironment(env: Environment, dataDir: string): Record<string, string> {
  const isOwn = (name: string): boolean =>
    name !== RUN_MARKER && (/^(HARDSHELL_|PATH$)/i.test(name) || name === 'ELECTRON_RUN_AS_NODE');
  const own = Object.entries(env).filter(([name, value]) => value !== undefined && isOwn(name));
  return {
    ...inheritEnvironment(env),
    ...(Object.fromEntries(own) as Record<string, string>),
    HARDSHELL_DATA_DIR: dataDir,
  };
}

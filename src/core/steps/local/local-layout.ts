import { posix, win32 } from 'node:path';
import type { Instance } from '../../../shared/model/instance.ts';
import type { GatewayDefinition } from '../../supervisor/definition.ts';
import { layoutData, layoutLocalInstance, type LocalInstanceLayout } from '../../system/paths.ts';

/** Where everything of one instance on this computer lies. */
export interface LocalLayout extends LocalInstanceLayout {
  readonly platform: NodeJS.Platform;
  readonly dataDir: string;
  /** Shared by the instances of this computer: a folder a version, never changed once it is there. */
  readonly runtimeDir: string;
  readonly nodeDir: string;
  readonly node: string;
  readonly npmCli: string;
  /** npm's cache of our own: an install that was cut short does not download everything again. */
  readonly npmCacheDir: string;
  /** What npm has to know while it installs; not there otherwise. */
  readonly npmrcFile: string;
  /** Where npm installs before it is whole. */
  readonly stagingDir: string;
  readonly packageDir: string;
  /** The gateway itself, as OpenClaw's own service units start it: no launcher before it, so that its pid is the gateway's. */
  readonly gatewayEntry: string;
  /** The command line. */
  readonly openclaw: string;
  /** Folders for the PATH of whoever runs `openclaw`. */
  readonly binDirs: readonly string[];
  readonly workspaceDir: string;
  readonly cacheDir: string;
  /** Backups as OpenClaw wrote them, for the time in which they are needed first. */
  readonly backupsDir: string;
  readonly logFile: string;
  /** Says whose state is kept after a removal, so that a later deploy of that name finds it. */
  readonly keptFile: string;
}

/** Pure. */
export function layoutLocal(
  dataDir: string,
  { id, nodeVersion }: Pick<Instance, 'id' | 'nodeVersion'>,
  platform: NodeJS.Platform,
): LocalLayout {
  const windows = platform === 'win32';
  const paths = windows ? win32 : posix;
  const join = (...parts: string[]): string => paths.join(...parts);
  const own = layoutLocalInstance(dataDir, id, platform);
  const { runtimeDir } = layoutData(dataDir, platform);
  const nodeDir = join(runtimeDir, `node-${nodeVersion}`);
  const packageDir = packageIn(own.prefixDir, platform);
  return {
    ...own,
    platform,
    dataDir,
    runtimeDir,
    nodeDir,
    ...nodePrograms(nodeDir, platform),
    npmCacheDir: join(runtimeDir, 'npm-cache'),
    npmrcFile: join(own.dir, 'npmrc'),
    stagingDir: join(own.dir, 'prefix.new'),
    packageDir,
    gatewayEntry: join(packageDir, 'dist', 'index.js'),
    openclaw: join(packageDir, 'openclaw.mjs'),
    binDirs: [windows ? own.prefixDir : join(own.prefixDir, 'bin')],
    workspaceDir: join(own.stateDir, 'workspace'),
    cacheDir: join(own.dir, 'cache'),
    backupsDir: join(own.dir, 'backups'),
    logFile: join(own.logsDir, 'gateway.log'),
    keptFile: join(own.dir, 'kept.json'),
  };
}

/** Where npm puts a global package of that prefix. Pure. */
export function packageIn(prefixDir: string, platform: NodeJS.Platform): string {
  return platform === 'win32'
    ? win32.join(prefixDir, 'node_modules', 'openclaw')
    : posix.join(prefixDir, 'lib', 'node_modules', 'openclaw');
}

/** The programs in a folder of Node.js, as its official releases lay them out. Pure. */
export function nodePrograms(
  nodeDir: string,
  platform: NodeJS.Platform,
): { readonly node: string; readonly npmCli: string; readonly npmDir: string } {
  if (platform === 'win32') {
    const npmDir = win32.join(nodeDir, 'node_modules', 'npm');
    return { node: win32.join(nodeDir, 'node.exe'), npmDir, npmCli: win32.join(npmDir, 'bin', 'npm-cli.js') };
  }
  const npmDir = posix.join(nodeDir, 'lib', 'node_modules', 'npm');
  return { node: posix.join(nodeDir, 'bin', 'node'), npmDir, npmCli: posix.join(npmDir, 'bin', 'npm-cli.js') };
}

/**
 * What every program of this OpenClaw is told: where its things are, that somebody else restarts it, and not to announce
 * itself on the network. `OPENCLAW_SKIP_CHANNELS` is never among them: it silences the bots. Pure.
 */
export function localEnvironment(layout: LocalLayout): Readonly<Record<string, string>> {
  const paths = layout.platform === 'win32' ? win32 : posix;
  return {
    OPENCLAW_STATE_DIR: layout.stateDir,
    OPENCLAW_CONFIG_PATH: layout.configFile,
    OPENCLAW_NO_RESPAWN: '1',
    OPENCLAW_DISABLE_BONJOUR: '1',
    OPENCLAW_EXEC_SHELL_SNAPSHOT: '0',
    // Beside the instance, so that removing it leaves nothing behind in the account's own folders.
    XDG_CACHE_HOME: layout.cacheDir,
    NODE_COMPILE_CACHE: paths.join(layout.cacheDir, 'node-compile'),
  };
}

/** How the supervisor runs the gateway of an instance. Pure. */
export function defineGateway(
  layout: LocalLayout,
  instance: Pick<Instance, 'id' | 'name' | 'port'>,
): GatewayDefinition {
  const { id, name, port } = instance;
  return {
    id,
    name,
    node: layout.node,
    entry: layout.gatewayEntry,
    args: ['gateway', '--port', String(port)],
    binDirs: [...layout.binDirs],
    env: localEnvironment(layout),
    cwd: layout.stateDir,
    port,
    configFile: layout.configFile,
    logFile: layout.logFile,
  };
}

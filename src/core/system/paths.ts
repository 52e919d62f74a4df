import { createHash } from 'node:crypto';
import { posix, win32 } from 'node:path';
import type { InstanceId } from '../../shared/model/ids.ts';

/** Where everything lies in a data folder. */
export interface DataLayout {
  readonly dataDir: string;
  /** Records of instances, and beside them a folder for each instance on this computer. */
  readonly instancesDir: string;
  readonly runsDir: string;
  readonly secretsDir: string;
  readonly supervisorDir: string;
  /** Where the remembered login of each server lies. */
  readonly loginsDir: string;
  /** What the machines of the last day were like, one file an instance. */
  readonly metricsDir: string;
  /** What was done to the devices of instances. */
  readonly devicesDir: string;
  /** Records of backups, and beside each the encrypted archive. */
  readonly backupsDir: string;
  /** Which secrets belong to backups, and where they are kept. */
  readonly backupSecretsFile: string;
  /** Which keys this panel has made for its servers, and where they are kept. */
  readonly sshKeysFile: string;
  /** What upstream says is new, one file a version; what was tried by schedule, one file an instance. */
  readonly updatesDir: string;
  /** What was changed in the configuration of each instance. */
  readonly configurationDir: string;
  /** What OpenClaw's configuration may hold, one file an instance. */
  readonly configSchemasDir: string;
  /** Records of alerts, one of each kind and instance. */
  readonly alertsDir: string;
  /** Who is told of what, and how. */
  readonly alertPolicyFile: string;
  /** What whoever watches remembers between two looks. */
  readonly alertMarksFile: string;
  readonly trustFile: string;
  readonly installationFile: string;
  readonly mirrorsFile: string;
  /** Node.js and what else the instances of this computer share. */
  readonly runtimeDir: string;
}

export function layoutData(dataDir: string, platform: NodeJS.Platform): DataLayout {
  const rules = rulesOf(platform);
  const join = (...parts: string[]): string => rules.join(...parts);
  return {
    dataDir,
    instancesDir: join(dataDir, 'instances'),
    runsDir: join(dataDir, 'runs'),
    secretsDir: join(dataDir, 'secrets'),
    supervisorDir: join(dataDir, 'supervisor'),
    loginsDir: join(dataDir, 'logins'),
    metricsDir: join(dataDir, 'metrics'),
    devicesDir: join(dataDir, 'devices'),
    backupsDir: join(dataDir, 'backups'),
    configurationDir: join(dataDir, 'configuration'),
    configSchemasDir: join(dataDir, 'config-schemas'),
    backupSecretsFile: join(dataDir, 'backup-secrets.json'),
    sshKeysFile: join(dataDir, 'ssh-keys.json'),
    updatesDir: join(dataDir, 'updates'),
    alertsDir: join(dataDir, 'alerts'),
    alertPolicyFile: join(dataDir, 'alert-policy.json'),
    alertMarksFile: join(dataDir, 'alert-marks.json'),
    trustFile: join(dataDir, 'trust.json'),
    installationFile: join(dataDir, 'installation.json'),
    mirrorsFile: join(dataDir, 'mirrors.json'),
    runtimeDir: join(dataDir, 'runtime'),
  };
}

/** The places of an instance on this computer. */
export interface LocalInstanceLayout {
  readonly dir: string;
  /** npm prefix with the OpenClaw of this instance. */
  readonly prefixDir: string;
  /** OPENCLAW_STATE_DIR: configuration, sessions, workspace. All that `remove` keeps without `--purge`. */
  readonly stateDir: string;
  readonly configFile: string;
  readonly logsDir: string;
}

export function layoutLocalInstance(dataDir: string, id: InstanceId, platform: NodeJS.Platform): LocalInstanceLayout {
  const rules = rulesOf(platform);
  const join = (...parts: string[]): string => rules.join(...parts);
  const dir = join(layoutData(dataDir, platform).instancesDir, id);
  return {
    dir,
    prefixDir: join(dir, 'prefix'),
    stateDir: join(dir, 'state'),
    configFile: join(dir, 'state', 'openclaw.json'),
    logsDir: join(dir, 'logs'),
  };
}

/**
 * Longest path of a Unix socket, in bytes without the closing NUL: `sun_path` has 108 on Linux, 104 on macOS and the BSDs.
 * The shorter one holds everywhere, so that one data folder means one path.
 */
export const MAX_SOCKET_PATH_BYTES = 103;

/**
 * Where the supervisor of a data folder listens: a socket in its folder; where that path is too long for a socket, one in a
 * folder of `tmpDir` that is named by a hash (to be opened with `openPrivateDir`: others may write to `tmpDir`); on Windows
 * a named pipe. Pure. The supervisor writes the path into its record, because TMPDIR differs between sessions.
 */
export function supervisorSocketPath(dataDir: string, platform: NodeJS.Platform, tmpDir: string): string {
  if (platform === 'win32') {
    // Windows does not tell case apart in paths, pipes have one namespace for all accounts.
    return `\\\\.\\pipe\\hardshell-${hashOf(win32.normalize(dataDir).toLowerCase())}`;
  }
  const inside = posix.join(layoutData(dataDir, platform).supervisorDir, 'supervisor.sock');
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH_BYTES) return inside;
  const folder = `hardshell-${hashOf(posix.normalize(dataDir))}`;
  const outside = posix.join(tmpDir, folder, 'supervisor.sock');
  return Buffer.byteLength(outside) <= MAX_SOCKET_PATH_BYTES ? outside : posix.join('/tmp', folder, 'supervisor.sock');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function rulesOf(platform: NodeJS.Platform): typeof posix {
  return platform === 'win32' ? win32 : posix;
}

import { posix } from 'node:path';
import type { AdoptedService } from '../../shared/model/adoption.ts';
import type { Instance } from '../../shared/model/instance.ts';

/** Where everything lies on a server. Absolute paths, so that no command depends on a login shell's PATH. */
export interface ServerLayout {
  /** The account that OpenClaw runs as: never root. */
  readonly user: string;
  readonly home: string;
  /** A folder of our own for Node.js: the same path for every version, because units and shebangs name it. */
  readonly nodeDir: string;
  readonly node: string;
  readonly npmCli: string;
  /** The account's own npm prefix, so that upstream's `openclaw update` can write there. */
  readonly npmPrefix: string;
  readonly packageDir: string;
  readonly openclaw: string;
  /** Says which version the official installer has finished installing. */
  readonly officialMarkPath: string;
  readonly npmrcPath: string;
  readonly stateDir: string;
  readonly configPath: string;
  readonly workspaceDir: string;
  /** The backups that stay on the server: as plain as the state, for the same account, and never in it. */
  readonly backupsDir: string;
  /** systemd user unit that `openclaw gateway install` writes. */
  readonly unit: string;
  readonly unitPath: string;
  readonly dropInPath: string;
  readonly profilePath: string;
  /** Ours, readable by root alone: lease, command groups, which instance lives here. */
  readonly ownDir: string;
  readonly claimPath: string;
  /** Says of a suspended gateway who suspended it, when and why. */
  readonly suspendedMark: string;
  /** Keeps a suspended gateway down, whoever starts it. */
  readonly suspendedGate: string;
  readonly auditLog: string;
  /** Finished downloads wait here until they are used. */
  readonly downloadDir: string;
}

function createLayout(): ServerLayout {
  const user = 'openclaw';
  const home = `/home/${user}`;
  const nodeDir = '/opt/hardshell/node';
  const npmPrefix = `${home}/.npm-global`;
  const packageDir = `${npmPrefix}/lib/node_modules/openclaw`;
  const stateDir = `${home}/.openclaw`;
  const unit = 'openclaw-gateway.service';
  const units = `${home}/.config/systemd/user`;
  const ownDir = '/var/lib/hardshell';
  return {
    user,
    home,
    nodeDir,
    node: `${nodeDir}/bin/node`,
    npmCli: `${nodeDir}/lib/node_modules/npm/bin/npm-cli.js`,
    npmPrefix,
    packageDir,
    openclaw: `${packageDir}/openclaw.mjs`,
    npmrcPath: `${home}/.npmrc`,
    officialMarkPath: `${npmPrefix}/.hardshell-official`,
    stateDir,
    configPath: `${stateDir}/openclaw.json`,
    workspaceDir: `${stateDir}/workspace`,
    backupsDir: `${home}/.openclaw-backups`,
    unit,
    unitPath: `${units}/${unit}`,
    dropInPath: `${units}/${unit}.d/hardshell.conf`,
    profilePath: '/etc/profile.d/hardshell-openclaw.sh',
    ownDir,
    claimPath: `${ownDir}/instance.json`,
    suspendedMark: `${ownDir}/suspended.json`,
    suspendedGate: `/etc/systemd/user/${unit}.d/hardshell-suspended.conf`,
    auditLog: '/var/log/hardshell/audit.log',
    downloadDir: '/opt/hardshell/downloads',
  };
}

export const serverLayout: ServerLayout = createLayout();

/** Where the instance lies on its server: at our own places, or where it was found. Pure. */
export function layoutServer({ adopted }: Partial<Pick<Instance, 'adopted'>>): ServerLayout {
  return adopted?.kind === 'service' ? layoutService(adopted) : serverLayout;
}

/** What Hardshell keeps for itself stays at its own places; nothing of those is made for an adopted one but lease and audit log. */
function layoutService(adopted: AdoptedService): ServerLayout {
  const { user, home, node, packageDir, stateDir, configPath, unit, unitPath } = adopted;
  const nodeDir = posix.dirname(posix.dirname(node));
  return {
    ...serverLayout,
    user,
    home,
    nodeDir,
    node,
    npmCli: `${nodeDir}/lib/node_modules/npm/bin/npm-cli.js`,
    npmPrefix: packageDir.replace(/\/lib\/node_modules\/openclaw$/, ''),
    packageDir,
    openclaw: `${packageDir}/openclaw.mjs`,
    npmrcPath: `${home}/.npmrc`,
    stateDir,
    configPath,
    workspaceDir: `${stateDir}/workspace`,
    backupsDir: `${home}/.openclaw-backups`,
    unit,
    unitPath,
    dropInPath: `${unitPath}.d/hardshell.conf`,
  };
}

/** The environment in which OpenClaw's own programs run on a server. */
export function serverEnvironment(layout: ServerLayout): Readonly<Record<string, string>> {
  const path = { PATH: `${layout.nodeDir}/bin:${layout.npmPrefix}/bin:/usr/local/bin:/usr/bin:/bin` };
  // An account with several profiles has its state elsewhere: OpenClaw is told where.
  if (layout.stateDir === `${layout.home}/.openclaw`) return path;
  return { ...path, OPENCLAW_STATE_DIR: layout.stateDir, OPENCLAW_CONFIG_PATH: layout.configPath };
}

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
  /** systemd user unit that `openclaw gateway install` writes. */
  readonly unit: string;
  readonly unitPath: string;
  readonly dropInPath: string;
  readonly profilePath: string;
  /** Ours, readable by root alone: lease, command groups, which instance lives here. */
  readonly ownDir: string;
  readonly claimPath: string;
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
    unit,
    unitPath: `${units}/${unit}`,
    dropInPath: `${units}/${unit}.d/hardshell.conf`,
    profilePath: '/etc/profile.d/hardshell-openclaw.sh',
    ownDir,
    claimPath: `${ownDir}/instance.json`,
    auditLog: '/var/log/hardshell/audit.log',
    downloadDir: '/opt/hardshell/downloads',
  };
}

export const serverLayout: ServerLayout = createLayout();

/** The environment in which OpenClaw's own programs run on a server. */
export function serverEnvironment(layout: ServerLayout): Readonly<Record<string, string>> {
  return { PATH: `${layout.nodeDir}/bin:${layout.npmPrefix}/bin:/usr/local/bin:/usr/bin:/bin` };
}

import type { AdoptedContainer } from '../../shared/model/adoption.ts';
import type { Instance } from '../../shared/model/instance.ts';

/** Where OpenClaw's own image has its things; ours is made the same (docs/install/docker.md). */
export const CONTAINER_HOME = '/home/node';
export const CONTAINER_STATE_DIR = `${CONTAINER_HOME}/.openclaw`;
/** The port of the gateway inside: the same in every container. */
export const CONTAINER_PORT = 18_789;
/** `node`, in OpenClaw's own image and in ours. */
export const CONTAINER_UID = 1000;

const SECRETS_DIR = `${CONTAINER_HOME}/.config/openclaw`;

/** The names of everything that belongs to one instance on an engine. */
export interface ContainerLayout {
  readonly container: string;
  /** Never another one: OpenClaw's owner lease is keyed by it, and a new name on old state is refused for five minutes. */
  readonly hostname: string;
  readonly network: string;
  readonly stateVolume: string;
  readonly secretsVolume: string;
  /** Where its machine keeps its backups: the instance itself does not have it mounted, and cannot touch them. */
  readonly backupsVolume: string;
  /** Works on its volumes while a backup or a restore goes on, whether the instance runs or not. */
  readonly backupContainer: string;
  /** Volume by name, or folder of the machine by its absolute path, by the folder that it is mounted on. */
  readonly mounts: Readonly<Record<string, string>>;
  /** Whom the gateway runs as inside. */
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** How OpenClaw is called inside. */
  readonly program: readonly [string, ...string[]];
  readonly packageDir: string;
  /** The gateway's, inside. */
  readonly port: number;
  readonly stateDir: string;
  readonly secretsDir: string;
  readonly configPath: string;
  readonly workspaceDir: string;
  /** While this file is there, and not empty, the container ends at once: whoever starts it, a suspended instance stays down. */
  readonly suspendedMark: string;
}

const MAX_SLUG = 32;

/** What a name has in common with a DNS label: `Müller's bot 2` is `muller-s-bot-2`. May be empty. Pure. */
export function slugName(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, MAX_SLUG)
    .replace(/-+$/, '');
}

/** Readable by its name, and by its id never that of another instance. Pure. */
export function layoutContainer({
  id,
  name,
  adopted,
}: Pick<Instance, 'id' | 'name'> & Partial<Pick<Instance, 'adopted'>>): ContainerLayout {
  const slug = slugName(name);
  const own = ['openclaw', ...(slug === '' ? [] : [slug]), id.slice(2, 10)].join('-');
  const ours: ContainerLayout = {
    container: own,
    hostname: own,
    network: own,
    stateVolume: `${own}-state`,
    secretsVolume: `${own}-secrets`,
    backupsVolume: `${own}-backups`,
    backupContainer: `${own}-backup`,
    mounts: { [CONTAINER_STATE_DIR]: `${own}-state`, [SECRETS_DIR]: `${own}-secrets` },
    uid: CONTAINER_UID,
    gid: CONTAINER_UID,
    home: CONTAINER_HOME,
    program: ['openclaw'],
    packageDir: '/usr/local/lib/node_modules/openclaw',
    port: CONTAINER_PORT,
    stateDir: CONTAINER_STATE_DIR,
    secretsDir: SECRETS_DIR,
    configPath: `${CONTAINER_STATE_DIR}/openclaw.json`,
    workspaceDir: `${CONTAINER_STATE_DIR}/workspace`,
    suspendedMark: `${CONTAINER_STATE_DIR}/.hardshell-suspended`,
  };
  return adopted?.kind === 'container' ? layOver(ours, adopted) : ours;
}

/** What is made beside an adopted container has our own names; what was there keeps its own. */
function layOver(ours: ContainerLayout, adopted: AdoptedContainer): ContainerLayout {
  const { container, hostname, uid, gid, home, stateDir, configPath, packageDir, port, mounts } = adopted;
  const [called = 'openclaw', ...words] = adopted.program;
  return {
    ...ours,
    container,
    hostname,
    uid,
    gid,
    home,
    stateDir,
    configPath,
    packageDir,
    port,
    mounts,
    program: [called, ...words],
    secretsDir: `${home}/.config/openclaw`,
    workspaceDir: `${stateDir}/workspace`,
    suspendedMark: `${stateDir}/.hardshell-suspended`,
  };
}

/**
 * Where a newer version is tried before it takes over: on a copy of the state in volumes of its own, seen at the same paths, because
 * state names them. Pure.
 */
export function layoutCanary(layout: ContainerLayout): ContainerLayout {
  const own = `${layout.container}-canary`;
  return {
    ...layout,
    container: own,
    hostname: own,
    stateVolume: `${own}-state`,
    secretsVolume: `${own}-secrets`,
    mounts: { [layout.stateDir]: `${own}-state`, [layout.secretsDir]: `${own}-secrets` },
    backupContainer: `${own}-room`,
  };
}

/** What marks an object of an engine as ours. */
export const labelNames = {
  instance: 'dev.hardshell.instance',
  name: 'dev.hardshell.name',
  installation: 'dev.hardshell.installation',
  role: 'dev.hardshell.role',
  /** Tells whether a container was made in the way in which one is made now. */
  profile: 'dev.hardshell.profile',
} as const;

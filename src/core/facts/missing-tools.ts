import { toolsFact, type PackageManager, type Tools } from './tools.ts';

/** What our own scripts and npm call. */
const NEEDED_TOOLS = [
  'tar',
  'gzip',
  'flock',
  'setsid',
  'runuser',
  'getent',
  'loginctl',
  'sha256sum',
  'useradd',
  'mktemp',
  'stat',
] as const;
/** One of them is enough. */
const DOWNLOAD_TOOLS = ['curl', 'wget'] as const;
/** Without these no change can be made at all, not even an install: the lease is built on them. */
const FOUNDATION: readonly string[] = ['flock', 'setsid', 'stat', 'mktemp'];

/** Everything that a deployment to a server calls. */
export function neededToolsFact(): ReturnType<typeof toolsFact> {
  return toolsFact([...NEEDED_TOOLS, ...DOWNLOAD_TOOLS, 'ufw']);
}

export type KnownManager = 'apt-get' | 'dnf';

/** Which package brings what. */
const PACKAGES: Readonly<Record<KnownManager, Readonly<Record<string, string>>>> = {
  'apt-get': {
    tar: 'tar',
    gzip: 'gzip',
    runuser: 'util-linux',
    getent: 'libc-bin',
    loginctl: 'systemd',
    sha256sum: 'coreutils',
    useradd: 'passwd',
    curl: 'curl',
    certificates: 'ca-certificates',
    libstdcxx: 'libstdc++6',
    userbus: 'dbus-user-session',
    ufw: 'ufw',
  },
  dnf: {
    tar: 'tar',
    gzip: 'gzip',
    runuser: 'util-linux',
    getent: 'glibc-common',
    loginctl: 'systemd',
    sha256sum: 'coreutils',
    useradd: 'shadow-utils',
    curl: 'curl',
    certificates: 'ca-certificates',
    libstdcxx: 'libstdc++',
    userbus: 'dbus-common',
    ufw: 'ufw',
  },
};

export interface PackagesWish {
  readonly manager: KnownManager;
  readonly packages: readonly string[];
  readonly wantsUfw: boolean;
}

/** What is missing of what a deployment needs, by names that `planPackages` knows. Pure. */
export function listMissing(tools: Tools, wantsUfw: boolean): readonly string[] {
  return [
    ...NEEDED_TOOLS.filter((name) => !tools.present.has(name)),
    ...(DOWNLOAD_TOOLS.some((name) => tools.present.has(name)) ? [] : ['curl']),
    ...(tools.hasCertificates ? [] : ['certificates']),
    ...(tools.hasLibstdcxx === false ? ['libstdcxx'] : []),
    ...(tools.hasUserBus ? [] : ['userbus']),
    ...(wantsUfw && !tools.present.has('ufw') ? ['ufw'] : []),
  ];
}

/** The packages that bring what is missing; undefined where nothing is, or where it cannot be brought. Pure. */
export function planPackages(tools: Tools, wantsUfw: boolean): PackagesWish | undefined {
  const missing = listMissing(tools, wantsUfw);
  const manager = tools.packageManager;
  if (missing.length === 0 || !isKnown(manager) || missing.some((name) => FOUNDATION.includes(name))) return undefined;
  const packages = missing.flatMap((name) => PACKAGES[manager][name] ?? []);
  return { manager, packages: [...new Set(packages)].sort(), wantsUfw };
}

function isKnown(manager: PackageManager | undefined): manager is KnownManager {
  return manager === 'apt-get' || manager === 'dnf';
}

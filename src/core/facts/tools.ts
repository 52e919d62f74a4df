import { queryScript } from '../host/command.ts';
import { parseCount, parseKeyValues, unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';

export type PackageManager = 'apt-get' | 'dnf' | 'yum' | 'apk' | 'zypper' | 'pacman';

const MANAGERS: readonly PackageManager[] = ['apt-get', 'dnf', 'yum', 'apk', 'zypper', 'pacman'];

export interface Tools {
  /** Programs that were asked for and are there. */
  readonly present: ReadonlySet<string>;
  /** Whether the machine knows whom to trust on the network (`ca-certificates`). */
  readonly hasCertificates: boolean;
  /** The C++ library that Node.js needs. Undefined where it cannot be found out. */
  readonly hasLibstdcxx: boolean | undefined;
  /** What gives an account a message bus of its own (`dbus-user-session`): its service manager is spoken to through it. */
  readonly hasUserBus: boolean;
  /** The machine's own way to install more. */
  readonly packageManager: PackageManager | undefined;
}

/* `command -v` is the shell's own: asking for many costs nothing. */
const SCRIPT = `PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
for t do command -v "$t" >/dev/null 2>&1 && echo "tool=$t"; done
for f in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem /etc/ssl/ca-bundle.pem; do
  [ ! -s "$f" ] || { echo certificates=yes; break; }
done
for f in /usr/lib/systemd/user/dbus.socket /lib/systemd/user/dbus.socket /etc/systemd/user/dbus.socket; do
  [ ! -e "$f" ] || { echo userbus=yes; break; }
done
l=$(ldconfig -p 2>/dev/null) && [ -n "$l" ] && case $l in *libstdc++.so.6*) echo libstdcxx=yes ;; *) echo libstdcxx=no ;; esac
echo end=yes`;

export function toolsFact(names: readonly string[]): Fact<Tools> {
  return fact(`tools ${names.join(' ')}`, queryScript(SCRIPT, [...names, ...MANAGERS], { runAs: 'root' }), (result) => {
    if (!parseKeyValues(result.stdout).has('end')) throw unreadable('its programs', result);
    return parseTools(result.stdout);
  });
}

/** Pure. */
export function parseTools(text: string): Tools {
  const present = new Set([...text.matchAll(/^tool=(.+)$/gm)].map(([, name = '']) => name));
  const values = parseKeyValues(text);
  const libstdcxx = values.get('libstdcxx');
  return {
    present,
    hasCertificates: values.get('certificates') === 'yes',
    hasLibstdcxx: libstdcxx === undefined ? undefined : libstdcxx === 'yes',
    hasUserBus: values.get('userbus') === 'yes',
    packageManager: MANAGERS.find((name) => present.has(name)),
  };
}

/** Who holds the lock of apt and dpkg: while somebody does, nothing can be installed. */
export type PackageLock =
  | { readonly is: 'free' }
  | { readonly is: 'held'; readonly pid: number | undefined; readonly process: string | undefined };

/* These are POSIX record locks: flock(1) does not see them, the kernel's list does. */
const LOCK = `for f in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock; do
  i=$(stat -c %i "$f" 2>/dev/null) || continue
  while read -r _ _ _ _ p n _; do
    case $n in *:"$i") read -r c <"/proc/$p/comm" && echo "process=$c"; echo "pid=$p"; break 2 ;; esac
  done </proc/locks
done 2>/dev/null
echo end=yes`;

export function packageLockFact(): Fact<PackageLock> {
  return fact('package-lock', queryScript(LOCK, [], { runAs: 'root' }), (result) => {
    const values = parseKeyValues(result.stdout);
    if (!values.has('end')) throw unreadable('its package manager', result);
    if (!values.has('pid')) return { is: 'free' };
    return { is: 'held', pid: parseCount(values.get('pid')), process: values.get('process') };
  });
}

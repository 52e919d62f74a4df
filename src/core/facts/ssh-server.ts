import { posix } from 'node:path';
import { queryScript } from '../host/command.ts';
import { parseCount, parseKeyValues, unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';
import { parseAccounts } from './password-logins.ts';

/** A login, and the two ends of its connection: some lines of sshd_config hold for some of them alone. */
export interface LoginSeat {
  readonly user: string;
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** Ours, and read before what images bring along (50-cloud-init.conf): of each setting the first value counts. */
export const PASSWORDS_DROP_IN = '/etc/ssh/sshd_config.d/00-hardshell.conf';
/** While passwords are off on trial: has the next boot remove the file above. */
export const TRIAL_MARK = '/etc/tmpfiles.d/hardshell-passwords-trial.conf';

export interface SshServer {
  readonly home: string;
  /** Where its keys are looked for, whole; undefined: in no file. */
  readonly keysFile: string | undefined;
  /** As sshd_config says it: relative to a home, with %h and %u. */
  readonly keysPattern: string;
  /** Undefined: sshd did not say. */
  readonly takesPasswords: boolean | undefined;
  /** `first`: further files are read before anything is said about passwords. `late`: after that. */
  readonly include: 'first' | 'late' | 'none';
  readonly hasDropIn: boolean;
  readonly isOnTrial: boolean;
  /** Whether something on the machine can undo what we do when we are gone. */
  readonly hasTimers: boolean;
}

/* `sshd -T` reads the files of now, which are not always those that sshd was started with. $1 account, $2 from, $3 to, $4 port */
const SERVER = `PATH=$PATH:/usr/sbin:/sbin
e=$(getent passwd "$1") || exit 0
echo "home=$(printf %s "$e" | cut -d: -f6)"
echo "uid=$(printf %s "$e" | cut -d: -f3)"
sshd -T -C "user=$1,host=$2,addr=$2,laddr=$3,lport=$4" 2>/dev/null | sed -nE 's/^(authorizedkeysfile|passwordauthentication|kbdinteractiveauthentication) /\\1=/p'
awk 'BEGIN { s = "none" } { k = tolower($1); sub(/=.*/, "", k) }
  k == "include" && tolower($0) ~ /sshd_config\\.d\\/\\*/ { if (s == "none") s = seen ? "late" : "first" }
  k == "match" || k == "passwordauthentication" || k ~ /^(kbdinteractive|challengeresponse)authentication$/ { seen = 1 }
  END { print "include=" s }' /etc/ssh/sshd_config 2>/dev/null
[ ! -e ${PASSWORDS_DROP_IN} ] || echo drop_in=yes
[ ! -e ${TRIAL_MARK} ] || echo trial=yes
[ ! -d /run/systemd/system ] || ! command -v systemd-run >/dev/null 2>&1 || echo timers=yes
echo end=yes`;

export function sshServerFact({ user, from, to, port }: LoginSeat): Fact<SshServer> {
  const command = queryScript(SERVER, [user, from, to, port], { runAs: 'root', env: { LC_ALL: 'C' } });
  return fact(`ssh server for ${user}`, command, (result) => {
    if (!parseKeyValues(result.stdout).has('end')) throw unreadable('its SSH server', result);
    return parseSshServer(result.stdout, user);
  });
}

/** Pure. */
export function parseSshServer(text: string, user: string): SshServer {
  const values = parseKeyValues(text);
  const home = values.get('home') ?? '/';
  const keysPattern = values.get('authorizedkeysfile')?.split(/\s+/)[0] ?? '.ssh/authorized_keys';
  const include = values.get('include');
  const methods = [values.get('passwordauthentication'), values.get('kbdinteractiveauthentication')];
  return {
    home,
    keysFile: expandKeysFile(keysPattern, { user, home, uid: values.get('uid') ?? '' }),
    keysPattern,
    takesPasswords: methods.every((one) => one === undefined) ? undefined : methods.includes('yes'),
    include: include === 'first' || include === 'late' ? include : 'none',
    hasDropIn: values.get('drop_in') === 'yes',
    isOnTrial: values.get('trial') === 'yes',
    hasTimers: values.get('timers') === 'yes',
  };
}

/** As sshd does: `%h`, `%u`, `%U`, and what does not begin at the root begins in the home. Undefined: `none`. Pure. */
export function expandKeysFile(
  pattern: string,
  { user, home, uid }: { readonly user: string; readonly home: string; readonly uid: string },
): string | undefined {
  if (pattern === 'none') return undefined;
  const tokens: Readonly<Record<string, string>> = { '%': '%', h: home, u: user, U: uid };
  const path = pattern.replaceAll(/%([%huU])/g, (_whole, token: string) => tokens[token] ?? '');
  return posix.isAbsolute(path) ? path : posix.join(home, path);
}

export interface AuthorizedKey {
  /** Lines that name this key. */
  readonly lines: number;
  /** Others can write to the home: most builds of sshd then believe nothing that lies in it. */
  readonly isHomeLoose: boolean;
}

/* $1 file, $2 home, $3 the key */
const AUTHORIZED = `echo "lines=$(awk -v b="$3" '!/^[ \\t]*#/ && index($0, b) { n++ } END { print n + 0 }' "$1" 2>/dev/null)"
m=$(stat -Lc %a -- "$2" 2>/dev/null) && [ "$((0$m & 022))" != 0 ] && echo loose=yes
echo end=yes`;

/** @param blob the middle part of its line */
export function authorizedKeyFact(file: string, home: string, blob: string): Fact<AuthorizedKey> {
  return fact(`authorized key ${file}`, queryScript(AUTHORIZED, [file, home, blob], { runAs: 'root' }), (result) => {
    const values = parseKeyValues(result.stdout);
    if (!values.has('end')) throw unreadable(`the keys in ${file}`, result);
    return {
      lines: parseCount(values.get('lines')) ?? 0,
      isHomeLoose: values.get('loose') === 'yes',
    };
  });
}

/* Who has a password and a shell, and no key. $1 what AuthorizedKeysFile says */
const KEYLESS = `PATH=$PATH:/usr/sbin:/sbin
root=$(sshd -T 2>/dev/null | sed -n 's/^permitrootlogin //p')
while IFS=: read -r n h rest; do
  case $h in '' | '!'* | '*'*) continue ;; esac
  [ "$n" != root ] || [ "$root" = yes ] || continue
  e=$(getent passwd "$n") || continue
  case $e in *nologin | *false | *:) continue ;; esac
  d=$(printf %s "$e" | cut -d: -f6)
  case $1 in /* | %h*) f=$(printf %s "$1" | sed "s|%h|$d|g;s|%u|$n|g") ;; *) f=$d/$1 ;; esac
  grep -q '^[^#]' "$f" 2>/dev/null || echo "account=$n"
done </etc/shadow
echo end=yes`;

/** Accounts that nobody could sign in to any more without a password. */
export function keylessAccountsFact(keysPattern: string): Fact<readonly string[]> {
  return fact('keyless accounts', queryScript(KEYLESS, [keysPattern], { runAs: 'root' }), (result) => {
    if (!parseKeyValues(result.stdout).has('end')) throw unreadable('its accounts', result);
    return parseAccounts(result.stdout);
  });
}

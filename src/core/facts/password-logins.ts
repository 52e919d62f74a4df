import { queryScript } from '../host/command.ts';
import { parseKeyValues, unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';
import type { LoginSeat } from './ssh-server.ts';

/*
 * Of each setting the first value counts, but a `Match` block that fits wins over it: what our file says cannot keep an account
 * out that one of them lets in. sshd is asked as if our file were there already. $1 from, $2 to, $3 port, $4 the file of passwords
 */
export const PASSWORD_LOGINS = `PATH=$PATH:/usr/sbin:/sbin
while IFS=: read -r n h rest; do
  case $h in '' | '!'* | '*'*) continue ;; esac
  e=$(getent passwd "$n") || continue
  case $e in *nologin | *false) continue ;; esac
  c=$(printf '%s\\n' 'PasswordAuthentication no' 'KbdInteractiveAuthentication no' 'Include /etc/ssh/sshd_config' |
    sshd -T -f /dev/stdin -C "user=$n,host=$1,addr=$1,laddr=$2,lport=$3" 2>/dev/null) || continue
  printf '%s\\n' "$c" | grep -qxE '(password|kbdinteractive)authentication yes' || continue
  [ "$n" != root ] || printf '%s\\n' "$c" | grep -qx 'permitrootlogin yes' || continue
  echo "account=$n"
done <"$4"
echo end=yes`;

/** Accounts that sign in with a password also where passwords are off for everybody, coming from where we come from. */
export function passwordLoginsFact({ from, to, port }: LoginSeat): Fact<readonly string[]> {
  const words = [from, to, port, '/etc/shadow'];
  const command = queryScript(PASSWORD_LOGINS, words, { runAs: 'root', env: { LC_ALL: 'C' } });
  return fact('password logins', command, (result) => {
    if (!parseKeyValues(result.stdout).has('end')) throw unreadable('its accounts', result);
    return parseAccounts(result.stdout);
  });
}

/** The accounts that lines name. Pure. */
export function parseAccounts(text: string): readonly string[] {
  return [...text.matchAll(/^account=(.*)$/gm)].map(([, name = '']) => name);
}

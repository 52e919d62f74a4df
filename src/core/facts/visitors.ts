import { queryScript } from '../host/command.ts';
import { parseCount, parseKeyValues } from './answer.ts';
import { fact, type Fact } from './fact.ts';

/*
 * From the kernel's own table, which every machine has: the other end, the state (01: established) and whose socket it is.
 * $1 the gateway's port in four hexadecimal digits
 */
const SCRIPT = `said=$(systemctl show caddy.service --property=LoadState,User 2>/dev/null)
uid=
case $said in *LoadState=loaded*)
  user=$(printf '%s\\n' "$said" | sed -n 's/^User=//p')
  uid=$(id -u -- "\${user:-root}" 2>/dev/null);;
esac
n=0
while read -r _ _ to state _ _ _ owner _; do
  [ "$to $state $owner" != "0100007F:$1 01 $uid" ] || n=$((n + 1))
done </proc/net/tcp
echo "visitors=$n"`;

/** How many connections Caddy has to a gateway for those who come through it; undefined where the machine does not say. */
export function visitorsFact(port: number): Fact<number | undefined> {
  const place = port.toString(16).toUpperCase().padStart(4, '0');
  const command = queryScript(SCRIPT, [place], { runAs: 'root', env: { LC_ALL: 'C' } });
  return fact(`visitors of ${String(port)}`, command, ({ stdout }) => parseVisitors(stdout));
}

/** Pure. */
export function parseVisitors(text: string): number | undefined {
  return parseCount(parseKeyValues(text).get('visitors'));
}

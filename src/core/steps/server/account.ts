import { needed, satisfied } from '../../../shared/model/run.ts';
import { accountFact, lingerFact } from '../../facts/account.ts';
import { changeScript } from '../../host/command.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import type { Step } from '../step.ts';

/*
 * The account, its lingering (without it systemd ends the gateway when nobody is logged in) and its user manager, whose bus
 * `openclaw gateway install` talks to. $1 account, $2 home
 */
const APPLY = `set -eu
u=$1 home=$2
getent passwd "$u" >/dev/null || useradd --create-home --home-dir "$home" --shell /bin/bash --user-group "$u"
i=$(id -u "$u")
[ -d "$home" ] || { mkdir -p "$home"; chown "$u:" "$home"; }
loginctl enable-linger "$u"
systemctl start "user@$i.service"
n=0
until [ -S "/run/user/$i/bus" ]; do
  n=$((n + 1)); [ $n -lt 150 ] || { echo "the session bus of $u did not come up" >&2; exit 1; }
  sleep 0.1
done`;

/** A non-root account of OpenClaw's own that may run services while nobody is logged in. */
export function accountStep(layout: ServerLayout): Step {
  const account = accountFact(layout.user);
  const linger = lingerFact(layout.user);
  return {
    id: 'account',
    title: `Create the account "${layout.user}"`,
    facts: [account, linger],
    timeoutMs: 60_000,
    async check({ read }) {
      const found = await read(account);
      if (found === undefined) return needed(`there is no account "${layout.user}"`);
      const { enabled, busReady } = await read(linger);
      if (!enabled) return needed('its services would end when nobody is logged in');
      if (!busReady) return needed('its service manager is not running');
      return satisfied(`the account exists (uid ${String(found.uid)}) and may run services`);
    },
    async apply({ changeOk }) {
      await changeOk(
        `Creating the account ${layout.user}`,
        changeScript(APPLY, [layout.user, layout.home], { runAs: 'root' }),
      );
    },
  };
}

import { needed, satisfied } from '../../../shared/model/run.ts';
import { accountFact, lingerFact } from '../../facts/account.ts';
import { changeScript } from '../../host/command.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import type { Step } from '../step.ts';

/* $1 account, $2 "purge" to delete it with its home. Its service manager ends first, with everything it runs. */
const APPLY = `set -u
u=$1
i=$(id -u "$u") || exit 0
loginctl disable-linger "$u"
systemctl stop "user@$i.service" 2>/dev/null || :
[ "$2" = purge ] || exit 0
n=0
while pgrep -u "$u" >/dev/null 2>&1; do
  n=$((n + 1)); [ $n -lt 100 ] || { pkill -KILL -u "$u"; sleep 0.5; break; }
  sleep 0.1
done
userdel --remove "$u" 2>&1 || [ $? -eq 12 ]`;

/** The account runs nothing any more; with `purge` it is gone, and all its files with it. */
export function absentAccountStep(layout: ServerLayout, purge: boolean): Step {
  const account = accountFact(layout.user);
  const linger = lingerFact(layout.user);
  return {
    id: 'account',
    title: purge ? `Delete the account "${layout.user}" with all its files` : `Let the account "${layout.user}" rest`,
    facts: [account, linger],
    timeoutMs: 6 * 60_000,
    async check({ read }) {
      if ((await read(account)) === undefined) return satisfied('there is no such account');
      if (purge) return needed('the account is there', 'data-loss');
      return (await read(linger)).enabled ? needed('it may run services') : satisfied('it runs nothing');
    },
    async apply({ changeOk }) {
      await changeOk(
        'Ending the account',
        changeScript(APPLY, [layout.user, purge ? 'purge' : 'keep'], { runAs: 'root' }),
      );
    },
  };
}

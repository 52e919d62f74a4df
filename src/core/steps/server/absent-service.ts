import { needed, satisfied } from '../../../shared/model/run.ts';
import { presenceFact } from '../../facts/presence.ts';
import { userUnitFact } from '../../facts/unit.ts';
import { changeScript } from '../../host/command.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import type { Step } from '../step.ts';

/*
 * $1 unit, $2 seconds of grace; the rest: its files. A gateway that cannot reach a channel takes minutes to drain work that
 * nobody will see any more: it is asked, and then ended.
 */
const APPLY = `unit=$1 grace=$2; shift 2
systemctl --user disable "$unit" || :
systemctl --user stop --no-block "$unit" || exit 1
busy() { case $(systemctl --user show -p ActiveState --value "$unit") in inactive|failed) return 1;; esac; }
until ! busy || [ "$grace" -le 0 ]; do sleep 1; grace=$((grace - 1)); done
! busy || systemctl --user kill --signal=SIGKILL "$unit" || :
systemctl --user stop "$unit" || exit 1
rm -rf -- "$@"
systemctl --user daemon-reload
systemctl --user reset-failed "$unit" 2>/dev/null || :`;

/** What a gateway gets to end its work before a removal ends it. */
const STOP_GRACE_SECONDS = 20;

/** The gateway stopped and its unit gone. */
export function absentServiceStep(layout: ServerLayout): Step {
  const unit = userUnitFact(layout.user, layout.unit);
  const dropIns = layout.dropInPath.slice(0, layout.dropInPath.lastIndexOf('/'));
  const files = presenceFact([layout.unitPath, dropIns]);
  return {
    id: 'service',
    title: 'Stop the gateway and remove its service',
    facts: [unit, files],
    timeoutMs: 2 * 60_000,
    async check({ read }) {
      const { activeState, loadState } = await read(unit);
      if (activeState !== 'inactive' && activeState !== 'failed')
        return needed(`the gateway is ${activeState}`, 'restart');
      const left = await read(files);
      if (loadState === 'loaded' || left.length > 0) return needed('its service is installed', 'restart');
      return satisfied('there is no gateway service');
    },
    async apply({ read, changeOk }) {
      const { loadState } = await read(unit);
      if (loadState === 'no-manager') {
        await changeOk(
          'Removing the files of the service',
          changeScript('rm -rf -- "$@"', [layout.unitPath, dropIns], { runAs: 'root' }),
        );
        return;
      }
      await changeOk(
        'Stopping the gateway',
        changeScript(APPLY, [layout.unit, STOP_GRACE_SECONDS, layout.unitPath, dropIns], {
          runAs: { user: layout.user },
        }),
      );
    },
  };
}

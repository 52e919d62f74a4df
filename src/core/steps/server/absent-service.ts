import { needed, satisfied } from '../../../shared/model/run.ts';
import { presenceFact } from '../../facts/presence.ts';
import { userUnitFact } from '../../facts/unit.ts';
import { changeScript } from '../../host/command.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import type { Step } from '../step.ts';

/* $1 unit; the rest: its files. A gateway may drain its work for five minutes before it ends. */
const APPLY = `unit=$1; shift
systemctl --user disable --now "$unit" || systemctl --user stop "$unit" || exit 1
rm -rf -- "$@"
systemctl --user daemon-reload
systemctl --user reset-failed "$unit" 2>/dev/null || :`;

/** The gateway stopped and its unit gone. */
export function absentServiceStep(layout: ServerLayout): Step {
  const unit = userUnitFact(layout.user, layout.unit);
  const dropIns = layout.dropInPath.slice(0, layout.dropInPath.lastIndexOf('/'));
  const files = presenceFact([layout.unitPath, dropIns]);
  return {
    id: 'service',
    title: 'Stop the gateway and remove its service',
    facts: [unit, files],
    timeoutMs: 6 * 60_000,
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
        changeScript(APPLY, [layout.unit, layout.unitPath, dropIns], { runAs: { user: layout.user } }),
      );
    },
  };
}

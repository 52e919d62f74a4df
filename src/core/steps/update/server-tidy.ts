import { needed, satisfied } from '../../../shared/model/run.ts';
import { fact, type Fact } from '../../facts/fact.ts';
import { changeScript, queryScript } from '../../host/command.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import type { Step } from '../step.ts';
import { keptNodeLayout } from './server-node.ts';
import { keptPrefix } from './server-upgrade.ts';

/* $1 folder of packages, $2 where the older one was kept, $3 its Node.js, $4 the newer one, set aside. Nothing else of that account's npm begins so. */
const LIST = `for left in "$1"/.openclaw.update-stage-* "$1"/.openclaw.package-backup-* "$1"/.openclaw.shim-backup-* "$2" "$3" "$4".retired.*; do
[ ! -e "$left" ] || printf '%s\\n' "\${left##*/}"
done`;
const REMOVE = `rm -rf -- "$1"/.openclaw.update-stage-* "$1"/.openclaw.package-backup-* "$1"/.openclaw.shim-backup-* "$2"`;

function leftFact(layout: ServerLayout): Fact<readonly string[]> {
  const words = [packagesOf(layout), keptPrefix(layout), keptNodeLayout(layout).nodeDir, layout.nodeDir];
  const command = queryScript(LIST, words, { runAs: 'root' });
  return fact(`left of updates ${layout.packageDir}`, command, ({ stdout }) =>
    stdout.split('\n').filter((line) => line !== ''),
  );
}

/** The older program, and what OpenClaw's updater leaves where it is killed or fails: nobody comes back by them any more. */
export function serverTidyStep(layout: ServerLayout): Step {
  const left = leftFact(layout);
  return {
    id: 'tidy',
    title: 'Clear away what the update has left',
    facts: [left],
    timeoutMs: 5 * 60_000,
    async check({ read }) {
      const names = await read(left);
      return names.length === 0 ? satisfied('nothing of it is left') : needed(`${names.join(', ')} is left`);
    },
    async apply({ changeOk }) {
      const command = changeScript(REMOVE, [packagesOf(layout), keptPrefix(layout)], { runAs: { user: layout.user } });
      await changeOk('Clearing away what the update has left', command);
      const node = changeScript('rm -rf -- "$1" "$2".retired.*', [keptNodeLayout(layout).nodeDir, layout.nodeDir], {
        runAs: 'root',
      });
      await changeOk('Clearing away the older Node.js', node);
    },
  };
}

const packagesOf = ({ packageDir }: ServerLayout): string => packageDir.slice(0, packageDir.lastIndexOf('/'));

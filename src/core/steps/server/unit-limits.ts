import type { ResourceLimits } from '../../../shared/model/resources.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { fileFact } from '../../facts/file.ts';
import { userUnitFact } from '../../facts/unit.ts';
import { changeScript } from '../../host/command.ts';
import { writeFileCommand } from '../../host/files.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import type { Step } from '../step.ts';

/** Below this much memory, a share of it would be less than the gateway needs. */
const SMALL_MEMORY_BYTES = 2 * 1024 ** 3;

/** From this share of its limit on, a gateway is slowed, and its memory reclaimed. */
const HIGH_SHARE = 0.85;

/**
 * Keeps a gateway that leaks from taking the whole server down: above `MemoryHigh` it is slowed and its memory reclaimed, above
 * `MemoryMax` it alone is ended and restarted, and it goes before anything else does. Pure.
 * @param limits what a person chose; absent: a share of the machine's memory, and all processors
 */
export function formatLimits(memoryBytes: number, limits?: ResourceLimits): string {
  const [high, max] =
    limits !== undefined
      ? [String(Math.floor(limits.memoryBytes * HIGH_SHARE)), String(limits.memoryBytes)]
      : memoryBytes < SMALL_MEMORY_BYTES
        ? ['1100M', '1300M']
        : ['70%', '80%'];
  return [
    '# Written by Hardshell.',
    '[Service]',
    `MemoryHigh=${high}`,
    `MemoryMax=${max}`,
    ...(limits === undefined ? [] : [`CPUQuota=${String(Math.round(limits.cpus * 100))}%`]),
    `OOMScoreAdjust=${OOM_SCORE}`,
    'TasksMax=512',
    '',
  ].join('\n');
}

/*
 * systemd applies the limits of a control group to what runs already; only the order in which the kernel ends processes is read
 * at a start, so that it is set for the running one by hand. $1 unit, $2 score
 */
const RELOAD = `set -eu
systemctl --user daemon-reload
pid=$(systemctl --user show -p MainPID --value -- "$1")
[ "$pid" -le 1 ] || printf '%s\\n' "$2" >"/proc/$pid/oom_score_adj" || :`;

/** Among the first that the kernel ends when the whole server runs out of memory, before sshd and everything else. */
const OOM_SCORE = 500;

export function unitLimitsStep(layout: ServerLayout, memoryBytes: number, limits?: ResourceLimits): Step {
  const file = fileFact(layout.dropInPath);
  const unit = userUnitFact(layout.user, layout.unit);
  const text = formatLimits(memoryBytes, limits);
  const asUser = { runAs: { user: layout.user } } as const;
  return {
    id: 'limits',
    title:
      limits === undefined
        ? 'Limit how much memory the gateway may take'
        : 'Limit how much of the server the gateway may take',
    facts: [file, unit],
    timeoutMs: 6 * 60_000,
    async check({ read }) {
      const found = await read(file);
      if (found === undefined) return needed('the gateway has no limits');
      if (found.text !== text) return needed('the gateway has other limits');
      if (!(await read(unit)).dropInPaths.includes(layout.dropInPath))
        return needed('systemd has not read the limits yet');
      return satisfied('the limits are set');
    },
    async apply({ changeOk }) {
      const folder = layout.dropInPath.slice(0, layout.dropInPath.lastIndexOf('/'));
      const write = writeFileCommand(layout.dropInPath, text, { ...asUser, mode: '0644' });
      await changeOk('Making the folder of the unit', changeScript('mkdir -p "$1"', [folder], asUser));
      await changeOk('Writing the limits', write.command, { input: write.input });
      await changeOk('Loading the limits', changeScript(RELOAD, [layout.unit, OOM_SCORE], asUser));
    },
  };
}

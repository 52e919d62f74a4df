import { z } from 'zod';
import { AppError } from '../../../shared/app-error.ts';
import { suspensionSchema, type Suspension } from '../../../shared/model/guard.ts';
import { instanceIdSchema, type InstanceId } from '../../../shared/model/ids.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { fact, type Fact } from '../../facts/fact.ts';
import { fileFact } from '../../facts/file.ts';
import { userUnitFact } from '../../facts/unit.ts';
import { changeScript, queryScript } from '../../host/command.ts';
import { parseFile, readFileCommand, writeFileCommand } from '../../host/files.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import type { Step } from '../step.ts';

const markSchema = z.strictObject({
  v: z.literal(1),
  instance: instanceIdSchema,
  /** Who suspended it, as the audit log names people. */
  who: z.string(),
  ...suspensionSchema.shape,
});
/** What a server says of an instance that stands still. */
export type SuspensionMark = z.infer<typeof markSchema>;

export function suspensionMarkFact(layout: ServerLayout): Fact<SuspensionMark | undefined> {
  const path = layout.suspendedMark;
  return fact(`suspension ${path}`, readFileCommand(path, { runAs: 'root' }), (result) => {
    const text = parseFile(result);
    if (text === undefined) return undefined;
    try {
      return markSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new AppError('state.corrupt', {
        message: `${path} on the server cannot be read.`,
        hint: 'Look at the file; remove it when it is broken.',
        cause,
      });
    }
  });
}

/**
 * A unit file in an account's own folder cannot be masked: the mask would lie where the file does. This drop-in lies with root
 * instead, out of the account's reach, and lets no service manager of that account start the unit: by hand, by its timers, after
 * a restart of the manager or of the machine. Units of that name of other accounts are not concerned. Pure.
 */
export function formatGate({ user }: Pick<ServerLayout, 'user'>): string {
  return `# Written by Hardshell: this gateway is suspended until it is resumed.\n[Unit]\nConditionUser=!${user}\n`;
}

/*
 * Twice: what was being started while the first round went through its processes is stopped by the second one. A unit that does
 * not run has nothing to stop. $1 unit
 */
const FREEZE = `for round in 1 2; do
systemctl --user kill --signal=SIGSTOP -- "$1" 2>/dev/null || ! systemctl --user --quiet is-active -- "$1" 2>/dev/null || exit 1
done`;

/** Stops every process of the gateway where it stands. */
export function freezeCommand({ user, unit }: ServerLayout): ReturnType<typeof changeScript> {
  return changeScript(FREEZE, [unit], { runAs: { user } });
}

/*
 * Killed as it stands: asked to end, it would be woken for that, and would go on with what it does for minutes. The order to
 * stop comes after, for a unit that is about to be started again. $1 unit
 */
const END = `systemctl --user daemon-reload || exit 1
systemctl --user kill --signal=SIGKILL -- "$1" 2>/dev/null || :
systemctl --user stop -- "$1" || exit 1
systemctl --user reset-failed -- "$1" 2>/dev/null || :`;

/** The gateway ended where it stands, and a drop-in that keeps it down. */
export function suspendStep(layout: ServerLayout, id: InstanceId, who: string, suspension: Suspension): Step {
  const mark: SuspensionMark = { v: 1, instance: id, who, ...suspension };
  const found = suspensionMarkFact(layout);
  const gate = fileFact(layout.suspendedGate);
  const unit = userUnitFact(layout.user, layout.unit);
  const gateText = formatGate(layout);
  return {
    id: 'suspend',
    title: 'End the gateway, and keep it down until it is resumed',
    facts: [found, gate, unit],
    timeoutMs: 2 * 60_000,
    async check({ read }) {
      const { activeState, loadState, dropInPaths } = await read(unit);
      if (activeState !== 'inactive' && activeState !== 'failed')
        return needed(`the gateway is ${activeState}`, 'restart');
      if ((await read(gate))?.text !== gateText) return needed('the gateway would be started again');
      if (loadState === 'loaded' && !dropInPaths.includes(layout.suspendedGate))
        return needed('systemd has not read yet that the gateway stays down');
      const there = await read(found);
      const isSame = there?.because === mark.because && there.at === mark.at && there.instance === mark.instance;
      return isSame ? satisfied('the gateway is suspended') : needed('the server does not say yet why it stands still');
    },
    async apply({ read, changeOk }) {
      const { loadState } = await read(unit);
      const asRoot = { runAs: 'root', mode: '0644' } as const;
      const says = writeFileCommand(layout.suspendedMark, `${JSON.stringify(mark)}\n`, asRoot);
      await changeOk('Marking the gateway as suspended', says.command, { input: says.input });
      const folder = layout.suspendedGate.slice(0, layout.suspendedGate.lastIndexOf('/'));
      await changeOk(
        'Making the folder of the unit',
        changeScript('umask 022; mkdir -p -- "$1"', [folder], { runAs: 'root' }),
      );
      const closes = writeFileCommand(layout.suspendedGate, gateText, asRoot);
      await changeOk('Keeping the gateway down', closes.command, { input: closes.input });
      if (loadState === 'no-manager') return;
      await changeOk('Ending the gateway', changeScript(END, [layout.unit], { runAs: { user: layout.user } }));
    },
  };
}

const UNMARK = `rm -f -- "$1" "$2"; rmdir -- "\${2%/*}" 2>/dev/null || :`;

/* What is only frozen, because suspending it was cut short, goes on. $1 unit */
const START = `systemctl --user daemon-reload || exit 1
systemctl --user kill --signal=SIGCONT -- "$1" 2>/dev/null || :
systemctl --user reset-failed -- "$1" 2>/dev/null || :
exec systemctl --user start -- "$1"`;

/** Exactly what suspending did is undone, and the gateway is started. */
export function resumeStep(layout: ServerLayout): Step {
  const found = suspensionMarkFact(layout);
  const gate = fileFact(layout.suspendedGate);
  const unit = userUnitFact(layout.user, layout.unit);
  const frozen = frozenFact(layout);
  return {
    id: 'resume',
    title: 'Let the gateway run again',
    facts: [found, gate, unit, frozen],
    timeoutMs: 2 * 60_000,
    async check({ read }) {
      const mark = await read(found);
      if (mark !== undefined) return needed(`it is suspended: ${mark.because}`);
      if ((await read(gate)) !== undefined) return needed('the gateway is kept down');
      const { activeState, loadState } = await read(unit);
      if (loadState !== 'loaded') return satisfied('there is no gateway service: deploying makes it anew');
      if (await read(frozen)) return needed('the gateway is frozen');
      const isUp = activeState === 'active' || activeState === 'activating' || activeState === 'reloading';
      return isUp ? satisfied('the gateway is not suspended') : needed(`the gateway is ${activeState}`);
    },
    async apply({ read, changeOk }) {
      const { loadState } = await read(unit);
      await changeOk(
        'Taking the marks of the suspension away',
        changeScript(UNMARK, [layout.suspendedMark, layout.suspendedGate], { runAs: 'root' }),
      );
      if (loadState !== 'loaded') return;
      await changeOk('Starting the gateway', changeScript(START, [layout.unit], { runAs: { user: layout.user } }));
    },
  };
}

/* The third field of stat, after the name of the program in parentheses: T where it is stopped. $1 unit */
const IS_FROZEN = `pid=$(systemctl --user show -p MainPID --value -- "$1" 2>/dev/null) || exit 0
[ "\${pid:-0}" -gt 0 ] || exit 0
sed 's/.*) //; s/ .*//' "/proc/$pid/stat" 2>/dev/null || :`;

/** Whether the gateway's main process was stopped where it stands. */
function frozenFact({ user, unit }: ServerLayout): Fact<boolean> {
  return fact(
    `frozen ${user} ${unit}`,
    queryScript(IS_FROZEN, [unit], { runAs: { user } }),
    ({ stdout }) => stdout.trim() === 'T',
  );
}

import { needed, satisfied } from '../../../shared/model/run.ts';
import { userUnitFact, type UnitState } from '../../facts/unit.ts';
import { changeScript } from '../../host/command.ts';
import { serverEnvironment, type ServerLayout } from '../../openclaw/server-layout.ts';
import type { Step } from '../step.ts';

/** Why the unit is not as it should be; undefined where it is. Pure. */
export function describeUnitFault(
  unit: UnitState,
  layout: ServerLayout,
  port: number,
): { readonly because: string; readonly fix: 'install' | 'start' } | undefined {
  if (unit.loadState !== 'loaded') return { because: 'the gateway is not a service yet', fix: 'install' };
  const { execStart } = unit;
  if (!execStart.includes(`${layout.nodeDir}/`) || !execStart.includes(`${layout.packageDir}/`))
    return { because: 'the service points to another Node.js or OpenClaw', fix: 'install' };
  if (!new RegExp(`--port[ =]${String(port)}(?![0-9])`).test(execStart))
    return { because: `the service does not use port ${String(port)}`, fix: 'install' };
  if (unit.unitFileState !== 'enabled')
    return { because: 'the service would not come up with the server', fix: 'install' };
  if (unit.activeState !== 'active' && unit.activeState !== 'activating')
    return { because: `the service is ${unit.activeState}`, fix: 'start' };
  return undefined;
}

/*
 * OpenClaw takes a drop-in without its unit for somebody else's work and refuses: ours, left from an earlier unit, goes first and
 * comes back with the limits. $1 node, $2 openclaw, $3 port, $4 folder of drop-ins to remove or nothing
 */
const INSTALL = `set -eu
if [ -n "$4" ] && [ -e "$4/hardshell.conf" ]; then rm -f "$4/hardshell.conf"; rmdir "$4" 2>/dev/null || :; systemctl --user daemon-reload; fi
"$1" "$2" gateway install --force --json --port "$3"`;

/** The systemd user unit as OpenClaw itself writes it: loaded, enabled, with our paths, running. */
export function gatewayServiceStep(layout: ServerLayout, port: number): Step {
  const unit = userUnitFact(layout.user, layout.unit);
  const dropIns = layout.dropInPath.slice(0, layout.dropInPath.lastIndexOf('/'));
  const asUser = { runAs: { user: layout.user }, env: serverEnvironment(layout) } as const;
  return {
    id: 'service',
    title: 'Install and start the gateway service',
    facts: [unit],
    timeoutMs: 3 * 60_000,
    async check({ read }) {
      const found = await read(unit);
      const fault = describeUnitFault(found, layout, port);
      if (fault === undefined) return satisfied('the service is installed and runs');
      return needed(fault.because, found.activeState === 'active' ? 'restart' : 'safe');
    },
    async apply({ read, changeOk }) {
      const found = await read(unit);
      if (describeUnitFault(found, layout, port)?.fix === 'install') {
        const words = [layout.node, layout.openclaw, port, found.loadState === 'loaded' ? '' : dropIns];
        await changeOk('Installing the gateway service', changeScript(INSTALL, words, { ...asUser, slow: true }));
      }
      const fault = describeUnitFault(await read(unit), layout, port);
      if (fault?.fix === 'start') {
        await changeOk(
          'Starting the gateway',
          changeScript(
            'systemctl --user reset-failed "$1" 2>/dev/null; systemctl --user start "$1"',
            [layout.unit],
            asUser,
          ),
        );
      }
    },
  };
}

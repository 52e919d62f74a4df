import type { Finding } from '../api.ts';
import { findOpenListeners, findSshPorts, type Firewall } from '../facts/firewall.ts';
import type { Listener } from '../facts/listeners.ts';
import { fix, formatList, ok, warn } from './finding.ts';

const FIREWALL = { id: 'firewall', title: 'Firewall' };

export interface FirewallJudgement {
  readonly finding: Finding;
  /** Ports of sshd that ufw has to let in, where it is to be switched on. */
  readonly sshPorts: readonly number[] | undefined;
}

/** Pure. `isWanted`: the person asked for ufw. */
export function judgeFirewall(
  firewall: Firewall,
  listeners: readonly Listener[],
  isWanted: boolean,
): FirewallJudgement {
  const only = (finding: Finding): FirewallJudgement => ({ finding, sshPorts: undefined });
  if (firewall.ufw.isActive) return only(ok(FIREWALL, 'ufw is on.'));
  if (firewall.other !== undefined) return only(ok(FIREWALL, `${firewall.other} is at work; ufw is not added to it.`));
  if (!isWanted) {
    const because =
      'This server has no firewall. OpenClaw itself listens only inside; what else runs here is open to everybody';
    return only(
      firewall.hasPublicAddress
        ? warn(FIREWALL, `${because}. A deployment can switch ufw on.`)
        : ok(FIREWALL, 'None, and no public address.'),
    );
  }
  const sshPorts = findSshPorts(listeners, firewall);
  if (sshPorts.length === 0) {
    return only(
      warn(
        FIREWALL,
        'ufw is left off: on which port sshd listens could not be found out, and a guess could lock you out.',
      ),
    );
  }
  const open = findOpenListeners(listeners, sshPorts);
  const names = [
    ...new Set(open.map(({ process, port, protocol }) => `${process ?? 'something'} (${String(port)}/${protocol})`)),
  ];
  const shut = names.length === 0 ? '' : ` From outside, these will not be reachable any more: ${formatList(names)}.`;
  const ports = formatList(sshPorts.map(String));
  return { finding: fix(FIREWALL, `ufw is switched on and lets in SSH (port ${ports}).${shut}`), sshPorts };
}

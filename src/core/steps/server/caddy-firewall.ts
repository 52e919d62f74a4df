import { needed, satisfied } from '../../../shared/model/run.ts';
import { firewallFact } from '../../facts/firewall.ts';
import { changeScript } from '../../host/command.ts';
import type { Step } from '../step.ts';

const PORTS = [80, 443] as const;
/** In ufw's own file a comment stands in hexadecimal digits. */
const MARK = 'hardshell visitors';

const LET_IN = `set -eu
PATH=$PATH:/usr/sbin:/sbin
ufw allow 80,443/tcp comment "$1"`;

const SHUT = `set -eu
PATH=$PATH:/usr/sbin:/sbin
ufw delete allow 80,443/tcp`;

/** @param wantsUfw whether the same plan switches ufw on later */
export function caddyFirewallStep(wantsUfw: boolean): Step {
  const firewall = firewallFact();
  return {
    id: 'visitors',
    title: 'Let visitors through the firewall (ports 80 and 443)',
    facts: [firewall],
    timeoutMs: 60_000,
    async check({ read }) {
      const { ufw } = await read(firewall);
      if (!ufw.isInstalled || (!ufw.isActive && !wantsUfw)) return satisfied('no ufw is at work');
      return PORTS.every((port) => letsIn(ufw.rules, port))
        ? satisfied('ufw lets them in')
        : needed('ufw keeps them out');
    },
    async apply({ changeOk }) {
      await changeOk('Opening ports 80 and 443', changeScript(LET_IN, [MARK], { runAs: 'root', env: { LC_ALL: 'C' } }));
    },
  };
}

/** Takes our own rule away; one that a person made stays. */
export function absentFirewallRuleStep(): Step {
  const firewall = firewallFact();
  return {
    id: 'visitors',
    title: 'Shut visitors out (ports 80 and 443)',
    facts: [firewall],
    timeoutMs: 60_000,
    async check({ read }) {
      const { ufw } = await read(firewall);
      return ufw.rules.some(isOurs)
        ? needed('ufw has a rule of Hardshell for them')
        : satisfied('there is no rule of ours');
    },
    async apply({ changeOk }) {
      await changeOk('Closing ports 80 and 443', changeScript(SHUT, [], { runAs: 'root', env: { LC_ALL: 'C' } }));
    },
  };
}

function isOurs(rule: string): boolean {
  return rule.includes(`comment=${Buffer.from(MARK).toString('hex')}`);
}

/** `allow tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 in`: action, protocol, ports, to, source ports, from. Pure. */
export function letsIn(rules: readonly string[], port: number): boolean {
  return rules.some((rule) => {
    const [action = '', protocol, ports = '', , sourcePorts, from] = rule.split(/\s+/);
    if (!/^(?:allow|limit)$/.test(action) || (protocol !== 'tcp' && protocol !== 'any')) return false;
    if (sourcePorts !== 'any' || from !== '0.0.0.0/0') return false;
    return ports === 'any' || ports.split(',').some((part) => isWithin(port, part));
  });
}

function isWithin(port: number, part: string): boolean {
  const [first, last] = part.split(':').map(Number);
  return first !== undefined && port >= first && port <= (last ?? first);
}

import type { Instance } from '../../../shared/model/instance.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { fileFact } from '../../facts/file.ts';
import { firewallFact } from '../../facts/firewall.ts';
import { folderFact } from '../../facts/folder.ts';
import { isLoopback, listenersFact, type Listener } from '../../facts/listeners.ts';
import { changeScript } from '../../host/command.ts';
import { CADDY_DIR, CADDYFILE, layoutCaddyFiles } from '../../ingress/caddy-layout.ts';
import { hasSites } from '../../ingress/caddyfile.ts';
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

/** Takes our own rule away; one that a person made stays, and ours too where others have come to need it. */
export function absentFirewallRuleStep(instance: Pick<Instance, 'id' | 'name'>): Step {
  const firewall = firewallFact();
  const listeners = listenersFact();
  const folder = folderFact(CADDY_DIR);
  const caddyfile = fileFact(CADDYFILE);
  return {
    id: 'visitors',
    title: 'Shut visitors out (ports 80 and 443)',
    facts: [firewall, listeners, folder, caddyfile],
    timeoutMs: 60_000,
    async check({ read }) {
      const { ufw } = await read(firewall);
      if (!ufw.rules.some(isOurs)) return satisfied('there is no rule of ours');
      const others = findOthers(
        { listeners: await read(listeners), files: await read(folder), caddyfile: (await read(caddyfile))?.text },
        layoutCaddyFiles(instance).site,
      );
      return others === undefined
        ? needed('ufw has a rule of Hardshell for them')
        : satisfied(`the rule stays: ${others}`);
    },
    async apply({ changeOk }) {
      await changeOk('Closing ports 80 and 443', changeScript(SHUT, [], { runAs: 'root', env: { LC_ALL: 'C' } }));
    },
  };
}

export interface PortUse {
  readonly listeners: readonly Listener[];
  /** Of all instances in Caddy. */
  readonly files: readonly string[];
  readonly caddyfile: string | undefined;
}

/** What else visitors come for than the instance with this site; undefined: nothing. Pure. */
export function findOthers({ listeners, files, caddyfile }: PortUse, ownSite: string): string | undefined {
  // That Caddy listens says nothing: it is our own site until that is taken out.
  const other = listeners.find(
    ({ protocol, address, port, process }) =>
      protocol === 'tcp' && PORTS.some((one) => one === port) && !isLoopback(address) && process !== 'caddy',
  );
  if (other !== undefined) return `${other.process ?? 'another program'} serves port ${String(other.port)}`;
  if (files.some((path) => path.endsWith('.caddy') && path !== ownSite)) return 'Caddy serves other instances';
  return hasSites(caddyfile ?? '') ? `${CADDYFILE} has other sites` : undefined;
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

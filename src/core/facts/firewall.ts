import { queryScript } from '../host/command.ts';
import { parseCount, parseKeyValues, unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';
import { isLoopback, type Listener } from './listeners.ts';

export interface Firewall {
  readonly ufw: {
    readonly isInstalled: boolean;
    /** Switched on, and its rules are loaded. */
    readonly isActive: boolean;
    /** What its own rules let in, as it stores them: `allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in`. */
    readonly rules: readonly string[];
  };
  /** Another one that is at work: `firewalld`, `nftables`, `iptables`. */
  readonly other: string | undefined;
  /** Whether an address of the machine itself is one of the public internet. */
  readonly hasPublicAddress: boolean;
  /** Ports for which systemd starts sshd when somebody knocks (`ssh.socket`). */
  readonly socketPorts: readonly number[];
}

/*
 * ufw's own `status` takes a fifth of a second of Python; its files and the loaded chain say the same. `nft list chains`
 * prints no rules, of which there may be thousands.
 */
const SCRIPT = `PATH=$PATH:/usr/sbin:/sbin
if command -v ufw >/dev/null 2>&1; then
  echo ufw=yes
  grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf 2>/dev/null && iptables -S ufw-user-input >/dev/null 2>&1 && echo ufw_active=yes
  sed -n 's/^### tuple ### /rule=/p' /etc/ufw/user.rules /etc/ufw/user6.rules 2>/dev/null
fi
if [ -d /run/systemd/system ]; then
  systemctl is-active --quiet firewalld.service && echo other=firewalld
  systemctl show ssh.socket sshd.socket --property=Listen,ActiveState 2>/dev/null | while IFS= read -r l; do
    case $l in Listen=*) p=$l ;; ActiveState=active) echo "socket \${p#Listen=}" ;; ActiveState=*) p= ;; esac
  done
fi
i=$(iptables -S INPUT 2>/dev/null) && echo "$i" | head -n 60 | sed 's/^/iptables /'
nft list chains 2>/dev/null | grep 'hook input' | sed 's/^[[:space:]]*/nft /'
{ ip -o addr show scope global 2>/dev/null || hostname -I 2>/dev/null | tr ' ' '\\n' | sed 's/^/inet /'; } | grep -oE 'inet6? [0-9a-fA-F.:]+' | sed 's/ /_address=/'
echo end=yes`;

export function firewallFact(): Fact<Firewall> {
  return fact('firewall', queryScript(SCRIPT, [], { runAs: 'root', env: { LC_ALL: 'C' } }), (result) => {
    if (!parseKeyValues(result.stdout).has('end')) throw unreadable('its firewall', result);
    return parseFirewall(result.stdout);
  });
}

/** Pure. */
export function parseFirewall(text: string): Firewall {
  const values = parseKeyValues(text);
  const lines = (name: string): string[] =>
    [...text.matchAll(new RegExp(`^${name}[= ](.*)$`, 'gm'))].map(([, value = '']) => value.trim());
  const isUfwActive = values.get('ufw_active') === 'yes';
  return {
    ufw: { isInstalled: values.get('ufw') === 'yes', isActive: isUfwActive, rules: [...new Set(lines('rule'))] },
    other: isUfwActive ? undefined : (values.get('other') ?? parseRules(lines('iptables'), lines('nft'))),
    hasPublicAddress: [...lines('inet_address'), ...lines('inet6_address')].some(isPublicAddress),
    socketPorts: [...new Set(lines('socket').flatMap(parseSocketPorts))],
  };
}

/** What falls through is dropped: by the chain's policy, or by a last rule that holds for everything. */
function parseRules(iptables: readonly string[], nft: readonly string[]): string | undefined {
  const closes = iptables.some((rule) => rule === '-P INPUT DROP' || /^-A INPUT -j (?:DROP|REJECT)\b/.test(rule));
  if (closes) return 'iptables';
  return nft.some((chain) => /policy drop/.test(chain)) ? 'nftables' : undefined;
}

/** `[::]:22 (Stream)`, `0.0.0.0:2222 (Stream) [::]:2222 (Stream)`: streams that others can reach. */
function parseSocketPorts(listen: string): number[] {
  return [...listen.matchAll(/(\S+):(\d+) \(Stream\)/g)]
    .filter(([, address = '']) => !isLoopback(address.replace(/^\[|\]$/g, '')))
    .map(([, , port]) => Number(port));
}

/** Whether the whole internet can route to this address. Pure. */
export function isPublicAddress(address: string): boolean {
  if (address.includes(':')) return /^[23]/.test(address) && !/^2001:0?db8:/i.test(address);
  const bytes = address.split('.').map((byte) => parseCount(byte) ?? -1);
  const [a = -1, b = -1] = bytes;
  if (bytes.length !== 4 || bytes.some((byte) => byte < 0 || byte > 255)) return false;
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 100 && b >= 64 && b < 128) return false;
  if (a === 169 && b === 254) return false;
  if (a === 172 && b >= 16 && b < 32) return false;
  return !(a === 192 && b === 168);
}

/**
 * The ports at which people really reach sshd, by what listens and not by what sshd_config says. What one login has opened
 * through sshd (a forward back, an X display) belongs to that login and is none of them. Pure.
 */
export function findSshPorts(
  listeners: readonly Listener[],
  firewall: Pick<Firewall, 'socketPorts'>,
): readonly number[] {
  const ports = listeners
    .filter(
      ({ protocol, address, process, isUserUnit }) =>
        protocol === 'tcp' && !isLoopback(address) && !isUserUnit && /^(?:sshd|dropbear|tinysshd)$/.test(process ?? ''),
    )
    .map(({ port }) => port);
  return [...new Set([...ports, ...firewall.socketPorts])].sort((a, b) => a - b);
}

/** What others could reach until now and a firewall that lets in only SSH would shut off. Pure. */
export function findOpenListeners(listeners: readonly Listener[], sshPorts: readonly number[]): readonly Listener[] {
  return listeners.filter(
    // A client of DHCP or NTP also shows as listening; it needs no way in.
    ({ protocol, address, port }) =>
      !isLoopback(address) &&
      !(protocol === 'tcp' && sshPorts.includes(port)) &&
      !(protocol === 'udp' && [68, 123, 323, 546, 5353].includes(port)),
  );
}

import { queryScript } from '../host/command.ts';
import { unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';

/** A program that waits for connections. What the machine did not say is undefined. */
export interface Listener {
  readonly protocol: 'tcp' | 'udp';
  /** Without brackets: `127.0.0.1`, `::1`, `0.0.0.0`, `::`, `*` (both). */
  readonly address: string;
  readonly port: number;
  readonly pid: number | undefined;
  /** `nginx` */
  readonly process: string | undefined;
  /** The account it runs as. */
  readonly user: string | undefined;
  /** The systemd unit it belongs to: `nginx.service`, `openclaw-gateway.service`. */
  readonly unit: string | undefined;
  /** Belongs to an account's own service manager, or to its login session. */
  readonly isUserUnit: boolean;
  /** Id of the container it runs in, shortened as docker shows it. */
  readonly container: string | undefined;
}

/*
 * `ss` where there is one. Else the kernel's tables, and whose they are by the sockets that processes hold open: the slow
 * way, needed on the smallest systems. Then who those processes are, and where the
 * machine itself begins (process 1). `S` lines are ss's, `K` lines the kernel's, `F` lines
 * say which process holds which socket, `P` lines who a process is.
 */
const SCRIPT = `PATH=$PATH:/usr/sbin:/sbin
ask() { ss -H -$1lnp 2>/dev/null | sed "s/^/S $1 /"; }
if ss -H -tln >/dev/null 2>&1; then
  found=$(ask t; ask u)
  printf '%s\\n' "$found"
  pids=$(printf '%s\\n' "$found" | grep -o 'pid=[0-9]*' | sort -u | cut -d= -f2)
else
  inodes=
  for t in tcp tcp6 udp udp6; do
    case $t in tcp*) listening=0A ;; *) listening=07 ;; esac
    while read -r _ local _ state _ _ _ _ _ inode _; do
      [ "$state" = $listening ] || continue
      echo "K $t $local $inode"
      inodes="$inodes -e socket:.$inode]"
    done <"/proc/net/$t"
  done 2>/dev/null
  pids=
  if [ -n "$inodes" ]; then
    pid=
    holders=$(ls -l /proc/[0-9]*/fd 2>/dev/null | grep -e '^/proc/' $inodes | while read -r line; do
      case $line in
        /proc/*) pid=\${line#/proc/}; pid=\${pid%%/*} ;;
        *) i=\${line##*:?}; echo "F \${i%]} $pid" ;;
      esac
    done | sort -u)
    printf '%s\\n' "$holders"
    pids=$(printf '%s\\n' "$holders" | cut -d' ' -f3 | sort -u)
  fi
fi
for pid in 1 $pids; do
  read -r comm <"/proc/$pid/comm" || continue
  group=
  while IFS= read -r line; do
    case $line in 0::/?*) [ -n "$group" ] || group=$line ;; *:name=systemd:*) group=$line ;; esac
  done <"/proc/$pid/cgroup"
  echo "P $pid $(stat -c %U "/proc/$pid") $comm|$group"
done 2>/dev/null
echo end`;

/** Everything that listens on the machine. */
export function listenersFact(): Fact<readonly Listener[]> {
  return fact('listeners', queryScript(SCRIPT, [], { runAs: 'root', env: { LC_ALL: 'C' } }), (result) => {
    if (!/^end$/m.test(result.stdout)) throw unreadable('its open ports', result);
    return parseListeners(result.stdout);
  });
}

interface Owner {
  readonly user: string;
  readonly process: string;
  readonly group: string;
}

/** Pure. A socket that several processes share is one listener: that of its first process which is not process 1. */
export function parseListeners(text: string): readonly Listener[] {
  const owners = new Map<number, Owner>();
  const holders = new Map<string, number[]>();
  for (const line of text.split('\n')) {
    const [, pid, user = '', process = '', group = ''] = /^P (\d+) (\S+) (.*?)\|(.*)$/.exec(line) ?? [];
    if (pid !== undefined) owners.set(Number(pid), { user, process, group });
    const [, inode, holder] = /^F (\d+) (\d+)$/.exec(line) ?? [];
    if (inode !== undefined) holders.set(inode, [...(holders.get(inode) ?? []), Number(holder)]);
  }
  const found = new Map<string, Listener>();
  const self = owners.get(1)?.group;
  for (const line of text.split('\n')) {
    const socket = parseSsLine(line) ?? parseKernelLine(line, holders);
    if (socket === undefined) continue;
    const pid = socket.pids.find((one) => one !== 1) ?? socket.pids[0];
    const owner = pid === undefined ? undefined : owners.get(pid);
    const place = owner === undefined ? undefined : parseControlGroup(owner.group, self);
    const { protocol, address, port } = socket;
    found.set(`${protocol} ${address} ${String(port)} ${String(pid ?? '')}`, {
      protocol,
      address,
      port,
      pid,
      process: owner?.process ?? (pid === undefined ? undefined : socket.name),
      user: owner?.user,
      unit: place?.unit,
      isUserUnit: place?.isUserUnit ?? false,
      container: place?.container,
    });
  }
  return [...found.values()];
}

interface Socket {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  readonly pids: readonly number[];
  readonly name: string | undefined;
}

/** `S t LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=40,fd=3))`; udp says UNCONN. */
function parseSsLine(line: string): Socket | undefined {
  const match = /^S ([tu]) \S+\s+\d+\s+\d+\s+(\S+):(\d+)\s+\S+(?:\s+(.*))?$/.exec(line);
  if (match === null) return undefined;
  const [, protocol, address = '', port, users = ''] = match;
  return {
    protocol: protocol === 't' ? 'tcp' : 'udp',
    // An interface may stand behind the address (`[fe80::1]%eth0`, `127.0.0.53%lo`).
    address: address.replace(/%.*$/, '').replace(/^\[|\]$/g, ''),
    port: Number(port),
    pids: [...users.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid)),
    name: /\(\("([^"]*)"/.exec(users)?.[1],
  };
}

/** `K tcp 0100007F:4965 12345`: numbers in the byte order of the machine, four bytes at a time. */
function parseKernelLine(line: string, holders: ReadonlyMap<string, readonly number[]>): Socket | undefined {
  const match = /^K (tcp|udp)6? ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) (\d+)$/.exec(line);
  if (match === null) return undefined;
  const [, protocol, address = '', port = '', inode = ''] = match;
  return {
    protocol: protocol === 'tcp' ? 'tcp' : 'udp',
    address: formatKernelAddress(address),
    port: Number.parseInt(port, 16),
    pids: holders.get(inode) ?? [],
    name: undefined,
  };
}

/** Every machine that we deploy to is little-endian: the bytes of each group of four stand backwards. */
function formatKernelAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  const numbers = bytes.map((byte) => Number.parseInt(byte, 16));
  if (numbers.length === 4) return numbers.join('.');
  const pairs = (bytes.join('').match(/.{4}/g) ?? []).map((pair) => Number.parseInt(pair, 16));
  if (pairs.slice(0, 5).every((pair) => pair === 0) && pairs[5] === 0xffff) return numbers.slice(12).join('.');
  // The way everybody writes it, `::` and all, is what the URL standard calls the serialisation of a host.
  return new URL(`http://[${pairs.map((pair) => pair.toString(16)).join(':')}]`).hostname.slice(1, -1);
}

/**
 * Which unit, or container, the control group of a process stands for: `0::/system.slice/nginx.service`. Pure.
 * @param self the group of process 1: the machine may itself be a container, and what it is in is none of its containers
 */
export function parseControlGroup(
  line: string,
  self = '',
): { unit: string | undefined; isUserUnit: boolean; container: string | undefined } {
  const own = containerIds(self);
  const parts = line
    .replace(/^\d+:[^:]*:/, '')
    .split('/')
    .filter((part) => part !== '');
  const units = parts.filter((part) => /\.(?:service|scope|socket)$/.test(part));
  const unit = units.findLast((part) => part !== 'init.scope') ?? units.at(-1);
  const id = containerIds(line).findLast((one) => !own.includes(one));
  return {
    unit,
    isUserUnit:
      id === undefined && parts.some((part) => /^user@\d+\.service$/.test(part) || /^session-[^/]+\.scope$/.test(part)),
    container: id?.slice(0, 12),
  };
}

function containerIds(line: string): string[] {
  return line
    .split('/')
    .flatMap((part) => /^(?:docker-|libpod-|cri-containerd-)?([0-9a-f]{64})(?:\.scope)?$/.exec(part)?.[1] ?? []);
}

/** Whether only the machine itself can reach it. Pure. */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}

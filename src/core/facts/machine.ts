import { queryScript } from '../host/command.ts';
import { parseCount, parseKeyValues, unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';

/** What does not change while a machine is up: plans are built on it. */
export interface Machine {
  readonly os: OsRelease;
  /** As `uname -s` writes it: `Linux`. */
  readonly kernelName: string;
  readonly kernel: string;
  /** As `uname -m` writes it: `x86_64`, `aarch64`, `armv7l`. */
  readonly arch: string;
  /** Of the programs, not of the kernel: a 64-bit kernel can carry a 32-bit system. */
  readonly wordBits: 32 | 64;
  readonly libc:
    { readonly kind: 'glibc'; readonly version: string } | { readonly kind: 'musl' } | { readonly kind: 'unknown' };
  /** What it runs in, as `systemd-detect-virt` names it: `kvm`, `lxc`, `openvz`, `docker`, `none`. */
  readonly virtualisation: string;
  /** Shares its kernel with others: swap and kernel settings are not its own. */
  readonly isContainer: boolean;
  readonly init: Init;
}

export interface OsRelease {
  /** `debian`, `ubuntu`, `fedora`, `alpine`; `linux` where the machine does not say. */
  readonly id: string;
  /** What it is like, nearest first: `['debian']`. */
  readonly idLike: readonly string[];
  /** `12`, `24.04`; undefined for rolling releases. */
  readonly versionId: string | undefined;
  readonly prettyName: string;
}

export interface Init {
  /** Name of process 1: `systemd`, `init`, `tini`. */
  readonly name: string;
  readonly isSystemd: boolean;
  /** `running`, `degraded`, `starting`, `offline`; undefined without systemd. */
  readonly state: string | undefined;
  /** systemd's version; undefined without systemd. */
  readonly version: number | undefined;
}

/*
 * Only `NAME=value` lines of ours come after the marker: os-release is a file of somebody else and may hold any name.
 * A shell that reads /proc/1/environ as another account than root gets nothing, which is an answer too.
 */
const SCRIPT = `cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null
echo; echo '--- machine'
echo "uname=$(uname -s -r -m)"
echo "bits=$(getconf LONG_BIT 2>/dev/null)"
echo "glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null)"
for f in /lib/ld-musl-*; do [ ! -e "$f" ] || echo "musl=$f"; done
read -r comm </proc/1/comm && echo "init=$comm"
v=$(systemd-detect-virt 2>/dev/null) && echo "virt=$v"
c=$(systemd-detect-virt --container 2>/dev/null) && echo "container=$c"
[ -n "$v" ] || {
  [ ! -e /.dockerenv ] || echo container=docker
  [ ! -e /run/.containerenv ] || echo container=podman
  [ ! -e /proc/user_beancounters ] || echo container=openvz
  e=$(tr '\\0' '\\n' </proc/1/environ 2>/dev/null | grep '^container=') && echo "$e"
}
if [ -d /run/systemd/system ]; then
  echo "state=$(systemctl is-system-running 2>/dev/null)"
  echo "systemd=$(systemctl --version 2>/dev/null | head -n 1)"
fi
:`;

export function machineFact(): Fact<Machine> {
  return fact('machine', queryScript(SCRIPT, [], { runAs: 'root', env: { LC_ALL: 'C' } }), (result) => {
    const machine = parseMachine(result.stdout);
    if (machine === undefined) throw unreadable('itself', result);
    return machine;
  });
}

/** Undefined where not even `uname` has answered. Pure. */
export function parseMachine(text: string): Machine | undefined {
  const [release = '', facts = ''] = text.split(/^--- machine$/m);
  const values = parseKeyValues(facts);
  const [kernelName, kernel, arch] = (values.get('uname') ?? '').split(' ');
  if (kernelName === undefined || kernelName === '' || kernel === undefined || arch === undefined) return undefined;
  const isSystemd = values.has('state');
  const virt = values.get('virt');
  const container = values.get('container');
  return {
    os: parseOsRelease(release),
    kernelName,
    kernel,
    arch,
    wordBits:
      values.get('bits') === '32' || (values.get('bits') === '' && /^(armv[67]l|i[3-6]86)$/.test(arch)) ? 32 : 64,
    libc: parseLibc(values.get('glibc'), values.has('musl')),
    virtualisation: virt ?? container ?? 'none',
    isContainer: container !== undefined,
    init: {
      name: values.get('init') ?? '',
      isSystemd,
      state: isSystemd ? (values.get('state') ?? '') : undefined,
      version: isSystemd ? parseCount(/^systemd (\d+)/.exec(values.get('systemd') ?? '')?.[1]) : undefined,
    },
  };
}

function parseLibc(glibc: string | undefined, hasMusl: boolean): Machine['libc'] {
  const version = /^glibc (\d+\.\d+)/.exec(glibc ?? '')?.[1];
  // musl may be installed beside glibc; only where glibc does not answer is it the system's own.
  if (version !== undefined) return { kind: 'glibc', version };
  return { kind: hasMusl ? 'musl' : 'unknown' };
}

/** The file's quoting is the shell's: double or single quotes, `\` before `"`, `$`, `` ` `` and `\`. Pure. */
export function parseOsRelease(text: string): OsRelease {
  const values = new Map([...parseKeyValues(text)].map(([name, value]) => [name, unquote(value.trim())]));
  const id = values.get('ID') || 'linux';
  const versionId = values.get('VERSION_ID');
  return {
    id: id.toLowerCase(),
    idLike: (values.get('ID_LIKE') ?? '')
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== ''),
    versionId: versionId === '' ? undefined : versionId,
    prettyName: values.get('PRETTY_NAME') || values.get('NAME') || id,
  };
}

function unquote(word: string): string {
  const quote = word[0];
  if ((quote !== '"' && quote !== "'") || word.length < 2 || !word.endsWith(quote)) return word;
  const inner = word.slice(1, -1);
  return quote === '"' ? inner.replace(/\\(["$`\\])/g, '$1') : inner;
}

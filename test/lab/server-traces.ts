import JSON5 from 'json5';
import { serverLayout as layout } from '../../src/core/openclaw/server-layout.ts';
import type { LabServer } from './server.ts';

/*
 * What nobody should find when no run is at work. node_modules are left out: forty thousand files, none of them ours.
 */
const LEFTOVERS = `own=$1
find / -xdev \\( -path /proc -o -path /sys -o -path /run -o -name node_modules -o -name _cacache \\) -prune -o \\( \\
  -name '.staging.*' -o -name '.retired.*' -o -name 'node.new.*' -o -name 'node.old.*' -o -name '.hardshell.*' \\
  -o -name '.hardshell-config.*' -o -name lease.new \\) -print
for f in "$own/lease" "$own"/groups/*; do [ ! -e "$f" ] || echo "$f"; done`;

/** Paths that a run which is over should have taken away: half files, staging folders, its lease, its command groups. */
export async function listLeftovers(server: LabServer): Promise<string[]> {
  const { code, stdout, stderr } = await server.exec(['sh', '-c', LEFTOVERS, 'sh', layout.ownDir]);
  if (code !== 0) throw new Error(`The leftovers cannot be listed: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}

/* $1 home, $2 unit, the rest: files, each printed as: path, mode, owner, content in base64. */
const FINGERPRINT = `home=$1 unit=$2 user=$3; shift 3
for f in "$@"; do
  [ -e "$f" ] || { echo "file $f absent"; continue; }
  printf 'file %s %s %s\\n' "$f" "$(stat -c '%a %U:%G' "$f")" "$(base64 -w0 "$f")"
done
list() { for f in "$@"; do [ ! -e "$f" ] || echo "list $f $(ls -A "$f" | sort | tr '\\n' ' ')"; done; }
list "$home/.npm-global" "$home/.npm-global/lib/node_modules" "$home/.npm-global/bin" /opt/hardshell /var/lib/hardshell /var/lib/systemd/linger
find /etc/systemd /usr/local/lib/systemd "$home/.config/systemd" /root/.config/systemd -iname '*openclaw*' 2>/dev/null | sort | sed 's/^/unit /'
find /etc/profile.d /etc/cron.d /etc/sudoers.d -type f | sort | sed 's/^/etc /'
echo "package $(find "$home/.npm-global/lib/node_modules/openclaw" | wc -l) paths"
echo "node $(/opt/hardshell/node/bin/node --version) $(find /opt/hardshell/node | wc -l) paths"
echo "account $(getent passwd "$user")"
systemctl --user -M "$user@" show -p ActiveState,UnitFileState,MemoryHigh,MemoryMax,TasksMax,FragmentPath,DropInPaths "$unit" | sort | sed 's/^/property /'`;

/** What a deployment left on a server, comparable with what another one left on another server. */
export async function readFingerprint(server: LabServer): Promise<Readonly<Record<string, unknown>>> {
  const files = [
    layout.configPath,
    layout.unitPath,
    layout.dropInPath,
    layout.profilePath,
    layout.npmrcPath,
    '/etc/fstab',
  ];
  const words = [layout.home, layout.unit, layout.user, ...files];
  const { code, stdout, stderr } = await server.exec(['sh', '-c', FINGERPRINT, 'sh', ...words]);
  if (code !== 0) throw new Error(`The fingerprint cannot be read: ${stderr}`);
  const found: Record<string, unknown> = {};
  const lists: string[] = [];
  for (const line of stdout.split('\n')) {
    const [, path = '', rest = ''] = /^file (\S+) (.*)$/.exec(line) ?? [];
    if (path === '') lists.push(line);
    else found[path] = describeFile(path, rest);
  }
  return { ...found, rest: lists.filter((line) => line !== '') };
}

function describeFile(path: string, rest: string): unknown {
  const [mode, owner, content] = rest.split(' ');
  if (content === undefined) return rest;
  const text = Buffer.from(content, 'base64').toString();
  return { mode, owner, content: path === layout.configPath ? withoutToken(JSON5.parse(text)) : text };
}

interface ConfigWithToken {
  gateway: { auth: { token: string } };
}

/** Every deployment has a token of its own: all that counts here is that it is one. */
function withoutToken(config: unknown): unknown {
  const { gateway, ...rest } = config as ConfigWithToken;
  const { token, ...auth } = gateway.auth;
  return {
    ...rest,
    gateway: { ...gateway, auth: { ...auth, token: /^[0-9a-f]{64}$/.test(token) ? 'a token' : token } },
  };
}

/** The gateway token of a server, past ssh; undefined where there is none yet. */
export async function readTokenOnServer(server: LabServer): Promise<string | undefined> {
  const { code, stdout } = await server.exec(['cat', layout.configPath]);
  if (code !== 0) return undefined;
  return JSON5.parse<Partial<ConfigWithToken>>(stdout).gateway?.auth.token;
}

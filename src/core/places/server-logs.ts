import { queryScript } from '../host/command.ts';
import { exec } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import { CADDY_UNIT } from '../ingress/caddy-layout.ts';
import type { ServerLayout } from '../openclaw/server-layout.ts';

const LINES = 1000;
const TIMEOUT_MS = 60_000;

/** Named for a bundle: what Caddy said, and what was changed by us on that server. $1 lines, $2 unit of Caddy, $3 audit log */
const SCRIPT = `echo '--- caddy.log'; journalctl --no-pager --no-hostname -n "$1" -u "$2" -o short-iso 2>/dev/null || :
echo '--- audit.log'; tail -n "$1" "$3" 2>/dev/null || :
:`;
/** As the account whose they are: root would follow its links to what it may not read. $1 its state folder */
const OWN_SCRIPT = `echo '--- update.log'; for f in "$1"/logs/update-*.log; do [ ! -f "$f" ] || tail -n 200 "$f"; done 2>/dev/null
:`;

export async function readServerLogs(
  host: Host,
  layout: ServerLayout,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const options = { timeoutMs: TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) };
  const words = [LINES, CADDY_UNIT, layout.auditLog];
  const { stdout: ofRoot } = await exec(host, queryScript(SCRIPT, words, { runAs: 'root' }), options);
  const asUser = { runAs: { user: layout.user } } as const;
  const { stdout: own } = await exec(host, queryScript(OWN_SCRIPT, [layout.stateDir], asUser), options);
  const stdout = `${ofRoot}\n${own}`;
  const parts = stdout.split(/^--- (\w+\.log)\n/m).slice(1);
  const named = parts.flatMap((name, index) => (index % 2 === 0 ? [[name, parts[index + 1] ?? ''] as const] : []));
  return Object.fromEntries(named.filter(([, text]) => text.trim() !== ''));
}

import { AppError } from '../../shared/app-error.ts';
import type { ContainerEngine } from '../container-engine/container-engine.ts';
import { queryScript } from '../host/command.ts';
import type { Host } from '../host/host.ts';
import { PROXY } from '../ingress/docker-proxy.ts';
import { execInside } from '../steps/docker/state-files.ts';
import { READING_END, READING_INTERVAL_S } from './metric-reading.ts';
import { readBlocks } from './server-blocks.ts';
import type { UsageReading } from './usage-reading.ts';

export type RequestCount = Pick<UsageReading, 'requests' | 'problem'>;

/** Lines of at most 16 MiB. */
const COUNT_TIMEOUT_MS = 20_000;

/*
 * The lines of the file `$1`, every `$2` seconds, until its standard input ends. Caddy's account and root
 * alone may read it. It outlives Caddy's restarts, and begins anew when it is full.
 */
export const REQUESTS_SCRIPT = `s=1
while :; do
  [ ! -f "$1" ] || echo "requests $(wc -l <"$1")"
  echo end
  timeout "$s" cat >/dev/null
  [ $? -eq 124 ] || exit 0
  s=$2
done`;

/** What was counted, or why nothing was. Pure. */
export function parseRequests(text: string): RequestCount {
  const lines = /^(?:requests )? *(\d{1,15})\b/m.exec(text)?.[1];
  return lines === undefined ? { problem: uncounted() } : { requests: Number(lines) };
}

/** On a server, until the signal aborts. @throws AppError where the way there breaks */
export async function watchServerRequests(
  host: Host,
  file: string,
  onCount: (count: RequestCount) => void,
  signal: AbortSignal,
): Promise<void> {
  const script = queryScript(REQUESTS_SCRIPT, [file, READING_INTERVAL_S], { runAs: 'root', env: { LC_ALL: 'C' } });
  await readBlocks(host, script, READING_END, (text) => onCount(parseRequests(text)), signal);
}

/** In the proxy of an engine, once. */
export async function countProxyRequests(
  engine: ContainerEngine,
  file: string,
  signal: AbortSignal,
): Promise<RequestCount> {
  const counting = execInside(engine, PROXY, ['wc', '-l', file], { signal, timeoutMs: COUNT_TIMEOUT_MS });
  // No proxy, one that does not run, no file: nobody counts in each case.
  const stdout = await counting.then((result) => (result.code === 0 ? result.stdout : '')).catch(() => '');
  return parseRequests(stdout);
}

function uncounted(): AppError {
  return new AppError('guard.unsupported', {
    message: 'Caddy does not count the requests of this instance, so that their limit is not watched.',
    hint: {
      command:
        'See that Caddy runs, then give the instance its address once more with `hardshell ingress`: that has Caddy count.',
      window:
        'See that Caddy runs, then give the instance its address once more on its Access tab: that has Caddy count.',
    },
  });
}

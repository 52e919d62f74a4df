import { AppError } from '../../../shared/app-error.ts';
import { expectOk, lastLines, type ExecResult } from '../../host/exec.ts';
import { formatCommand } from '../../host/command.ts';

/** Exit codes of our download scripts. */
export const EXIT_INTEGRITY = 65;
export const EXIT_DOWNLOAD = 66;

/** Shell: `fetch URL FILE` downloads by whichever tool there is, or ends the script; with `quick` set it gives up after so many seconds. */
export const FETCH = `fetch() {
  if command -v curl >/dev/null 2>&1; then
    if [ -n "\${quick-}" ]; then set -- "$1" "$2" --max-time "$quick"; else set -- "$1" "$2" --retry 2 --connect-timeout 15 --speed-limit 1000 --speed-time 60; fi
    url=$1 file=$2; shift 2
    curl -fsSL "$@" -o "$file" -- "$url" || exit ${String(EXIT_DOWNLOAD)}
  else
    wget -q --tries=2 --timeout="\${quick:-60}" -O "$2" -- "$1" || exit ${String(EXIT_DOWNLOAD)}
  fi
}`;

/** @throws AppError `download.failed`, `download.integrity`, or what `expectOk` throws */
export function expectDownloaded(result: ExecResult, doing: string): ExecResult {
  if (result.code !== EXIT_DOWNLOAD && result.code !== EXIT_INTEGRITY) return expectOk(result, doing);
  throw new AppError(result.code === EXIT_DOWNLOAD ? 'download.failed' : 'download.integrity', {
    details: { doing, command: formatCommand(result.command), exitCode: result.code, lastLines: lastLines(result) },
  });
}

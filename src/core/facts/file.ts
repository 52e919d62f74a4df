import { AppError } from '../../shared/app-error.ts';
import { queryScript } from '../host/command.ts';
import type { ExecResult } from '../host/exec.ts';
import { unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';

export interface FileState {
  readonly text: string;
  /** Octal, four digits: `0600`. */
  readonly mode: string;
  /** `user:group` */
  readonly owner: string;
  readonly sha256: string;
}

/** What is read of one file: settings, not data. */
const MAX_FILE_BYTES = 1024 * 1024;
const NO_SUCH_FILE = 44;
const TOO_LARGE = 45;

/*
 * Opened once and looked at through its descriptor, so that mode, owner, sum and text are of one and the same file even
 * while another is renamed over it.
 */
const SCRIPT = `[ -e "$1" ] || exit ${String(NO_SUCH_FILE)}
exec 3<"$1" || exit 1
stat -L -c '%a %U:%G %s' /proc/self/fd/3 || exit 1
[ "$(stat -L -c %s /proc/self/fd/3)" -le ${String(MAX_FILE_BYTES)} ] || exit ${String(TOO_LARGE)}
sum=$(sha256sum /proc/self/fd/3) || exit 1
echo "\${sum%% *}"
exec cat <&3`;

/** A small text file, read as root; undefined where there is none. */
export function fileFact(path: string): Fact<FileState | undefined> {
  return fact(`file ${path}`, queryScript(SCRIPT, [path], { runAs: 'root', env: { LC_ALL: 'C' } }), (result) =>
    parseFileState(result, path),
  );
}

/** Pure. */
export function parseFileState(result: ExecResult, path: string): FileState | undefined {
  if (result.code === NO_SUCH_FILE) return undefined;
  if (result.code === TOO_LARGE)
    throw new AppError('command.failed', { message: `${path} is too large to be a settings file.`, details: { path } });
  const match = /^(\d+) (\S+:\S+) \d+\n([0-9a-f]{64})\n/.exec(result.stdout);
  if (result.code !== 0 || match === null) throw unreadable(path, result);
  const [head, mode, owner, sha256] = match as unknown as [string, string, string, string];
  return { text: result.stdout.slice(head.length), mode: mode.padStart(4, '0'), owner, sha256 };
}

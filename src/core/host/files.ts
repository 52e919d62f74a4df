import { changeScript, queryScript, type Command, type CommandOptions } from './command.ts';
import { exec, expectOk, type Input, type Spawner } from './exec.ts';

/** The exit code by which our reading script says "there is no such file". */
const NO_SUCH_FILE = 44;

const READ = `[ -e "$1" ] || exit ${String(NO_SUCH_FILE)}; exec cat -- "$1"`;

/** A reading of a file, to be run alone or in a batch; its result goes through `parseFile`. */
export function readFileCommand(path: string, options: CommandOptions = {}): Command {
  return queryScript(READ, [path], options);
}

/** The text of the file; undefined where there is none. */
export function parseFile(result: { readonly code: number | null; readonly stdout: string } & Parameters<typeof expectOk>[0]): string | undefined {
  if (result.code === NO_SUCH_FILE) return undefined;
  return expectOk(result, 'Reading a file').stdout;
}

/** Reads a whole small file (at most `MAX_OUTPUT_BYTES`); undefined where there is none. */
export async function readFile(host: Spawner, path: string, options: CommandOptions & { signal?: AbortSignal } = {}): Promise<string | undefined> {
  const { signal, ...commandOptions } = options;
  return parseFile(await exec(host, readFileCommand(path, commandOptions), signal === undefined ? {} : { signal }));
}

/*
 * The content arrives on standard input, with its length as an argument: when the connection breaks in the middle, `cat`
 * sees the end of its input as if all were well, and only the length tells that it is not.
 */
const WRITE = `set -eu
umask 077
path=$1 mode=$2 owner=$3 size=$4
dir=$(dirname -- "$path")
tmp=$(mktemp "$dir/.hardshell.XXXXXXXX")
trap 'rm -f "$tmp"' EXIT
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
cat >"$tmp"
[ "$(wc -c <"$tmp")" -eq "$size" ] || { echo "the content arrived cut short" >&2; exit 1; }
chmod "$mode" "$tmp"
[ -z "$owner" ] || chown "$owner" "$tmp"
sync "$tmp" 2>/dev/null || :
mv -f -- "$tmp" "$path"
trap - EXIT`;

export interface WriteFileOptions extends CommandOptions {
  /** Octal, as chmod takes it. Default 0600. */
  readonly mode?: string;
  /** `user:group`; default: whoever writes. */
  readonly owner?: string;
}

/** The command that replaces a file whole or not at all, and the input it needs. Its folder must exist. */
export function writeFileCommand(path: string, content: string | Buffer, options: WriteFileOptions = {}): { command: Command; input: Input } {
  const { mode = '0600', owner = '', ...commandOptions } = options;
  const size = typeof content === 'string' ? Buffer.byteLength(content) : content.length;
  return { command: changeScript(WRITE, [path, mode, owner, size], commandOptions), input: content };
}

/** Replaces a file whole or not at all: temporary file in the same folder, mode and owner first, then renamed. */
export async function writeFile(
  host: Spawner,
  path: string,
  content: string | Buffer,
  options: WriteFileOptions & { signal?: AbortSignal } = {},
): Promise<void> {
  const { signal, ...rest } = options;
  const { command, input } = writeFileCommand(path, content, rest);
  expectOk(await exec(host, command, signal === undefined ? { input } : { input, signal }), `Writing ${path}`);
}


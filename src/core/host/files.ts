import { changeScript, queryScript, type Command, type CommandOptions } from './command.ts';
import { AppError } from '../../shared/app-error.ts';
import { exec, expectOk, MAX_OUTPUT_BYTES, type ExecResult, type Input, type Spawner } from './exec.ts';

/** The exit code by which our reading script says "there is no such file". */
const NO_SUCH_FILE = 44;

/*
 * Whether a file is missing or may not be read is told by what `cat` says: `[ -e ]` calls everything missing that lies in a
 * folder it may not look into.
 */
const READ = `{ e=$(LC_ALL=C cat -- "$1" 2>&1 >&3); c=$?; } 3>&1
[ $c -eq 0 ] && exit 0
case $e in *": No such file or directory" | *": Not a directory") exit ${String(NO_SUCH_FILE)} ;; esac
printf '%s\\n' "$e" >&2
exit $c`;

/** A reading of a file, to be run alone or in a batch; its result goes through `parseFile`. */
export function readFileCommand(path: string, options: CommandOptions = {}): Command {
  return queryScript(READ, [path], options);
}

/** The text of the file; undefined where there is none. */
export function parseFile(result: ExecResult): string | undefined {
  if (result.code === NO_SUCH_FILE) return undefined;
  const { stdout, truncated } = expectOk(result, 'Reading a file');
  if (!truncated) return stdout;
  throw new AppError('command.failed', {
    message: 'A file is larger than can be read.',
    details: { limitBytes: MAX_OUTPUT_BYTES },
  });
}

/** Reads a whole small file (at most `MAX_OUTPUT_BYTES`); undefined where there is none. */
export async function readFile(
  host: Spawner,
  path: string,
  options: CommandOptions & { signal?: AbortSignal } = {},
): Promise<string | undefined> {
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
[ ! -d "$path" ] || { echo "$path: is a folder" >&2; exit 1; }
# Not by dirname: what a command prints loses the line breaks at its end.
case $path in /*/*) dir=\${path%/*} ;; /*) dir=/ ;; */*) dir=./\${path%/*} ;; *) dir=. ;; esac
tmp=; trap '[ -z "$tmp" ] || rm -f "$tmp"' EXIT
# PIPE: nobody may be there any more to hear what went wrong.
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 141' PIPE; trap 'exit 143' TERM
# Only the name: a program that is ended between making a file and saying which would leave it behind.
tmp=$(mktemp -u "$dir/.hardshell.XXXXXXXX")
set -C # nobody else's file is written to, whatever it is called
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
export function writeFileCommand(
  path: string,
  content: string | Buffer,
  options: WriteFileOptions = {},
): { command: Command; input: Input } {
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

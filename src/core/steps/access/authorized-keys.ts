import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { authorizedKeyFact, sshServerFact, type LoginSeat, type SshServer } from '../../facts/ssh-server.ts';
import { changeScript, type Command } from '../../host/command.ts';
import { expectOk, type ExecResult } from '../../host/exec.ts';
import { readBlob } from '../../host/ssh/panel-key.ts';
import type { ApplyContext, CheckContext, Step } from '../step.ts';
import type { PanelKeyBook } from './panel-key-book.ts';

/*
 * What both scripts begin and end with. A file in the home is its owner's alone; one outside keeps the rights it has, because
 * sshd reads it as that account. The name of the new one never changes: what a cut has left is written over. On the disk before
 * it gets its name: a file that came back empty would shut out everybody who is in it. $1 file, $2 the key, $3 `home` or `system`
 */
const BEGIN = `set -eu; umask 077
f=$1 blob=$2 where=$3
[ ! -L "$f" ] || f=$(readlink -f -- "$f")
d=$(dirname -- "$f"); t=$d/.authorized_keys.hardshell
trap 'rm -f -- "$t"' EXIT
names_it() { awk -v b="$blob" '!/^[ \\t]*#/ && index($0, b) { n = 1 } END { exit !n }' "$1"; }`;
const END = `if [ "$where" = home ]; then chmod 600 -- "$t"
elif [ -f "$f" ]; then chmod --reference="$f" -- "$t"; chown --reference="$f" -- "$t"
else chmod 644 -- "$t"; fi
sync -- "$t" 2>/dev/null || sync
mv -f -- "$t" "$f"
if command -v restorecon >/dev/null 2>&1; then restorecon -- "$d" "$f" 2>/dev/null || :; fi`;

/* $4 the line */
const AUTHORIZE = `${BEGIN}
line=$4
if [ "$where" = home ]; then [ -d "$d" ] || mkdir -p -- "$d"; chmod 700 -- "$d"
else [ -d "$d" ] || { mkdir -p -- "$d"; chmod 755 -- "$d"; }; fi
if [ -f "$f" ] && names_it "$f"; then
  [ "$where" != home ] || chmod 600 -- "$f"
  exit 0
fi
{ if [ -f "$f" ]; then cat -- "$f"; [ -z "$(tail -c 1 -- "$f")" ] || echo; fi; printf '%s\\n' "$line"; } >"$t"
[ "$(tail -n 1 -- "$t")" = "$line" ] || { echo "No space left on device" >&2; exit 1; }
${END}`;

const UNAUTHORIZE = `${BEGIN}
[ -f "$f" ] && names_it "$f" || exit 0
awk -v b="$blob" '/^[ \\t]*#/ || !index($0, b)' "$f" >"$t"
${END}`;

export interface KeysPlace {
  readonly seat: LoginSeat;
  readonly book: PanelKeyBook;
}

interface Found {
  readonly server: SshServer;
  readonly file: string;
  /** Undefined: no key was made yet. */
  readonly blob: string | undefined;
  readonly line: string | undefined;
}

async function find({ read }: CheckContext, { seat, book }: KeysPlace): Promise<Found> {
  const server = await read(sshServerFact(seat));
  if (server.keysFile === undefined) throw new AppError('ssh-key.no-file');
  const line = (await book.read())?.line;
  return { server, file: server.keysFile, line, blob: line === undefined ? undefined : readBlob(line) };
}

async function countLines({ read }: CheckContext, { server, file, blob }: Found): Promise<number> {
  return blob === undefined ? 0 : (await read(authorizedKeyFact(file, server.home, blob))).lines;
}

/** In a home the account itself writes: root would follow wherever its links lead. */
function build(script: string, { server, file }: Found, { seat }: KeysPlace, args: readonly string[]): Command {
  const isAtHome = file.startsWith(`${server.home}/`);
  const [blob = '', ...rest] = args;
  return changeScript(script, [file, blob, isAtHome ? 'home' : 'system', ...rest], {
    runAs: isAtHome ? { user: seat.user } : 'root',
    env: { LC_ALL: 'C' },
  });
}

async function write({ change }: ApplyContext, doing: string, file: string, command: Command): Promise<void> {
  const result = await change(command, { doing });
  const known = result.code === 0 ? undefined : explain(result, file);
  if (known !== undefined) throw known;
  expectOk(result, doing);
}

function explain({ stderr }: ExecResult, path: string): AppError | undefined {
  if (/No space left|Disk quota exceeded/.test(stderr)) return new AppError('disk.full', { details: { path } });
  if (/Read-only file system|Operation not permitted|Permission denied/.test(stderr))
    return new AppError('ssh-key.read-only', { details: { path } });
  return undefined;
}

/** Appends one line, and leaves all others as they are. */
export function authorizeStep(place: KeysPlace): Step {
  const { user } = place.seat;
  return {
    id: 'authorize',
    title: `Let the key in to the account ${user}`,
    facts: [sshServerFact(place.seat)],
    timeoutMs: 60_000,
    async check(context) {
      const found = await find(context, place);
      if (found.blob === undefined) return needed(`there is no key yet for ${found.file}`);
      return (await countLines(context, found)) > 0
        ? satisfied(`${found.file} names it`)
        : needed(`${found.file} does not name it`);
    },
    async apply(context) {
      const found = await find(context, place);
      if (found.blob === undefined || found.line === undefined) throw new AppError('ssh-key.missing');
      const command = build(AUTHORIZE, found, place, [found.blob, found.line]);
      await write(context, `Adding the key of this panel to ${found.file}`, found.file, command);
    },
  };
}

/** Takes its line out again, and leaves all others as they are. */
export function unauthorizeStep(place: KeysPlace): Step {
  return {
    id: 'unauthorize',
    title: `Take the key out of the account ${place.seat.user}`,
    facts: [sshServerFact(place.seat)],
    timeoutMs: 60_000,
    async check(context) {
      const found = await find(context, place);
      return (await countLines(context, found)) === 0
        ? satisfied(`${found.file} does not name it`)
        : needed(`${found.file} names it`);
    },
    async apply(context) {
      const found = await find(context, place);
      if (found.blob === undefined) return;
      const command = build(UNAUTHORIZE, found, place, [found.blob]);
      // Whatever becomes of this run: a key that may be gone is not what the next login should begin with.
      await context.act('Signing in without the key from now on', () => place.book.retire());
      await write(context, `Taking the key of this panel out of ${found.file}`, found.file, command);
    },
  };
}

import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { SWAP_SHELL, swapFileFact } from '../../facts/swap-file.ts';
import { changeScript, formatCommand } from '../../host/command.ts';
import { expectOk, lastLines } from '../../host/exec.ts';
import type { Step } from '../step.ts';

const EXIT_OTHER_FILE = 66;
const EXIT_FILESYSTEM = 67;
const EXIT_SWAPON = 68;

/*
 * The file is filled and made a swap space under another name, so that one that was cut short is never switched on; it is
 * nobody else's to read from its first byte. It enters fstab last, when the kernel has taken it, and by a rename, because a
 * machine does not start with half an fstab. Blocks are written rather than reserved where a filesystem's reservation counts
 * as a hole (xfs on older kernels). $1 path, $2 size in bytes
 */
const APPLY = `set -eu
umask 077
${SWAP_SHELL}
path=$1 size=$2 new=$1.hardshell-new
if ! is_active "$path"; then
  rm -f "$new"
  if ! is_swap "$path"; then
    [ ! -e "$path" ] && [ ! -L "$path" ] || { echo "$path is there already, and is not a swap file" >&2; exit ${String(EXIT_OTHER_FILE)}; }
    trap 'rm -f "$new"' EXIT
    trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
    : >"$new"
    chmod 0600 "$new"
    type=$(stat -f -c %T "$new")
    case $type in
      btrfs|zfs|tmpfs|ramfs|nfs*|fuse*) echo "a swap file does not work on $type" >&2; exit ${String(EXIT_FILESYSTEM)} ;;
      ext*) fallocate -l "$size" "$new" || dd if=/dev/zero of="$new" bs=1048576 count=$((size / 1048576)) conv=fsync 2>&1 ;;
      *) dd if=/dev/zero of="$new" bs=1048576 count=$((size / 1048576)) conv=fsync 2>&1 ;;
    esac
    mkswap "$new"
    sync "$new" 2>/dev/null || :
    mv "$new" "$path"
    trap - EXIT
  fi
  chmod 0600 "$path"
  chown root:root "$path"
  swapon "$path" || exit ${String(EXIT_SWAPON)}
fi
if ! in_fstab "$path"; then
  fstab=$(readlink -f /etc/fstab)
  rm -f "$fstab".hardshell.*
  tmp=$(mktemp "$fstab.hardshell.XXXXXX")
  trap 'rm -f "$tmp"' EXIT
  if [ -e "$fstab" ]; then cat "$fstab" >"$tmp"; chmod --reference="$fstab" "$tmp"; else chmod 0644 "$tmp"; fi
  # A last line without its end would swallow ours.
  [ -z "$(tail -c 1 "$tmp")" ] || echo >>"$tmp"
  printf '%s none swap sw 0 0\\n' "$path" >>"$tmp"
  sync "$tmp" 2>/dev/null || :
  mv "$tmp" "$fstab"
  trap - EXIT
fi`;

/** A swap file for a server with little memory, without which the install is killed for want of it. */
export function swapStep({ path, sizeBytes }: { readonly path: string; readonly sizeBytes: number }): Step {
  const swapFile = swapFileFact(path);
  return {
    id: 'swap',
    title: `Add ${String(Math.round(sizeBytes / 1024 ** 3))} GB of swap`,
    facts: [swapFile],
    timeoutMs: 5 * 60_000,
    async check({ read }) {
      const { isActive, isInFstab } = await read(swapFile);
      if (!isActive) return needed(`${path} is not in use`);
      return isInFstab ? satisfied(`${path} is in use`) : needed(`${path} would be gone after a restart of the server`);
    },
    async apply({ change }) {
      const command = changeScript(APPLY, [path, sizeBytes], { runAs: 'root', env: { LC_ALL: 'C' } });
      const result = await change(command);
      const details = { command: formatCommand(command), exitCode: result.code, lastLines: lastLines(result) };
      switch (result.code) {
        case EXIT_OTHER_FILE:
          throw new AppError('command.failed', {
            message: `There is a file ${path} on the server that is not a swap file.`,
            hint: 'Look at the file, and move it away.',
            details,
          });
        case EXIT_FILESYSTEM:
        case EXIT_SWAPON:
          throw new AppError('preflight.memory', {
            message: 'This server does not let itself be given swap.',
            hint: 'Choose a server with at least 2 GB of memory, or ask whoever runs it for swap.',
            details,
          });
        default:
          expectOk(result, `Adding ${path}`);
      }
    },
  };
}

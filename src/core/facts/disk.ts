import { queryScript } from '../host/command.ts';
import { unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';

/** The filesystem that holds a path, or would hold it. */
export interface DiskSpace {
  readonly path: string;
  readonly totalBytes: number;
  /** What an account other than root may still write. */
  readonly freeBytes: number;
  /** Undefined where the filesystem makes them as it needs them (btrfs, zfs). */
  readonly freeInodes: number | undefined;
  /** As `stat -f` names it: `ext2/ext3`, `xfs`, `btrfs`, `zfs`, `overlayfs`, `tmpfs`. */
  readonly type: string;
  /** The same for paths on one filesystem. */
  readonly filesystem: string;
}

/* Answers in the order of its arguments; a path that is not there yet stands for its nearest folder. */
const SCRIPT = `for p do
  while [ ! -e "$p" ] && [ "$p" != / ]; do
    case $p in */*) p=\${p%/*}; [ -n "$p" ] || p=/ ;; *) p=. ;; esac
  done
  echo "$(stat -f -c '%S %b %a %c %d %T' -- "$p" 2>/dev/null || echo unknown)|$(stat -c %d -- "$p" 2>/dev/null)"
done`;

export function diskFact(paths: readonly string[]): Fact<readonly DiskSpace[]> {
  return fact(
    `disk ${paths.join(' ')}`,
    queryScript(SCRIPT, paths, { runAs: 'root', env: { LC_ALL: 'C' } }),
    (result) => {
      const spaces = parseDiskSpaces(result.stdout, paths);
      if (spaces === undefined) throw unreadable('its disks', result);
      return spaces;
    },
  );
}

/** One line a path. Undefined where a line is missing or makes no sense. Pure. */
export function parseDiskSpaces(text: string, paths: readonly string[]): readonly DiskSpace[] | undefined {
  const lines = text.split('\n');
  const spaces = paths.map((path, index) => {
    const match = /^(\d+) (\d+) (-?\d+) (\d+) (\d+) (.+)\|(\d*)$/.exec(lines[index] ?? '');
    if (match === null) return undefined;
    const [blockBytes = 0, total = 0, free = 0, inodes = 0, freeInodes = 0] = match.slice(1, 6).map(Number);
    const [type = '', device = ''] = match.slice(6);
    return {
      path,
      totalBytes: blockBytes * total,
      // ext4 counts the blocks kept for root as less than none.
      freeBytes: Math.max(0, blockBytes * free),
      freeInodes: inodes === 0 ? undefined : freeInodes,
      type,
      filesystem: device === '' ? path : device,
    };
  });
  return spaces.every((space) => space !== undefined) ? spaces : undefined;
}

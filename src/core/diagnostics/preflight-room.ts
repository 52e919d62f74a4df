import type { Finding } from '../api.ts';
import type { DiskSpace } from '../facts/disk.ts';
import type { Memory } from '../facts/memory.ts';
import { fix, formatList, formatSize, ok, refuse, warn } from './finding.ts';

const MEMORY = { id: 'memory', title: 'Memory' };
const DISK = { id: 'disk', title: 'Disk space' };

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** OpenClaw's own words: "at least 2 GB"; its gateway alone takes 0.9 GB, and npm's install more than is left of one. */
export const WANTED_MEMORY_BYTES = 2 * GIB;
/** A machine sold with 1 GB shows 0.8 to 0.97, because the kernel keeps some; the next smaller size shows less than 0.5. */
export const MIN_MEMORY_BYTES = 768 * MIB;
/** The same for what is sold with 2 GB: without swap that is just enough. */
export const ENOUGH_MEMORY_BYTES = 1.7 * GIB;
/** Memory and swap together, where there is less memory than wanted. */
export const WANTED_TOGETHER_BYTES = 2.5 * GIB;
export const SWAP_FILE_BYTES = 2 * GIB;
/** What the install and the first start need of what is free now. */
export const FREE_MEMORY_BYTES = 1.2 * GIB;

/** Where a file can be swapped to as it is; btrfs and zfs write elsewhere at each write, memory is no disk. */
const SWAPPABLE = /^(?:ext2\/ext3|ext[234]|xfs|f2fs|jfs|reiserfs)$/;

export interface SwapWish {
  /** The filesystem that would hold the file. */
  readonly filesystem: DiskSpace | undefined;
  /** Containers have no swap of their own. */
  readonly isContainer: boolean;
}

/** Why no swap file can be made here; undefined where one can. Pure. */
export function whyNoSwap({ filesystem, isContainer }: SwapWish): string | undefined {
  if (isContainer) return 'this server is a container, and only whoever runs it can give it swap';
  if (filesystem === undefined || !SWAPPABLE.test(filesystem.type))
    return `a swap file does not work on its ${filesystem?.type ?? 'unknown'} filesystem`;
  return undefined;
}

/** A finding of the level `fix` asks for a swap file of `SWAP_FILE_BYTES`. Pure. */
export function judgeMemory(memory: Memory, wish: SwapWish, isInstalled: boolean): Finding {
  const { totalBytes, availableBytes, diskSwapBytes } = memory;
  const has = `${formatSize(totalBytes)} of memory${diskSwapBytes > 0 ? ` and ${formatSize(diskSwapBytes)} of swap` : ''}`;
  const details = { memoryBytes: totalBytes, swapBytes: diskSwapBytes };
  if (totalBytes < MIN_MEMORY_BYTES) {
    return refuse(
      MEMORY,
      'preflight.memory',
      `This server has ${has}; OpenClaw alone needs about 1 GB of real memory.`,
      { details },
    );
  }
  if (totalBytes < WANTED_MEMORY_BYTES && totalBytes + diskSwapBytes < WANTED_TOGETHER_BYTES) {
    const obstacle = whyNoSwap(wish);
    const isTight = totalBytes < ENOUGH_MEMORY_BYTES;
    if (obstacle === undefined) {
      const slow = isTight ? ' OpenClaw will be slow at times.' : '';
      return fix(
        MEMORY,
        `This server has ${has}. A swap file of ${formatSize(SWAP_FILE_BYTES)} keeps the install from running out of it.${slow}`,
      );
    }
    if (totalBytes + diskSwapBytes < ENOUGH_MEMORY_BYTES) {
      return refuse(MEMORY, 'preflight.memory', `This server has only ${has}, and ${obstacle}.`, { details });
    }
    return warn(MEMORY, `This server has only ${has}, and ${obstacle}. It may run out of it.`);
  }
  if (!isInstalled && availableBytes + diskSwapBytes < FREE_MEMORY_BYTES) {
    return warn(
      MEMORY,
      `This server has ${has}, but only ${formatSize(availableBytes)} of it is free: other programs use the rest.`,
    );
  }
  return ok(MEMORY, `${has}.`);
}

/** A folder that a deployment writes to, and the most that lies in it at any time. */
export interface DiskNeed {
  readonly path: string;
  readonly sizeBytes: number;
  readonly files: number;
}

/*
 * Measured with 2026.9.6: 647 MB and 41 000 files in the npm prefix, 223 MB and 3 000 files of npm's cache, 190 MB of Node.js and
 * 120 MB while it is unpacked. An update needs the prefix twice; the rest is for databases, plugins and logs.
 */
export const OPENCLAW_NEED = { sizeBytes: 2000 * MIB, files: 60_000 } as const;
export const NODE_NEED = { sizeBytes: 450 * MIB, files: 5_000 } as const;

/** What a running OpenClaw must always find: databases and logs that cannot be written are lost. */
const RUNNING_RESERVE_BYTES = 300 * MIB;

/**
 * Pure. Paths on one filesystem share its space.
 * @param needs what is still to be written; empty where everything is installed
 */
export function judgeDisk(spaces: readonly DiskSpace[], needs: readonly DiskNeed[]): Finding {
  const filesystems = new Map<string, { space: DiskSpace; paths: string[]; sizeBytes: number; files: number }>();
  for (const need of needs) {
    const space = spaces.find(({ path }) => path === need.path);
    if (space === undefined) continue;
    const known = filesystems.get(space.filesystem) ?? { space, paths: [], sizeBytes: 0, files: 0 };
    known.paths.push(need.path);
    known.sizeBytes += need.sizeBytes;
    known.files += need.files;
    filesystems.set(space.filesystem, known);
  }
  const all = [...filesystems.values()];
  for (const { space, paths, sizeBytes, files } of all) {
    const where = `the disk that holds ${formatList(paths)}`;
    const details = { path: space.path, freeBytes: space.freeBytes, neededBytes: sizeBytes };
    if (space.freeBytes < sizeBytes) {
      const because = `There is ${formatSize(space.freeBytes)} free on ${where}, and ${formatSize(sizeBytes)} is needed.`;
      return refuse(DISK, 'preflight.disk-full', because, { details });
    }
    if (space.freeInodes !== undefined && space.freeInodes < files) {
      const because = `There is room for ${String(space.freeInodes)} more files on ${where}, and ${String(files)} are needed.`;
      return refuse(DISK, 'preflight.disk-full', because, { details: { ...details, freeInodes: space.freeInodes } });
    }
  }
  const tight = spaces.find(({ freeBytes, path }) => path !== '/tmp' && freeBytes < RUNNING_RESERVE_BYTES);
  if (tight !== undefined)
    return warn(DISK, `There is only ${formatSize(tight.freeBytes)} free on the disk that holds ${tight.path}.`);
  const least = Math.min(...spaces.filter(({ path }) => path !== '/tmp').map(({ freeBytes }) => freeBytes));
  return ok(DISK, Number.isFinite(least) ? `${formatSize(least)} free.` : 'Enough.');
}

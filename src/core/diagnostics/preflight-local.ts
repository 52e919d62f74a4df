import type { Finding } from '../api.ts';
import type { LocalComputer } from '../facts/local-computer.ts';
import type { Memory } from '../facts/memory.ts';
import type { Reach } from '../facts/network.ts';
import { formatSize, ok, refuse, warn } from './finding.ts';
import {
  ENOUGH_MEMORY_BYTES,
  FREE_MEMORY_BYTES,
  judgeDisk,
  MIN_MEMORY_BYTES,
  NODE_NEED,
  OPENCLAW_NEED,
  WANTED_MEMORY_BYTES,
  WANTED_TOGETHER_BYTES,
} from './preflight-room.ts';
import { judgeNetwork, judgeNode, type NodeWish, type Source } from './preflight-supplies.ts';

const PLATFORM = { id: 'os', title: 'Operating system' };
const ARCH = { id: 'arch', title: 'Processor' };
const MEMORY = { id: 'memory', title: 'Memory' };
const PORT = { id: 'port', title: 'Port' };

/** What is to be put on this computer. */
export interface LocalWish {
  /** The folder that everything lies in; its disk was asked. */
  readonly dataDir: string;
  readonly isInstalled: boolean;
  readonly node: NodeWish;
  readonly sources: readonly Source[];
  readonly port: LocalPort;
}

export interface LocalPort {
  readonly port: number;
  readonly is: 'free' | 'ours' | 'busy';
  /** Whether the person named it: then no other will do. */
  readonly isNamed: boolean;
}

/** Pure. `reach`: undefined where nothing is to be downloaded. */
export function judgeLocal(
  computer: LocalComputer,
  reach: readonly Reach[] | undefined,
  wish: LocalWish,
): readonly Finding[] {
  const { dataDir, isInstalled } = wish;
  const need = {
    path: dataDir,
    sizeBytes: OPENCLAW_NEED.sizeBytes + NODE_NEED.sizeBytes,
    files: OPENCLAW_NEED.files + NODE_NEED.files,
  };
  return [
    judgePlatform(computer),
    judgeLocalArch(computer.arch),
    judgeLocalMemory(computer, isInstalled),
    judgeDisk(computer.disk, isInstalled ? [] : [need]),
    judgeLocalPort(wish.port),
    ...(reach === undefined ? [] : [judgeNetwork(wish.sources, reach)]),
    judgeNode(wish.node),
  ];
}

function judgePlatform({ platform, libc }: Pick<LocalComputer, 'platform' | 'libc'>): Finding {
  if (platform === 'linux' && libc === 'musl') {
    const because =
      'This computer is built on musl (as Alpine is), and there is no official Node.js for it that OpenClaw can use.';
    return refuse(PLATFORM, 'preflight.unsupported-os', because, { details: { platform, libc } });
  }
  const names: Partial<Record<NodeJS.Platform, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };
  const name = names[platform];
  if (name !== undefined) return ok(PLATFORM, `${name}.`);
  return refuse(PLATFORM, 'preflight.unsupported-os', `OpenClaw does not run on ${platform}.`, {
    hint: {
      command: 'Linux, macOS and Windows are supported; a server can be reached with --to ssh://….',
      window: 'Linux, macOS and Windows are supported; a server can be deployed to from here.',
    },
    details: { platform },
  });
}

function judgeLocalArch(arch: string): Finding {
  if (arch === 'x64' || arch === 'arm64') return ok(ARCH, arch === 'x64' ? '64-bit x86.' : '64-bit ARM.');
  const because = `This is a computer of the kind ${arch}. There is no Node.js for it that OpenClaw can use.`;
  return refuse(ARCH, 'preflight.unsupported-arch', because, { details: { arch } });
}

/** Nothing of a person's own computer is changed for this, so there is no fix; macOS and Windows swap by themselves. */
function judgeLocalMemory({ memory, platform }: LocalComputer, isInstalled: boolean): Finding {
  const { totalBytes, availableBytes, diskSwapBytes } = memory;
  const has = describeMemory(memory);
  const together = platform === 'linux' ? totalBytes + diskSwapBytes : Infinity;
  if (totalBytes < MIN_MEMORY_BYTES || together < ENOUGH_MEMORY_BYTES) {
    return refuse(MEMORY, 'preflight.memory', `This computer has only ${has}.`, {
      details: { memoryBytes: totalBytes, swapBytes: diskSwapBytes },
    });
  }
  if (totalBytes < WANTED_MEMORY_BYTES && together < WANTED_TOGETHER_BYTES) {
    return warn(MEMORY, `This computer has only ${has}. It may run out of it.`);
  }
  // What macOS calls free leaves out all that it would give back at once.
  if (!isInstalled && platform !== 'darwin' && availableBytes + diskSwapBytes < FREE_MEMORY_BYTES) {
    return warn(MEMORY, `Only ${formatSize(availableBytes)} of memory is free: closing other programs helps.`);
  }
  return ok(MEMORY, `${has}.`);
}

function describeMemory({ totalBytes, diskSwapBytes }: Memory): string {
  return `${formatSize(totalBytes)} of memory${diskSwapBytes > 0 ? ` and ${formatSize(diskSwapBytes)} of swap` : ''}`;
}

function judgeLocalPort({ port, is, isNamed }: LocalPort): Finding {
  if (is === 'ours') return ok(PORT, `Port ${String(port)} is used by this OpenClaw.`);
  if (is === 'free') return ok(PORT, `Port ${String(port)} is free.`);
  if (!isNamed) return ok(PORT, `Port ${String(port)} is used by another program; the next free one is taken.`);
  return refuse(PORT, 'preflight.port-busy', `Port ${String(port)} of this computer is used by another program.`, {
    details: { port },
  });
}

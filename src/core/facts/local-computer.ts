import { readFile, statfs } from 'node:fs/promises';
import { access } from 'node:fs/promises';
import { createServer } from 'node:net';
import { freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { constrainedMemory } from 'node:process';
import type { DiskSpace } from './disk.ts';
import { parseMemory, type Memory } from './memory.ts';
import { judgeStatus, PROBE_SECONDS, withoutLogin, type NetworkFault, type Reach } from './network.ts';

/** This computer, asked without a command. */
export interface LocalComputer {
  readonly platform: NodeJS.Platform;
  /** As Node.js names it: `x64`, `arm64`. */
  readonly arch: string;
  /** Undefined where the system has no choice of them. */
  readonly libc: 'glibc' | 'musl' | undefined;
  readonly memory: Memory;
  readonly disk: readonly DiskSpace[];
}

export async function readLocalComputer(
  { platform, arch }: Pick<LocalComputer, 'platform' | 'arch'>,
  paths: readonly string[],
): Promise<LocalComputer> {
  const [libc, memory, ...disk] = await Promise.all([
    platform === 'linux' ? readLibc() : undefined,
    platform === 'linux' ? readLinuxMemory() : readMemory(),
    ...paths.map(readDisk),
  ]);
  return { platform, arch, libc, memory, disk };
}

/** By the loader that official builds of Node.js name: without it none of them starts. */
async function readLibc(): Promise<'glibc' | 'musl'> {
  const loaders = ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'];
  const found = await Promise.all(
    loaders.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true) ? 'glibc' : 'musl';
}

/** The kernel's tables, as a server's are read; Node.js knows no swap. */
async function readLinuxMemory(): Promise<Memory> {
  const [meminfo, swaps] = await Promise.all(
    ['/proc/meminfo', '/proc/swaps'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  return (
    parseMemory(`${meminfo ?? ''}\n--- swaps\n${swaps ?? ''}\n--- limits\n${String(constrainedMemory())}\n`) ??
    readMemory()
  );
}

function readMemory(): Memory {
  return { totalBytes: totalmem(), availableBytes: freemem(), limitBytes: undefined, swaps: [], diskSwapBytes: 0 };
}

/** A path that is not there yet stands for its nearest folder. */
async function readDisk(path: string): Promise<DiskSpace> {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      const { type, bsize, blocks, bavail, files, ffree } = await statfs(folder);
      return {
        path,
        totalBytes: bsize * blocks,
        freeBytes: bsize * bavail,
        freeInodes: files === 0 ? undefined : ffree,
        type: `0x${type.toString(16)}`,
        filesystem: `${String(type)} ${String(blocks)} ${String(bavail)}`,
      };
    } catch (error) {
      if (dirname(folder) === folder) throw error;
    }
  }
}

/** Whether a program could listen there, on each loopback address that this computer has. */
export async function readPortFree(port: number): Promise<boolean> {
  const free = await Promise.all(['127.0.0.1', '::1'].map((host) => canListen(host, port)));
  return free.every(Boolean);
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // An address that the computer does not have is in nobody's way.
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT'),
    );
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** What of `fetch` is needed: a test gives its own, a door behind a proxy its own as well. */
export type FetchHead = (
  url: string,
  options: { method: 'HEAD'; signal: AbortSignal },
) => Promise<{ readonly status: number }>;

/** Whether this computer reaches the addresses, side by side, five seconds each. Never rejects but for the signal. */
export async function readReach(
  fetchHead: FetchHead,
  urls: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Reach[]> {
  return Promise.all([...new Set(urls.map(withoutLogin))].map((url) => readOne(fetchHead, url, signal)));
}

async function readOne(fetchHead: FetchHead, url: string, signal: AbortSignal | undefined): Promise<Reach> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException('no answer', 'TimeoutError')), PROBE_SECONDS * 1000);
  const onAbort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    signal?.throwIfAborted();
    const { status } = await fetchHead(url, { method: 'HEAD', signal: controller.signal });
    const fault = judgeStatus(status);
    return { url, isGuess: false, fault, words: fault === undefined ? '' : `HTTP ${String(status)}` };
  } catch (error) {
    signal?.throwIfAborted();
    return {
      url,
      isGuess: false,
      fault: judgeFetchError(error),
      words: findCode(error) ?? (error instanceof Error ? error.message : String(error)),
    };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** By the code that the innermost cause carries. Pure. */
export function judgeFetchError(error: unknown): NetworkFault {
  const code = findCode(error) ?? '';
  if (/^(?:ENOTFOUND|EAI_AGAIN|EAI_NONAME)$/.test(code)) return 'dns';
  if (/^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ECONNRESET)$/.test(code)) return 'refused';
  if (/^(?:ETIMEDOUT|UND_ERR_\w*TIMEOUT|TimeoutError|ABORT_ERR)$/.test(code)) return 'timeout';
  if (/CERT|SSL|TLS|EPROTO|ISSUER|SIGNATURE/.test(code)) return 'tls';
  return code === 'UND_ERR_PRX_TLS' || /PROXY/.test(code) ? 'proxy' : 'unknown';
}

/** Node.js wraps: fetch failed -> the attempts at each address -> what happened. */
function findCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'TimeoutError') return 'TimeoutError';
  const inner = error instanceof AggregateError ? (error.errors as readonly unknown[])[0] : error.cause;
  const code = (error as NodeJS.ErrnoException).code;
  return (inner === undefined ? undefined : findCode(inner)) ?? (typeof code === 'string' ? code : undefined);
}

import { appendFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import { fact, type AskFacts, type Fact } from '../facts/fact.ts';
import { query, resolveArgv } from '../host/command.ts';
import { exec, type ExecResult } from '../host/exec.ts';
import type { Host, Process } from '../host/host.ts';
import { hasCode, PRIVATE_DIR, PRIVATE_FILE, sweepTemporariesOf, writeFileAtomic } from '../system/atomic-file.ts';
import { sweepLock, withFileLock } from '../system/file-lock.ts';
import { endGroups, EXIT_LOST, guardLocally } from './local-lease-groups.ts';
import {
  holderSchema,
  LEASE_SECONDS,
  RENEW_EVERY_MS,
  type AuditNote,
  type Holder,
  type Lease,
  type LeaseKeeper,
  type LeaseState,
} from './lease.ts';
import { heldError } from './runner.ts';
import { formatAuditLine } from './server-lease.ts';

/** The audit log is set aside once when it has grown to this size. */
const MAX_AUDIT_BYTES = 5_000_000;
const FACT_ID = 'lease';

export interface LocalLeaseOptions {
  readonly dataDir: string;
  readonly platform: NodeJS.Platform;
  /** A lease of its own within the folder, for what shares nothing with the rest: a relative path. */
  readonly scope?: string;
  readonly now?: () => number;
  readonly renewEveryMs?: number;
}

/** The lease of this computer's data folder: one run at a time, whatever instance it is about, because they share a runtime. */
export interface LocalLeaseKeeper extends LeaseKeeper {
  /** Answers facts of this computer: the lease's own without starting a program. */
  readonly ask: AskFacts;
}

/** On one line, because a shell looks for the run in it. */
const leaseSchema = z.object({ run: z.string(), expiresAtMs: z.number(), holder: holderSchema });
type StoredLease = z.infer<typeof leaseSchema>;

interface Paths {
  readonly lease: string;
  readonly lock: string;
  readonly groups: string;
  readonly audit: string;
}

export function createLocalLeaseKeeper(host: Host, options: LocalLeaseOptions): LocalLeaseKeeper {
  const { platform, now = Date.now, renewEveryMs = RENEW_EVERY_MS } = options;
  const dir = join(options.dataDir, 'lease', options.scope ?? '');
  const paths: Paths = {
    lease: join(dir, 'lease.json'),
    lock: join(dir, 'lock'),
    groups: join(dir, 'groups'),
    audit: join(options.dataDir, 'audit.log'),
  };

  const state: Fact<LeaseState> = fact(FACT_ID, query(['cat', paths.lease]), (result) =>
    describeLease(parseStoredLease(result.stdout), now()),
  );
  const describe = (stored: StoredLease | undefined): LeaseState => describeLease(stored, now());
  const write = (holder: Holder): Promise<void> => {
    const stored: StoredLease = { run: holder.run, expiresAtMs: now() + LEASE_SECONDS * 1_000, holder };
    return writeFileAtomic(paths.lease, `${JSON.stringify(stored)}\n`);
  };
  const isOurs = async (holder: Holder): Promise<boolean> => (await readLease(paths))?.run === holder.run;

  const acquire: LeaseKeeper['acquire'] = async (holder, { isAlive, signal }) => {
    await mkdir(paths.groups, { recursive: true, mode: PRIVATE_DIR });
    const take = async (): Promise<void> => {
      const found = describe(await readLease(paths));
      if (found.is === 'held' && found.holder.run !== holder.run) {
        const ours = found.holder.installation === holder.installation;
        if (!ours || (await isAlive(found.holder))) throw heldError(found);
      }
      await sweepLock(paths.lock);
      await sweepTemporariesOf(paths.lease);
      await write(holder);
    };
    await withFileLock(paths.lock, take, signal === undefined ? {} : { signal });
    const lease = openLease({ host, paths, holder, platform, renewEveryMs, write, isOurs, now });
    try {
      await endGroups(paths.groups, '', platform);
      return lease;
    } catch (error) {
      await Promise.resolve(lease[Symbol.asyncDispose]()).catch(() => undefined);
      throw error;
    }
  };

  return {
    state,
    acquire,
    ask: (facts, signal) =>
      Promise.all(
        facts.map(async ({ id, command }): Promise<ExecResult> => {
          if (id !== FACT_ID) return exec(host, command, signal === undefined ? {} : { signal });
          return { command, code: 0, signal: null, stdout: await readText(paths.lease), stderr: '', truncated: false };
        }),
      ),
  };
}

interface OpenLease {
  readonly host: Host;
  readonly paths: Paths;
  readonly holder: Holder;
  readonly platform: NodeJS.Platform;
  readonly renewEveryMs: number;
  readonly now: () => number;
  readonly write: (holder: Holder) => Promise<void>;
  readonly isOurs: (holder: Holder) => Promise<boolean>;
}

function openLease({ host, paths, holder, platform, renewEveryMs, now, write, isOurs }: OpenLease): Lease {
  const lost = new AbortController();
  let count = 0;
  let renewedAtMs = now();
  let renewing: Promise<void> | undefined;

  const renew = async (): Promise<void> => {
    try {
      await withFileLock(paths.lock, async () => {
        if (!(await isOurs(holder))) lost.abort(new AppError('lease.lost'));
        else await write(holder);
      });
      renewedAtMs = now();
    } catch (cause) {
      if (now() - renewedAtMs <= LEASE_SECONDS * 1_000) return;
      lost.abort(
        new AppError('lease.lost', { message: 'The lease of this computer could not be renewed in time.', cause }),
      );
    }
  };
  const timer = setInterval(() => {
    renewing ??= renew().finally(() => (renewing = undefined));
  }, renewEveryMs);
  lost.signal.addEventListener('abort', () => clearInterval(timer));

  const audit = (note: AuditNote): Promise<void> =>
    writeAudit(paths.audit, `${new Date(now()).toISOString().slice(0, 19)}Z ${formatAuditLine(holder, note)}`);

  return {
    holder,
    lost: lost.signal,
    audit,
    async spawn(command, note, { signal, ...rest } = {}) {
      lost.signal.throwIfAborted();
      signal?.throwIfAborted();
      if (!(await isOurs(holder))) throw new AppError('lease.lost');
      await audit(note);
      count += 1;
      const name = `${holder.run}.${String(count)}`;
      // Windows has no shell to write a record: there a command that outlives a killed Hardshell is not ended by the next one.
      const argv =
        platform === 'win32'
          ? command.argv
          : guardLocally(resolveArgv(command), join(paths.groups, name), paths.lease, holder.run);
      const started = await host.spawn({ ...command, argv, env: platform === 'win32' ? command.env : {} }, rest);
      return watchProcess(started, signal, () => endGroups(paths.groups, name, platform));
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await renewing;
      await endGroups(paths.groups, `${holder.run}.`, platform);
      await withFileLock(paths.lock, async () => {
        if (await isOurs(holder)) await rm(paths.lease, { force: true });
      });
    },
  };
}

/** Ends the whole group when the caller gives up, before its streams are let go. */
function watchProcess(started: Process, signal: AbortSignal | undefined, endGroup: () => Promise<void>): Process {
  let ending: Promise<void> | undefined;
  const onAbort = (): void => {
    ending ??= endGroup()
      .catch(() => undefined)
      .finally(() => started.kill('SIGKILL'));
  };
  const exit = started.exit
    .finally(() => signal?.removeEventListener('abort', onAbort))
    .then(async (ended) => {
      await ending;
      signal?.throwIfAborted();
      if (ended.code === EXIT_LOST) throw new AppError('lease.lost');
      return ended;
    });
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  const { stdin, stdout, stderr } = started;
  return { stdin, stdout, stderr, exit, kill: (name) => started.kill(name) };
}

/** Pure. */
function describeLease(stored: StoredLease | undefined, nowMs: number): LeaseState {
  if (stored === undefined || stored.expiresAtMs <= nowMs) return { is: 'free' };
  return { is: 'held', holder: stored.holder, secondsLeft: Math.ceil((stored.expiresAtMs - nowMs) / 1_000) };
}

/** Pure. What cannot be read is no lease: it is written by rename, so it was damaged from outside. */
function parseStoredLease(text: string): StoredLease | undefined {
  try {
    return leaseSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function readLease(paths: Paths): Promise<StoredLease | undefined> {
  return parseStoredLease(await readText(paths.lease));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  }
}

async function writeAudit(path: string, line: string): Promise<void> {
  const sizeBytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  if (sizeBytes > MAX_AUDIT_BYTES) {
    // Leases of other scopes write here as well: one of them may have been quicker.
    await rename(path, `${path}.1`).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    });
  }
  await appendFile(path, `${line}\n`, { mode: PRIVATE_FILE });
}

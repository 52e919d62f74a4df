import { AppError, isAppError, toAppError } from '../../shared/app-error.ts';
import { fact } from '../facts/fact.ts';
import { changeScript, queryScript, resolveArgv, type Command } from '../host/command.ts';
import { exec, expectOk, type ExecResult } from '../host/exec.ts';
import type { Host, Process } from '../host/host.ts';
import { argvFromRoot } from '../host/privileges.ts';
import {
  GROUP_GRACE_SECONDS,
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
import {
  ACQUIRE_LEASE,
  AUDIT,
  END_GROUP,
  EXIT_BUSY,
  EXIT_HELD,
  GUARD,
  READ_LEASE,
  RELEASE_LEASE,
  RENEW_LEASE,
} from './server-lease-scripts.ts';

export interface ServerLeasePaths {
  /** Folder that only root can read: `/var/lib/hardshell`. */
  readonly dir: string;
  readonly auditLog: string;
}

const asRoot = { runAs: 'root' } as const;
const OPERATION_TIMEOUT_MS = 45_000;

/** The lease of a machine with a POSIX shell, flock, setsid and /proc: a server. */
export function createServerLeaseKeeper(host: Host, paths: ServerLeasePaths): LeaseKeeper {
  const state = fact('lease', queryScript(READ_LEASE, [paths.dir], asRoot), parseLease);
  const attempt = async (holder: Holder, dead: string, signal: AbortSignal | undefined): Promise<ExecResult> => {
    const command = changeScript(
      ACQUIRE_LEASE,
      [
        paths.dir,
        paths.auditLog,
        holder.installation,
        holder.run,
        LEASE_SECONDS,
        JSON.stringify(holder),
        dead,
        GROUP_GRACE_SECONDS,
      ],
      asRoot,
    );
    return exec(host, command, { timeoutMs: OPERATION_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) });
  };
  return {
    state,
    async acquire(holder, { isAlive, signal }) {
      let result = await attempt(holder, '', signal);
      if (result.code === EXIT_HELD) {
        const found = parseLease(result);
        const ours = found.is === 'held' && found.holder.installation === holder.installation;
        if (!ours || (await isAlive(found.holder))) throw heldError(found);
        result = await attempt(holder, found.holder.run, signal);
        if (result.code === EXIT_HELD) throw heldError(parseLease(result));
      }
      if (result.code === EXIT_BUSY)
        throw new AppError('lease.held', { message: 'Commands of an earlier run on this machine cannot be ended.' });
      expectOk(result, 'Taking the lease of this machine');
      return openLease(host, paths, holder);
    },
  };
}

/** Pure. What cannot be understood counts as held by somebody unknown until it has run out. */
export function parseLease(result: ExecResult): LeaseState {
  const [seconds = '', json = ''] = result.stdout.split('\n');
  const secondsLeft = Number.parseInt(seconds, 10);
  if (Number.isNaN(secondsLeft) || secondsLeft <= 0) return { is: 'free' };
  try {
    return { is: 'held', holder: holderSchema.parse(JSON.parse(json)), secondsLeft };
  } catch (cause) {
    throw new AppError('lease.held', {
      message: 'Somebody unknown is working on this machine.',
      details: { secondsLeft },
      cause,
    });
  }
}

/** One line, without anything that a terminal or a line-based reader would act on. */
export function formatAuditLine(holder: Holder, note: AuditNote): string {
  const flat = (text: string): string =>
    JSON.stringify(text)
      .slice(1, -1)
      .replace(/[\u007f-\u009f\u2028\u2029]/g, ' ');
  return `${flat(holder.who)} ${holder.installation} ${holder.run} ${flat(note.step)}: ${flat(note.what)}`.slice(
    0,
    2000,
  );
}

function openLease(host: Host, paths: ServerLeasePaths, holder: Holder): Lease {
  const lost = new AbortController();
  let count = 0;
  let renewedAt = Date.now();
  let renewing: Promise<void> | undefined;

  const renew = async (): Promise<void> => {
    try {
      const result = await exec(host, changeScript(RENEW_LEASE, [paths.dir, holder.run, LEASE_SECONDS], asRoot), {
        timeoutMs: OPERATION_TIMEOUT_MS,
      });
      if (result.code === EXIT_HELD) lost.abort(new AppError('lease.lost'));
      else if (result.code === 0) renewedAt = Date.now();
    } catch (error) {
      if (isAppError(error, 'host.connection-lost')) lost.abort(error);
    }
    if (Date.now() - renewedAt > LEASE_SECONDS * 1000)
      lost.abort(new AppError('lease.lost', { message: 'The lease of this machine could not be renewed in time.' }));
  };
  const timer = setInterval(() => {
    renewing ??= renew().finally(() => (renewing = undefined));
  }, RENEW_EVERY_MS);

  lost.signal.addEventListener('abort', () => {
    clearInterval(timer);
  });

  const endGroup = async (name: string): Promise<void> => {
    await exec(host, changeScript(END_GROUP, [paths.dir, name, GROUP_GRACE_SECONDS], asRoot), {
      timeoutMs: OPERATION_TIMEOUT_MS,
    });
  };

  return {
    holder,
    lost: lost.signal,
    async spawn(command, note, spawnOptions = {}) {
      lost.signal.throwIfAborted();
      spawnOptions.signal?.throwIfAborted();
      count += 1;
      const number = String(count);
      const guarded = guardCommand(command, paths, holder, number, note);
      const { signal, ...rest } = spawnOptions;
      const child = await host.spawn(guarded, rest);
      return watchProcess(child, signal, () => endGroup(`${holder.run}.${number}`));
    },
    async audit(note) {
      expectOk(
        await exec(host, changeScript(AUDIT, [paths.auditLog, formatAuditLine(holder, note)], asRoot)),
        'Writing the audit log',
      );
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await renewing;
      if (host.closed.aborted) return; // It runs out by itself, and our next run may take it at once.
      try {
        expectOk(
          await exec(host, changeScript(RELEASE_LEASE, [paths.dir, holder.run, GROUP_GRACE_SECONDS], asRoot), {
            timeoutMs: OPERATION_TIMEOUT_MS,
          }),
          'Releasing the lease of this machine',
        );
      } catch (error) {
        if (!isAppError(error, 'host.connection-lost')) throw error;
      }
    },
  };
}

/** Pure: the command as root starts it, in a session of its own, recorded and audited. */
export function guardCommand(
  command: Command,
  paths: ServerLeasePaths,
  holder: Holder,
  number: string,
  note: AuditNote,
): Command {
  const inner = command.runAs === 'login' ? resolveArgv(command) : argvFromRoot(command);
  const argv = [...GUARD, paths.dir, holder.run, number, paths.auditLog, formatAuditLine(holder, note), ...inner];
  return { ...command, argv: argv as [string, ...string[]], env: {}, runAs: 'root' };
}

/** Ends the whole group on the machine when the caller gives up, before it lets go of the streams. */
function watchProcess(child: Process, signal: AbortSignal | undefined, endGroup: () => Promise<void>): Process {
  const exit = child.exit.then((ended) => {
    signal?.throwIfAborted();
    if (ended.code === EXIT_HELD) throw new AppError('lease.lost');
    if (ended.code === EXIT_BUSY)
      throw new AppError('lease.held', { message: 'The lease of this machine is being changed by somebody else.' });
    return ended;
  });
  const onAbort = (): void => {
    endGroup()
      .catch((error: unknown) => toAppError(error))
      .finally(() => {
        child.kill('SIGKILL');
      });
  };
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  const forget = (): void => signal?.removeEventListener('abort', onAbort);
  exit.then(forget, forget);
  const { stdin, stdout, stderr } = child;
  return {
    stdin,
    stdout,
    stderr,
    exit,
    kill: (name) => {
      child.kill(name);
    },
    resize: (size) => child.resize?.(size),
  };
}

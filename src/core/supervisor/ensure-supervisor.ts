import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../shared/app-error.ts';
import { withFileLock } from '../system/file-lock.ts';
import { connectSupervisor, isUnreachable, type SupervisorClient } from './client.ts';
import { buildSupervisorEnvironment, type Environment } from './gateway-environment.ts';
import { openLog, rotateLog } from './log-file.ts';
import { readLastLines } from './log-reader.ts';
import { PROTOCOL_VERSION } from './protocol.ts';
import { layoutSupervisor, type SupervisorLayout } from './supervisor-layout.ts';

/** From the start of a supervisor's process to its first answer: half a second, on a machine that is busy much more. */
const SUPERVISOR_START_MS = 30_000;
const POLL_MS = 25;
/** One that ends at once met the last moments of an older one; or it cannot live here. */
const MAX_STARTS = 3;
const SHOWN_LOG_LINES = 20;

export interface EnsureDeps {
  readonly dataDir: string;
  readonly homeDir: string;
  readonly platform: NodeJS.Platform;
  readonly tmpDir: string;
  readonly env: Environment;
  readonly supervisorCommand: readonly [string, ...string[]];
}

/**
 * The supervisor of the data folder, started where none runs. It outlives whoever starts it. Of doors that want one at the
 * same time one starts it, and the others wait for that.
 * @throws AppError `supervisor.unreachable`, `state.newer`, or the reason of the signal
 */
export async function ensureSupervisor(deps: EnsureDeps, signal?: AbortSignal): Promise<SupervisorClient> {
  const layout = layoutSupervisor(deps.dataDir, deps.platform, deps.tmpDir);
  const options = { waitMs: SUPERVISOR_START_MS, ...(signal === undefined ? {} : { signal }) };
  return (
    (await greet(layout)) ?? withFileLock(layout.startLockFile, () => startUntilAnswered(deps, layout, signal), options)
  );
}

async function startUntilAnswered(
  deps: EnsureDeps,
  layout: SupervisorLayout,
  signal: AbortSignal | undefined,
): Promise<SupervisorClient> {
  const deadlineMs = Date.now() + SUPERVISOR_START_MS;
  let started: StartedSupervisor | undefined;
  for (let starts = 0; ;) {
    signal?.throwIfAborted();
    const client = await greet(layout);
    if (client !== undefined) return client;
    if (started === undefined || started.hasEnded()) {
      if (starts === MAX_STARTS) throw await notStarted(layout, 'it ended right after its start');
      starts += 1;
      started = await startSupervisor(deps, layout);
    }
    if (Date.now() > deadlineMs) throw await notStarted(layout, 'it did not answer in time');
    await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
}

/** A client whose supervisor has answered; undefined where none does, or where one of an older Hardshell made room. */
async function greet(layout: SupervisorLayout): Promise<SupervisorClient | undefined> {
  const client = await connectSupervisor(layout);
  if (client === undefined) return undefined;
  try {
    const { version } = await client.call('ping', {});
    if (version === PROTOCOL_VERSION) return client;
    if (version > PROTOCOL_VERSION)
      throw new AppError('state.newer', { message: 'The supervisor belongs to a newer Hardshell.' });
    await client.call('shutdown', { gateways: 'leave' });
    await client.closed;
    return undefined;
  } catch (error) {
    await client[Symbol.asyncDispose]();
    if (isUnreachable(error)) return undefined;
    throw error;
  }
}

interface StartedSupervisor {
  hasEnded(): boolean;
}

/** Starts it in a session of its own, without a terminal, with nothing of the door's environment that might be a secret. */
async function startSupervisor(deps: EnsureDeps, layout: SupervisorLayout): Promise<StartedSupervisor> {
  const [program, ...args] = deps.supervisorCommand;
  await rotateLog(layout.logFile);
  const log = await openLog(layout.logFile);
  try {
    const child = spawn(program, args, {
      cwd: deps.homeDir,
      env: buildSupervisorEnvironment(deps.env, deps.dataDir),
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause) =>
        reject(new AppError('supervisor.unreachable', { details: { reason: 'it cannot be started', program }, cause })),
      );
    });
    child.unref();
    return { hasEnded: () => child.exitCode !== null || child.signalCode !== null };
  } finally {
    await log.close();
  }
}

async function notStarted(layout: SupervisorLayout, reason: string): Promise<AppError> {
  return new AppError('supervisor.unreachable', {
    message: `The supervisor could not be started: ${reason}.`,
    details: { reason, log: layout.logFile, lastLines: await readLastLines(layout.logFile, SHOWN_LOG_LINES) },
  });
}

import { chmod, readdir, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, isAppError } from '../../shared/app-error.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import { createCollection, type Collection } from '../state/collection.ts';
import { makePrivateDir, PRIVATE_DIR, writeFileAtomic } from '../system/atomic-file.ts';
import { withFileLock } from '../system/file-lock.ts';
import { openPrivateDir } from '../system/private-dir.ts';
import { readOwnIdentity, type ProcessIdentity } from '../system/process-identity.ts';
import { gatewayRecordSchema, type GatewayRecord, type GatewayStatus } from './definition.ts';
import type { Environment } from './gateway-environment.ts';
import { createGatewayKeeper, type GatewayKeeper } from './gateway-keeper.ts';
import type { LifeTimings } from './gateway-life.ts';
import { removeProcessRecord } from './gateway-process.ts';
import { MAX_LOG_BYTES, ROTATE_EVERY_MS, rotateLog } from './log-file.ts';
import {
  formatLine,
  PROTOCOL_VERSION,
  type Handlers,
  type SupervisorEvent,
  type SupervisorRecord,
} from './protocol.ts';
import { DOCTOR_TIMEOUT_MS } from './repair.ts';
import { defaultRestartPolicy, STOP_GRACE_MS, type RestartPolicy } from './restart-policy.ts';
import { openServer, type SupervisorServer } from './server.ts';
import { layoutSupervisor, type SupervisorLayout } from './supervisor-layout.ts';

/** A supervisor that has nothing to look after and nobody to talk to ends after this long. */
const IDLE_END_MS = 5 * 60_000;

export interface SupervisorTimings extends LifeTimings {
  readonly idleEndMs: number;
  readonly rotateEveryMs: number;
  readonly maxLogBytes: number;
}

export const defaultTimings: SupervisorTimings = {
  stopGraceMs: STOP_GRACE_MS,
  doctorTimeoutMs: DOCTOR_TIMEOUT_MS,
  idleEndMs: IDLE_END_MS,
  rotateEveryMs: ROTATE_EVERY_MS,
  maxLogBytes: MAX_LOG_BYTES,
};

export type SupervisorLog = (entry: {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}) => void;

export interface SupervisorDeps {
  readonly dataDir: string;
  readonly platform: NodeJS.Platform;
  readonly tmpDir: string;
  /** Of the process: gateways get the part of it that `buildEnvironment` lets through. */
  readonly env: Environment;
  readonly log: SupervisorLog;
  readonly policy?: RestartPolicy;
  readonly timings?: SupervisorTimings;
}

export type SupervisorOutcome =
  /** Another one serves this data folder. */
  | 'already-running'
  /** Nothing to look after, nobody to talk to. */
  | 'idle'
  | 'told-to'
  | 'aborted';

/** What should run: a file a gateway. Any process may read it; the supervisor writes it. */
export function openGatewayRecords(
  layout: SupervisorLayout,
  log: SupervisorLog,
): Collection<GatewayRecord, InstanceId> {
  return createCollection({
    dir: layout.gatewaysDir,
    // 2: suspended; a supervisor that knows nothing of it must not start such a gateway.
    versioned: { version: 2, schema: gatewayRecordSchema, migrations: { 1: (record) => record } },
    clock: Date.now,
    onProblem: (error) => log({ level: 'warn', message: error.message, details: { ...error.details } }),
  });
}

/**
 * Owns the gateways of a data folder until it is told to end, the signal aborts (its gateways then go on, and the next
 * supervisor finds them), or there is nothing to do any more. Of two that are started at once, one returns at once.
 */
export async function runSupervisor(deps: SupervisorDeps, signal: AbortSignal): Promise<SupervisorOutcome> {
  const layout = layoutSupervisor(deps.dataDir, deps.platform, deps.tmpDir);
  await makePrivateDir(layout.dir);
  if (deps.platform !== 'win32') await chmod(layout.dir, PRIVATE_DIR);
  try {
    return await withFileLock(layout.lockFile, () => serve(deps, layout, signal), { waitMs: 0 });
  } catch (error) {
    if (isAppError(error, 'state.busy') && error.details?.['path'] === layout.lockFile) return 'already-running';
    throw error;
  }
}

async function serve(deps: SupervisorDeps, layout: SupervisorLayout, signal: AbortSignal): Promise<SupervisorOutcome> {
  const timings = deps.timings ?? defaultTimings;
  const keepers = new Map<InstanceId, GatewayKeeper>();
  const logFiles = new Map<InstanceId, string>();
  const records = openGatewayRecords(layout, deps.log);
  const identity = await readOwnIdentity();
  let end: (outcome: SupervisorOutcome) => void = () => undefined;
  const ended = new Promise<SupervisorOutcome>((resolve) => {
    end = resolve;
  });
  let server: SupervisorServer | undefined;
  const tell = (event: SupervisorEvent): void => server?.tell(event);

  const keep = (record: GatewayRecord): GatewayKeeper => {
    const { id, logFile } = record.definition;
    const keeper = createGatewayKeeper(record, {
      platform: deps.platform,
      env: deps.env,
      policy: deps.policy ?? defaultRestartPolicy,
      timings,
      processFile: layout.processFile(id),
      now: Date.now,
      save: (changed) => records.put(id, changed),
      onChange(gateway) {
        deps.log({
          level: 'info',
          message: `${gateway.name}: ${gateway.state}, ${gateway.because}`,
          details: { ...gateway },
        });
        tell({ type: 'gateway.changed', gateway });
        considerEnding();
      },
    });
    keepers.set(id, keeper);
    logFiles.set(id, logFile);
    return keeper;
  };

  const keeperOf = (id: InstanceId): GatewayKeeper => {
    const keeper = keepers.get(id);
    if (keeper === undefined)
      throw new AppError('instance.unknown', {
        message: 'The supervisor does not know this gateway.',
        hint: 'Run deploy again.',
      });
    return keeper;
  };
  const list = (): GatewayStatus[] => [...keepers.values()].map((keeper) => keeper.status());

  const handlers: Handlers = {
    ping: () => Promise.resolve({ version: PROTOCOL_VERSION, process: identity }),
    list: () => Promise.resolve(list()),
    status: ({ gateway }) => Promise.resolve(keepers.get(gateway)?.status() ?? null),
    watch: () => Promise.resolve(null),
    async put({ definition }) {
      logFiles.set(definition.id, definition.logFile);
      const keeper = keepers.get(definition.id) ?? keep({ definition, wanted: 'stopped' });
      await keeper.define(definition);
      return keeper.status();
    },
    async start({ gateway }) {
      await keeperOf(gateway).start();
      return keeperOf(gateway).status();
    },
    async stop({ gateway, force }) {
      await keeperOf(gateway).stop(force);
      return keeperOf(gateway).status();
    },
    async restart({ gateway, force }) {
      await keeperOf(gateway).restart(force);
      return keeperOf(gateway).status();
    },
    async suspend({ gateway, suspension }) {
      await keeperOf(gateway).suspend(suspension);
      return keeperOf(gateway).status();
    },
    async resume({ gateway }) {
      await keeperOf(gateway).resume();
      return keeperOf(gateway).status();
    },
    async remove({ gateway, force }) {
      const keeper = keepers.get(gateway);
      await keeper?.stop(force);
      await records.remove(gateway);
      await removeProcessRecord(layout.processFile(gateway));
      keepers.delete(gateway);
      logFiles.delete(gateway);
      if (keeper !== undefined) tell({ type: 'gateway.removed', gateway: keeper.status() });
      return null;
    },
    async shutdown({ gateways }) {
      if (gateways === 'stop') await Promise.all([...keepers.values()].map((keeper) => keeper.endForNow()));
      // The answer goes out first.
      setImmediate(() => end('told-to'));
      return null;
    },
  };

  let idle: NodeJS.Timeout | undefined;
  let over = false;
  const considerEnding = (): void => {
    // Connections go on closing while we end: a timer that is set then would keep the process alive.
    if (over) return;
    const needed =
      server === undefined || server.connections() > 0 || [...keepers.values()].some((keeper) => keeper.isBusy());
    clearTimeout(idle);
    idle = needed ? undefined : setTimeout(() => end('idle'), timings.idleEndMs);
  };

  const onAbort = (): void => end('aborted');
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const rotation = setInterval(
    () => void rotateAll([layout.logFile, ...logFiles.values()], timings.maxLogBytes, deps.log),
    timings.rotateEveryMs,
  );
  try {
    await sweepProcesses(layout, new Set((await records.list()).map((record) => record.definition.id)));
    for (const record of await records.list()) await keep(record).takeOver();
    if (isElsewhere(layout, deps.platform)) await openPrivateDir(dirname(layout.socketPath));
    server = await openServer({
      socketPath: layout.socketPath,
      platform: deps.platform,
      handlers,
      present: () => list().map((gateway) => ({ type: 'gateway.changed', gateway })),
      onConnectionsChanged: considerEnding,
    });
    await writeFileAtomic(layout.recordFile, formatLine(describeSelf(identity, layout)));
    deps.log({ level: 'info', message: 'the supervisor listens', details: { ...identity, gateways: keepers.size } });
    considerEnding();
    const outcome = await ended;
    deps.log({ level: 'info', message: `the supervisor ends: ${outcome}` });
    return outcome;
  } finally {
    over = true;
    signal.removeEventListener('abort', onAbort);
    clearTimeout(idle);
    clearInterval(rotation);
    await removeProcessRecord(layout.recordFile);
    await server?.[Symbol.asyncDispose]();
    await Promise.all([...keepers.values()].map((keeper) => keeper.letGo()));
    if (isElsewhere(layout, deps.platform)) await rmdir(dirname(layout.socketPath)).catch(() => undefined);
  }
}

/** The socket lies in a temporary folder, because its path would be too long in the data folder. */
function isElsewhere(layout: SupervisorLayout, platform: NodeJS.Platform): boolean {
  return platform !== 'win32' && dirname(layout.socketPath) !== layout.dir;
}

function describeSelf(identity: ProcessIdentity, layout: SupervisorLayout): SupervisorRecord {
  return { ...identity, socket: layout.socketPath, version: PROTOCOL_VERSION };
}

/** Forgets processes of gateways that nobody knows any more. */
async function sweepProcesses(layout: SupervisorLayout, known: ReadonlySet<string>): Promise<void> {
  const dir = join(layout.dir, 'processes');
  const names = await readdir(dir).catch(() => []);
  for (const name of names) if (!known.has(name)) await removeProcessRecord(join(dir, name));
}

async function rotateAll(paths: readonly string[], maxBytes: number, log: SupervisorLog): Promise<void> {
  for (const path of paths) {
    try {
      await rotateLog(path, maxBytes);
    } catch (error) {
      log({ level: 'warn', message: 'a log cannot be set aside', details: { path, reason: String(error) } });
    }
  }
}

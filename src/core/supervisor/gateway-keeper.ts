import type { Suspension } from '../../shared/model/guard.ts';
import { suspendedError } from '../openclaw/suspension.ts';
import {
  fingerprint,
  shouldRun,
  type GatewayDefinition,
  type GatewayRecord,
  type GatewayState,
  type GatewayStatus,
} from './definition.ts';
import { openGatewayLife, type GatewayLife, type LifeDeps } from './gateway-life.ts';
import { adoptProcess } from './gateway-process.ts';

export interface KeeperDeps extends Omit<LifeDeps, 'definition' | 'show' | 'giveUp'> {
  /** Writes the record down before the keeper acts on it. */
  readonly save: (record: GatewayRecord) => Promise<void>;
  readonly onChange: (status: GatewayStatus) => void;
}

/** Keeps one gateway as it is wanted. Its methods may be called at any time; each resolves when it is so. */
export interface GatewayKeeper {
  status(): GatewayStatus;
  /** Whether a supervisor has something to do here: it runs, or it should. */
  isBusy(): boolean;
  define(definition: GatewayDefinition): Promise<void>;
  /** Resolves when the process has been started: whether it gets ready is for the caller to see. @throws AppError `instance.suspended` */
  start(): Promise<void>;
  /** @param force without the grace that work under way is given */
  stop(force: boolean): Promise<void>;
  restart(force: boolean): Promise<void>;
  /** Ends it at once, whatever it was told before; from now on nothing starts it. */
  suspend(suspension: Suspension): Promise<void>;
  /** It may be started again. */
  resume(): Promise<void>;
  /** Finds what an earlier supervisor left behind, then starts what should run. */
  takeOver(): Promise<void>;
  /** Ends the process and keeps the wish: the next supervisor starts it again. */
  endForNow(): Promise<void>;
  /** Stops watching; the process goes on for the next supervisor to find. */
  letGo(): Promise<void>;
}

export function createGatewayKeeper(first: GatewayRecord, deps: KeeperDeps): GatewayKeeper {
  let record = first;
  let life: GatewayLife | undefined;
  let state: GatewayState =
    first.suspended !== undefined ? 'suspended' : first.gaveUp === undefined ? 'stopped' : 'failed';
  let because = first.suspended?.because ?? first.gaveUp?.because ?? 'it was not started';
  let sinceMs = deps.now();
  /** Orders to one gateway are carried out one after another. */
  let queue: Promise<unknown> = Promise.resolve();

  const status = (): GatewayStatus => {
    const { id, name, port } = record.definition;
    const process = life?.process();
    return {
      id,
      name,
      port,
      wanted: record.wanted,
      state,
      because,
      since: new Date(sinceMs).toISOString(),
      defined: fingerprint(record.definition),
      crashes: life?.crashes() ?? 0,
      ...(record.gaveUp?.exitCode === undefined ? {} : { exitCode: record.gaveUp.exitCode }),
      ...(record.suspended === undefined ? {} : { suspended: record.suspended }),
      ...(process === undefined ? {} : { pid: process.pid }),
      ...(process?.role === 'gateway' ? { running: process.hash } : {}),
    };
  };

  const show = (newState: GatewayState, newBecause: string): void => {
    const { suspended } = record;
    // What stands still because it is suspended is not just stopped.
    const isDown = suspended !== undefined && life === undefined;
    [state, because] = isDown ? ['suspended', suspended.because] : [newState, newBecause];
    sinceMs = deps.now();
    deps.onChange(status());
  };

  const save = async (change: Pick<GatewayRecord, 'wanted' | 'gaveUp'>): Promise<void> => {
    const { definition, suspended } = record;
    record = { definition, ...change, ...(suspended === undefined ? {} : { suspended }) };
    await deps.save(record);
  };

  const giveUp = async (reason: string, exitCode: number | undefined): Promise<void> => {
    const code = exitCode === undefined ? {} : { exitCode };
    await save({ wanted: record.wanted, gaveUp: { because: reason, at: new Date(deps.now()).toISOString(), ...code } });
    show('failed', reason);
  };

  const open = (adopted: Parameters<typeof openGatewayLife>[1]): GatewayLife => {
    const opened = openGatewayLife({ ...deps, definition: () => record.definition, show, giveUp }, adopted);
    life = opened;
    const over = (): void => {
      if (life === opened) life = undefined;
    };
    opened.done.then(over, (error: unknown) => {
      over();
      show('failed', error instanceof Error ? error.message : String(error));
    });
    return opened;
  };

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  };

  const refuseIfSuspended = (): void => {
    if (record.suspended !== undefined) throw suspendedError(record.suspended);
  };

  const startNow = async (): Promise<void> => {
    refuseIfSuspended();
    await save({ wanted: 'running' });
    // One that waits for its next attempt is not made to wait when somebody asks.
    if (life !== undefined && state === 'waiting') await life.end(true);
    refuseIfSuspended();
    await (life ?? open(undefined)).begun;
  };

  const endNow = async (force: boolean, reason: string): Promise<void> => {
    await life?.end(force);
    show('stopped', reason);
  };

  return {
    status,
    isBusy: () => life !== undefined || shouldRun(record),
    define: (definition) =>
      inTurn(async () => {
        record = { ...record, definition };
        await deps.save(record);
        deps.onChange(status());
      }),
    start: () => inTurn(startNow),
    stop(force) {
      // A second, impatient order is not to wait behind the first.
      if (force) void life?.end(true).catch(() => undefined);
      return inTurn(async () => {
        await save({ wanted: 'stopped' });
        await endNow(force, 'it was stopped');
      });
    },
    restart(force) {
      return inTurn(async () => {
        refuseIfSuspended();
        await save({ wanted: 'running' });
        await life?.end(force);
        await startNow();
      });
    },
    async suspend(suspension) {
      // Not in turn: an order that waits for work to end is not to hold it up, and the next one is to find it suspended.
      record = { ...record, suspended: suspension };
      await deps.save(record);
      await life?.kill();
      show('suspended', suspension.because);
    },
    resume: () =>
      inTurn(async () => {
        if (record.suspended === undefined) return;
        const { definition, wanted, gaveUp } = record;
        record = { definition, wanted, ...(gaveUp === undefined ? {} : { gaveUp }) };
        await deps.save(record);
        show('stopped', 'it was suspended, and may be started again');
      }),
    takeOver: () =>
      inTurn(async () => {
        const adopted = await adoptProcess(deps.processFile, deps.platform);
        if (adopted !== undefined) await open(adopted).begun;
        if (record.suspended !== undefined) {
          await life?.kill();
          show('suspended', record.suspended.because);
        }
        // The stop that an earlier supervisor did not see through; nobody has to wait for it.
        else if (adopted !== undefined && record.wanted === 'stopped')
          void inTurn(() => endNow(false, 'it was stopped'));
        else if (adopted === undefined && shouldRun(record)) open(undefined);
      }),
    endForNow: () => inTurn(() => endNow(false, 'the supervisor was told to end it')),
    letGo: async () => {
      await life?.leave();
    },
  };
}

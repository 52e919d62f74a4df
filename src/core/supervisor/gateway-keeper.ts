import {
  fingerprint,
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
  /** Resolves when the process has been started: whether it gets ready is for the caller to see. */
  start(): Promise<void>;
  /** @param force without the grace that work under way is given */
  stop(force: boolean): Promise<void>;
  restart(force: boolean): Promise<void>;
  /** Finds what an earlier supervisor left behind, then starts what should run. */
  resume(): Promise<void>;
  /** Ends the process and keeps the wish: the next supervisor starts it again. */
  suspend(): Promise<void>;
  /** Stops watching; the process goes on for the next supervisor to find. */
  letGo(): Promise<void>;
}

export function createGatewayKeeper(first: GatewayRecord, deps: KeeperDeps): GatewayKeeper {
  let record = first;
  let life: GatewayLife | undefined;
  let state: GatewayState = first.gaveUp === undefined ? 'stopped' : 'failed';
  let because = first.gaveUp?.because ?? 'it was not started';
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
      ...(process === undefined ? {} : { pid: process.pid }),
      ...(process?.role === 'gateway' ? { running: process.hash } : {}),
    };
  };

  const show = (newState: GatewayState, newBecause: string): void => {
    [state, because, sinceMs] = [newState, newBecause, deps.now()];
    deps.onChange(status());
  };

  const save = async (change: Pick<GatewayRecord, 'wanted' | 'gaveUp'>): Promise<void> => {
    record = { definition: record.definition, ...change };
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

  const startNow = async (): Promise<void> => {
    await save({ wanted: 'running' });
    // One that waits for its next attempt is not made to wait when somebody asks.
    if (life !== undefined && state === 'waiting') await life.end(true);
    await (life ?? open(undefined)).begun;
  };

  const endNow = async (force: boolean, reason: string): Promise<void> => {
    await life?.end(force);
    show('stopped', reason);
  };

  return {
    status,
    isBusy: () => life !== undefined || (record.wanted === 'running' && record.gaveUp === undefined),
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
        await save({ wanted: 'running' });
        await life?.end(force);
        await startNow();
      });
    },
    resume: () =>
      inTurn(async () => {
        const adopted = await adoptProcess(deps.processFile, deps.platform);
        if (adopted !== undefined) await open(adopted).begun;
        // The stop that an earlier supervisor did not see through; nobody has to wait for it.
        if (adopted !== undefined && record.wanted === 'stopped') void inTurn(() => endNow(false, 'it was stopped'));
        else if (adopted === undefined && record.wanted === 'running' && record.gaveUp === undefined) open(undefined);
      }),
    suspend: () => inTurn(() => endNow(false, 'the supervisor was told to end it')),
    letGo: async () => {
      await life?.leave();
    },
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { toAppError, type AppError } from '../../shared/app-error.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { InstanceStatus } from '../api-link.ts';
import type { ContainerRow, ContainerState } from '../container-engine/container.ts';
import type { ContainerEngine, Labels } from '../container-engine/container-engine.ts';
import { labelNames } from '../openclaw/container-layout.ts';
import { Pulse } from './pulse.ts';

/** One `docker compose restart` is a dozen events: what follows within this time is looked at together. */
const TOGETHER_MS = 150;
/** Before an engine that is away is tried again. */
const RETRY_AFTER_MS: readonly number[] = [1_000, 2_000, 5_000, 15_000, 30_000];

/** Disposing closes the way to the machine of the engine as well. */
export interface FleetEngine extends AsyncDisposable {
  readonly engine: ContainerEngine;
}

export interface FleetWatchOptions {
  readonly openEngine: (signal: AbortSignal) => Promise<FleetEngine>;
  /** What is ours among the containers of that engine. */
  readonly labels: Labels;
  /** The instances that live there, as the records say now. */
  readonly readInstances: () => Promise<readonly Instance[]>;
  /** Told of every instance once, then of changes. */
  readonly tell: (status: InstanceStatus) => void;
}

/**
 * All instances of one engine, by one list and one stream of events, however many there are: what a list of them shows. Whether
 * the gateway inside answers, the link to an instance knows.
 */
export class FleetWatch implements AsyncDisposable {
  readonly #options: FleetWatchOptions;
  readonly #stop = new AbortController();
  readonly #pulse = new Pulse();
  readonly #told = new Map<string, string>();
  readonly #running: Promise<void>;

  constructor(options: FleetWatchOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** The records are others now. */
  refresh(): void {
    this.#pulse.wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#pulse.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted; failures += 1) {
      const error = await this.#watchOnce(() => (failures = -1));
      if (this.#stop.signal.aborted) return;
      await this.#tellAll((instance) => ({ instance, state: 'unreachable', because: error.message, error }));
      if (!error.retry) {
        // What only a person can mend is not asked of a server again and again: its log would be full of it.
        await this.#pulse.pause();
        continue;
      }
      const pauseMs = RETRY_AFTER_MS[Math.min(Math.max(failures, 0), RETRY_AFTER_MS.length - 1)];
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Until it ends, and why it did. */
  async #watchOnce(onSeen: () => void): Promise<AppError> {
    try {
      await using opened = await this.#options.openEngine(this.#stop.signal);
      return await this.#watch(opened.engine, onSeen);
    } catch (error) {
      return toAppError(error);
    }
  }

  async #watch(engine: ContainerEngine, onSeen: () => void): Promise<never> {
    const over = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, engine.closed, over.signal]);
    const wake = (): void => this.#pulse.wake();
    const events = engine.watch(this.#options.labels, { onEvent: wake, onGap: wake }, signal);
    // Whoever waits for the next event is told when there will be none.
    const told = events.then(wake, wake);
    engine.closed.addEventListener('abort', wake, { once: true });
    try {
      for (;;) {
        signal.throwIfAborted();
        const rows = await engine.containers.list(this.#options.labels, { signal });
        onSeen();
        const byInstance = new Map(rows.map((row) => [row.labels[labelNames.instance], row]));
        await this.#tellAll((instance) => {
          const { adopted } = instance;
          // What others have made carries no label of ours.
          const row =
            adopted?.kind === 'container'
              ? rows.find(({ name }) => name === adopted.container)
              : byInstance.get(instance.id);
          return { instance, ...describeRow(row) };
        });
        await this.#pulse.pause();
        await sleep(TOGETHER_MS, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      over.abort();
      await told;
    }
  }

  async #tellAll(describe: (instance: Instance) => InstanceStatus): Promise<void> {
    const instances = await this.#options.readInstances();
    for (const instance of instances) {
      const status = describe(instance);
      const said = JSON.stringify([status.state, status.because, status.error?.code, instance.suspension]);
      if (this.#told.get(instance.id) === said || this.#stop.signal.aborted) continue;
      this.#told.set(instance.id, said);
      this.#options.tell(status);
    }
    const here = new Set<string>(instances.map(({ id }) => id));
    for (const id of this.#told.keys()) if (!here.has(id)) this.#told.delete(id);
  }
}

type Said = Pick<InstanceStatus, 'state' | 'because' | 'error'>;

const said: Readonly<Record<ContainerState, Said>> = {
  running: { state: 'running', because: 'its container runs' },
  restarting: { state: 'starting', because: 'its container starts again' },
  created: { state: 'stopped', because: 'its container was never started' },
  exited: { state: 'stopped', because: 'its container is stopped' },
  paused: { state: 'stopped', because: 'its container is frozen' },
  removing: { state: 'stopped', because: 'its container is being removed' },
  dead: { state: 'failed', because: 'the engine could not remove its container' },
};

/** Pure. */
export function describeRow(row: Pick<ContainerRow, 'state'> | undefined): Said {
  return row === undefined ? { state: 'not-deployed', because: 'there is no container of it' } : said[row.state];
}

import { setTimeout as sleep } from 'node:timers/promises';
import { toAppError, type AppError } from '../../shared/app-error.ts';
import { describeGuard } from '../../shared/guard-words.ts';
import type { Guard } from '../../shared/model/guard.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { UsageReading, UsageWish } from '../links/usage-reading.ts';
import { blankMemory, judgeReading } from './guard-rules.ts';

/** Before an instance that could not be suspended is tried to be again. */
const AGAIN_AFTER_MS = 10_000;

export interface GuardServices {
  readonly listInstances: () => Promise<readonly Instance[]>;
  /** Told when there are other records, whoever writes them. */
  readonly onRecords: (listener: () => void) => Disposable;
  /** Looks at an instance whenever it can be reached, until disposal. */
  readonly watchUsage: (
    id: InstanceId,
    wish: UsageWish,
    onReading: (reading: UsageReading) => void,
  ) => Promise<AsyncDisposable>;
  /**
   * Settles once the suspension lasts, or another door that was first sees to it. While somebody else works on the machine it tries
   * again, until `closing` aborts.
   * @param because in words: "CPU above 90 % for 5 min"
   */
  readonly suspend: (instance: Instance, because: string, closing: AbortSignal) => Promise<unknown>;
  readonly onProblem: (error: AppError) => void;
  readonly againAfterMs?: number;
}

/** Watches every instance that has limits, and suspends the one that is beyond them, until disposal. */
export function watchGuards(services: GuardServices): AsyncDisposable {
  const watches = new Map<InstanceId, GuardWatch>();
  const begun = new Begun();
  let isOver = false;
  let last = Promise.resolve();

  const arrange = async (): Promise<void> => {
    const wanted = new Map(
      (await services.listInstances()).filter(isWatched).map((instance) => [instance.id, instance]),
    );
    for (const [id, watch] of watches) {
      const instance = wanted.get(id);
      // Other limits are watched from the beginning: what was counted was counted for the old ones.
      if (!isOver && instance !== undefined && watch.isFor(instance)) continue;
      watches.delete(id);
      await watch[Symbol.asyncDispose]();
    }
    if (isOver) return;
    for (const [id, instance] of wanted) {
      if (!watches.has(id)) watches.set(id, new GuardWatch(instance, services, begun));
    }
  };
  // One after another: two of them would watch the same instance twice.
  const rearrange = (): void => {
    last = last.then(arrange).catch((error: unknown) => services.onProblem(toAppError(error)));
  };
  const listening = services.onRecords(rearrange);
  rearrange();
  return {
    async [Symbol.asyncDispose]() {
      isOver = true;
      listening[Symbol.dispose]();
      await last;
      await Promise.all([...watches.values()].map((watch) => watch[Symbol.asyncDispose]()));
      watches.clear();
      await begun[Symbol.asyncDispose]();
    },
  };
}

/** Half a suspension is none: whoever closes the door waits for what has begun, and others are watched meanwhile. */
class Begun implements AsyncDisposable {
  readonly #closing = new AbortController();
  readonly #all = new Set<Promise<void>>();

  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  add(work: Promise<void>): void {
    this.#all.add(work);
    void work.finally(() => this.#all.delete(work));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#all);
  }
}

/** What is being made or taken away runs as it must, and what is suspended runs no more. */
function isWatched({ phase, guard, suspension }: Instance): boolean {
  return phase === 'deployed' && suspension === undefined && guard !== undefined && describeGuard(guard).length > 0;
}

class GuardWatch implements AsyncDisposable {
  readonly #instance: Instance;
  readonly #guard: Guard;
  readonly #services: GuardServices;
  readonly #begun: Begun;
  readonly #stop = new AbortController();
  readonly #opening: Promise<AsyncDisposable | undefined>;
  #memory = blankMemory;
  #isSuspending = false;
  #isProblemTold = false;

  constructor(instance: Instance, services: GuardServices, begun: Begun) {
    this.#instance = instance;
    this.#guard = instance.guard ?? {};
    this.#services = services;
    this.#begun = begun;
    const { disk, requests } = this.#guard;
    this.#opening = services
      .watchUsage(instance.id, { disk: disk !== undefined, requests: requests !== undefined }, (reading) =>
        this.#judge(reading),
      )
      .catch((error: unknown) => {
        services.onProblem(toAppError(error));
        return undefined;
      });
  }

  isFor({ guard, target, limits }: Instance): boolean {
    const said = ({ guard: a, target: b, limits: c }: Pick<Instance, 'guard' | 'target' | 'limits'>): string =>
      JSON.stringify([a, b, c]);
    return said({ guard, target, limits }) === said(this.#instance);
  }

  #judge(reading: UsageReading): void {
    const { memory, broken } = judgeReading(this.#memory, reading, this.#guard);
    this.#memory = memory;
    this.#tellProblem(reading.problem);
    if (broken.length === 0 || this.#isSuspending || this.#stop.signal.aborted) return;
    const because = describeGuard(this.#guard).find(({ rule }) => broken.includes(rule))?.words ?? '';
    this.#isSuspending = true;
    this.#begun.add(this.#suspend(because).finally(() => (this.#isSuspending = false)));
  }

  /** A limit that is not watched is told of, once until it is watched again. */
  #tellProblem(problem: AppError | undefined): void {
    if (problem !== undefined && !this.#isProblemTold) this.#services.onProblem(problem);
    this.#isProblemTold = problem !== undefined;
  }

  /** Another door may watch as well: the record says who was first. */
  async #suspend(because: string): Promise<void> {
    const { listInstances, suspend, onProblem, againAfterMs = AGAIN_AFTER_MS } = this.#services;
    const find = async (): Promise<Instance | undefined> =>
      (await listInstances()).find(({ id }) => id === this.#instance.id);
    try {
      const now = await find();
      if (now === undefined || !isWatched(now)) return;
      await suspend(this.#instance, because, this.#begun.closing);
    } catch (error) {
      const isGone = await find().then(
        (now) => now === undefined,
        () => false,
      );
      if (isGone) return;
      onProblem(toAppError(error));
      // It runs wild still: the next reading tries again, and not every one of them.
      await sleep(againAfterMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await (await this.#opening)?.[Symbol.asyncDispose]();
  }
}

import { isAppError, toAppError, type AppError } from '../../shared/app-error.ts';
import type { AlertKind, AlertPolicy } from '../../shared/model/alert.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { RunSnapshot } from '../../shared/model/run.ts';
import type { StatusLimits } from '../api-alerts.ts';
import type { InstanceLink, InstanceStatus } from '../api-link.ts';
import type { AlertMarks } from '../state/alert-records.ts';
import type { AlertBook } from './alert-book.ts';
import { LookTimes, type Look } from './looks.ts';
import {
  hearStatus,
  judgeDown,
  judgeRestarts,
  judgeUnreachable,
  statusLimits,
  type StatusMemory,
} from './status-rules.ts';
import { gone, type Verdict } from './verdict.ts';

export interface WatcherServices {
  readonly book: AlertBook;
  readonly looks: readonly Look[];
  readonly listInstances: () => Promise<readonly Instance[]>;
  readonly openLink: (id: InstanceId) => Promise<InstanceLink>;
  readonly readMarks: () => Promise<AlertMarks>;
  /** It runs, whoever has started it: that a person had stopped it is history. */
  readonly forgetStopped: (id: InstanceId) => Promise<void>;
  readonly readRun: (id: string) => Promise<RunSnapshot | undefined>;
  readonly now: () => number;
  readonly onProblem: (error: AppError) => void;
  readonly limits?: StatusLimits;
}

const STATUS_KINDS = ['gateway-down', 'machine-unreachable', 'restart-loop'] as const satisfies readonly AlertKind[];
/** Instances that are reached for the first time side by side: each may be a login at a server. */
const OPENED_AT_ONCE = 4;
/** Looks side by side, of all instances together. */
const LOOKS_AT_ONCE = 3;
const LOOK_TIMEOUT_MS = 90_000;
const STARTED_AFTER_MS = 2 * 60_000;

interface Watched {
  instance: Instance;
  link: InstanceLink | undefined;
  memory: StatusMemory | undefined;
  /** Since when it is seen to run although a person has stopped it. */
  runsAnywayMs?: number | undefined;
}

/**
 * Knows how every instance is and judges it. Statuses are told by the links, the rest is looked at now and then; `tick` judges what
 * only time makes so.
 */
export class Watcher implements AsyncDisposable {
  readonly #services: WatcherServices;
  readonly #limits: StatusLimits;
  readonly #watched = new Map<InstanceId, Watched>();
  readonly #times = new LookTimes();
  readonly #stop = new AbortController();
  /** What goes on, by instance and look: one that lasts is not begun again beside itself. */
  readonly #looking = new Map<string, Promise<void>>();
  #last = Promise.resolve();

  constructor(services: WatcherServices) {
    this.#services = services;
    this.#limits = services.limits ?? statusLimits;
  }

  /** Which instances there are, how they are by now, and what is due to be looked at. */
  tick(policy: AlertPolicy): Promise<void> {
    const mine = this.#last.then(() => this.#tick(policy));
    // Whoever asked is told; the next tick looks all the same.
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /** Resolves when what is being looked at has been judged. */
  async idle(): Promise<void> {
    while (this.#looking.size > 0) await Promise.all(this.#looking.values());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#last;
    await this.idle();
    const links = [...this.#watched.values()].flatMap(({ link }) => (link === undefined ? [] : [link]));
    this.#watched.clear();
    await Promise.all(links.map((link) => link[Symbol.asyncDispose]()));
  }

  async #tick(policy: AlertPolicy): Promise<void> {
    const { listInstances, book, readMarks } = this.#services;
    const all = await listInstances();
    const off = new Set<AlertKind>(policy.off);
    const known = new Set<string>(all.map(({ id }) => id));
    await book.sweep(({ instanceId, kind }) => known.has(instanceId) && !off.has(kind));
    const wanted = all.filter(({ phase, suspension }) => phase === 'deployed' && suspension === undefined);
    await this.#arrange(wanted);
    const { stopped } = await readMarks();
    for (const instance of all) {
      if (this.#isOver()) return;
      const watched = this.#watched.get(instance.id);
      // What is being made, or stands still on purpose, is neither down nor well.
      if (watched === undefined) for (const kind of STATUS_KINDS) await book.judge(instance, kind, gone);
      else {
        const isStopped = stopped.includes(instance.id);
        await this.#noteStart(watched, isStopped);
        await this.#judgeStatus(watched, off, isStopped);
        if (this.#isOver()) return;
        await this.#startLooks(watched, policy, off);
      }
    }
  }

  async #arrange(wanted: readonly Instance[]): Promise<void> {
    const byId = new Map(wanted.map((instance) => [instance.id, instance]));
    for (const [id, watched] of this.#watched) {
      if (byId.has(id)) continue;
      this.#watched.delete(id);
      this.#times.forget(id);
      await watched.link?.[Symbol.asyncDispose]();
    }
    const news = wanted.filter(({ id }) => this.#watched.get(id)?.link === undefined);
    for (const instance of wanted) {
      const watched = this.#watched.get(instance.id);
      if (watched !== undefined) watched.instance = instance;
    }
    for (let from = 0; from < news.length && !this.#isOver(); from += OPENED_AT_ONCE)
      await Promise.all(news.slice(from, from + OPENED_AT_ONCE).map((instance) => this.#open(instance)));
  }

  async #open(instance: Instance): Promise<void> {
    const watched: Watched = this.#watched.get(instance.id) ?? { instance, link: undefined, memory: undefined };
    this.#watched.set(instance.id, watched);
    try {
      const link = await this.#services.openLink(instance.id);
      watched.link = link;
      link.onStatus((status) => this.#hear(watched, status));
    } catch (error) {
      // Removed since the list was read; anything else is tried again at the next tick.
      if (!isAppError(error, 'instance.unknown')) this.#services.onProblem(toAppError(error));
    }
  }

  #hear(watched: Watched, status: InstanceStatus): void {
    watched.memory = hearStatus(watched.memory, status, this.#services.now(), this.#limits);
  }

  async #judgeStatus({ instance, memory }: Watched, off: ReadonlySet<AlertKind>, stoppedHere: boolean): Promise<void> {
    if (memory === undefined) return;
    const { book, now } = this.#services;
    const verdicts: Record<(typeof STATUS_KINDS)[number], Verdict | undefined> = {
      'gateway-down': judgeDown(memory, now(), this.#limits, stoppedHere),
      'machine-unreachable': judgeUnreachable(memory, now(), this.#limits),
      'restart-loop': judgeRestarts(memory, now(), this.#limits),
    };
    for (const kind of STATUS_KINDS) {
      const verdict = verdicts[kind];
      if (off.has(kind) || verdict === undefined) continue;
      // A run of ours stops and starts it, and tells by itself how it ends.
      if (verdict.is === 'on' && !book.isOn(instance.id, kind) && (await this.#isWorkedOn(instance))) continue;
      await book.judge(instance, kind, verdict);
    }
  }

  /** What was stopped a moment ago is still told as running: only what goes on doing so was started since. */
  async #noteStart(watched: Watched, isStopped: boolean): Promise<void> {
    const nowMs = this.#services.now();
    if (!isStopped || watched.memory?.health !== 'up') watched.runsAnywayMs = undefined;
    else if (watched.runsAnywayMs === undefined) watched.runsAnywayMs = nowMs;
    else if (nowMs - watched.runsAnywayMs >= STARTED_AFTER_MS) await this.#services.forgetStopped(watched.instance.id);
  }

  async #isWorkedOn({ lastRun }: Instance): Promise<boolean> {
    if (lastRun === undefined) return false;
    // A log of a run that cannot be read keeps nobody from being told.
    const run = await this.#services.readRun(lastRun).catch(() => undefined);
    return run?.status === 'running';
  }

  async #startLooks(watched: Watched, policy: AlertPolicy, off: ReadonlySet<AlertKind>): Promise<void> {
    const { looks, book, now } = this.#services;
    const { instance, memory } = watched;
    for (const look of looks) {
      const kinds = look.kinds.filter((kind) => !off.has(kind));
      if (kinds.length === 0) continue;
      if (!look.applies(instance, policy)) {
        for (const kind of kinds) await book.judge(instance, kind, gone);
        continue;
      }
      if (!isReady(look, memory) || this.#looking.has(keyOf(instance, look))) continue;
      // What does not fit now is due at the next tick.
      if (this.#looking.size >= LOOKS_AT_ONCE) return;
      if (this.#times.takeIfDue(instance.id, look, now())) this.#begin(watched, look, policy, kinds);
    }
  }

  #begin({ instance, link }: Watched, look: Look, policy: AlertPolicy, kinds: readonly AlertKind[]): void {
    const { book } = this.#services;
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)]);
    const isOn = (kind: AlertKind): boolean => book.isOn(instance.id, kind);
    const work = async (): Promise<void> => {
      const verdicts = await look.look({ instance, link, policy, isOn, signal }).catch(() => ({}) as const);
      // It may have gone away meanwhile, and its records with it.
      if (this.#isOver() || !this.#watched.has(instance.id)) return;
      // What could not be seen is as it was: a machine that does not answer has an alert of its own.
      for (const kind of kinds)
        await book.judge(instance, kind, (verdicts as Partial<Record<AlertKind, Verdict>>)[kind]);
    };
    const looking = work()
      .catch((error: unknown) => this.#services.onProblem(toAppError(error)))
      .finally(() => this.#looking.delete(keyOf(instance, look)));
    this.#looking.set(keyOf(instance, look), looking);
  }

  #isOver(): boolean {
    return this.#stop.signal.aborted;
  }
}

const keyOf = ({ id }: Instance, { kinds }: Look): string => `${id} ${kinds.join(' ')}`;

function isReady({ needs }: Look, memory: StatusMemory | undefined): boolean {
  if (needs === 'nothing') return true;
  if (memory === undefined || memory.health === 'unreachable' || memory.health === 'none') return false;
  return needs === 'machine' || memory.health === 'up';
}

import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import type { AlertKind, AlertPolicy } from '../../shared/model/alert.ts';
import type { Backup } from '../../shared/model/backup.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { RunSnapshot } from '../../shared/model/run.ts';
import type { InstanceLink, MetricSample } from '../api-link.ts';
import type { ExposureReport, IngressStatus } from '../api-operations.ts';
import { blankMarks, type AlertMarks } from '../state/alert-records.ts';
import {
  judgeBackups,
  judgeCertificate,
  judgeDisk,
  judgeExposure,
  judgeMemory,
  judgeSpend,
  judgeUpdate,
} from './look-rules.ts';
import type { RecordFile } from '../state/record-file.ts';
import { gone, type Verdict } from './verdict.ts';

export type Verdicts = Readonly<Partial<Record<AlertKind, Verdict | undefined>>>;

export interface LookContext {
  readonly instance: Instance;
  readonly link: InstanceLink | undefined;
  readonly policy: AlertPolicy;
  readonly isOn: (kind: AlertKind) => boolean;
  readonly signal: AbortSignal;
}

/** What nobody tells, and is therefore looked at now and then. */
export interface Look {
  readonly kinds: readonly AlertKind[];
  readonly everyMs: number;
  /** Whether the instance has to answer for it. */
  readonly needs: 'nothing' | 'machine' | 'gateway';
  /** Without it there is nothing to look at. */
  readonly applies: (instance: Instance, policy: AlertPolicy) => boolean;
  readonly look: (context: LookContext) => Promise<Verdicts>;
}

export interface LookServices {
  readonly marks: RecordFile<AlertMarks>;
  readonly listBackups: () => Promise<readonly Backup[]>;
  readonly readRun: (id: string) => Promise<RunSnapshot | undefined>;
  readonly readIngress: (instance: Instance, signal: AbortSignal) => Promise<IngressStatus>;
  readonly checkExposure: (instance: Instance, signal: AbortSignal) => Promise<ExposureReport>;
  /** What the registry calls the latest. */
  readonly readNewest: (signal: AbortSignal) => Promise<string | undefined>;
  readonly now: () => number;
  /** Looks more often than is good for anybody but a test. */
  readonly atLeastEveryMs?: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The registry is asked no more often than that, by however many doors. */
const REGISTRY_EVERY_MS = 12 * HOUR_MS;
const MEMORY_SAMPLES = 3;

const costSchema = z.object({ totals: z.object({ totalCost: z.number() }) });

export function createLooks(services: LookServices): readonly Look[] {
  const { marks, listBackups, readRun, readIngress, checkExposure, readNewest, now } = services;
  const { atLeastEveryMs = Number.POSITIVE_INFINITY } = services;
  const every = (ms: number): number => Math.min(ms, atLeastEveryMs);

  const findNewest = async (signal: AbortSignal): Promise<string | undefined> => {
    const known = (await marks.read())?.newest;
    if (known !== undefined && now() - Date.parse(known.at) < every(REGISTRY_EVERY_MS)) return known.version;
    // Also one that does not answer has been asked.
    const version = await readNewest(signal).catch(() => known?.version);
    const at = new Date(now()).toISOString();
    await marks.update((old = blankMarks) => ({
      ...old,
      newest: { at, ...(version === undefined ? {} : { version }) },
    }));
    return version;
  };

  return [
    {
      kinds: ['disk', 'memory'],
      everyMs: every(10 * MINUTE_MS),
      needs: 'machine',
      applies: () => true,
      async look({ link, policy, isOn, signal }) {
        if (link === undefined) return {};
        const samples = await takeSamples(link, MEMORY_SAMPLES, signal);
        const newest = samples.at(-1);
        if (newest === undefined) return {};
        return {
          disk: judgeDisk(newest, policy.limits, isOn('disk')),
          memory: judgeMemory(samples, policy.limits, isOn('memory')),
        };
      },
    },
    {
      kinds: ['certificate'],
      everyMs: every(6 * HOUR_MS),
      needs: 'machine',
      applies: ({ ingress }) => ingress !== undefined && ingress.access.mode !== 'tunnel',
      look: async ({ instance, policy, signal }) => ({
        certificate: judgeCertificate(await readIngress(instance, signal), policy.limits, now()),
      }),
    },
    {
      kinds: ['backup'],
      everyMs: every(10 * MINUTE_MS),
      needs: 'nothing',
      applies: ({ backups }) => backups?.schedule !== undefined,
      async look({ instance }) {
        const { id, backups, lastRun, createdAt } = instance;
        if (backups?.schedule === undefined) return { backup: gone };
        const own = (await listBackups()).filter(({ instanceId }) => instanceId === id);
        const run = lastRun === undefined ? undefined : await readRun(lastRun);
        return { backup: judgeBackups(backups.schedule, own, run, { nowMs: now(), instanceMadeAt: createdAt }) };
      },
    },
    {
      kinds: ['update'],
      everyMs: every(HOUR_MS),
      needs: 'nothing',
      // Whoever has set up an adopted one updates it, and its record does not hear of it.
      applies: ({ adopted }) => adopted === undefined,
      look: async ({ instance, signal }) => ({ update: judgeUpdate(instance.version, await findNewest(signal)) }),
    },
    {
      kinds: ['exposure'],
      everyMs: every(HOUR_MS),
      needs: 'machine',
      applies: () => true,
      async look({ instance, signal }) {
        const before = (await marks.read())?.exposure[instance.id];
        // Looking from outside is loud: other people's machines may take note of it.
        if (before !== undefined && now() - Date.parse(before.at) < every(DAY_MS)) return {};
        const { verdict, open } = judgeExposure(await checkExposure(instance, signal), before?.open);
        const at = new Date(now()).toISOString();
        await marks.update((old = blankMarks) => ({
          ...old,
          exposure: { ...old.exposure, [instance.id]: { at, open: [...open] } },
        }));
        return { exposure: verdict };
      },
    },
    {
      kinds: ['spend'],
      everyMs: every(30 * MINUTE_MS),
      needs: 'gateway',
      applies: (_, { spendCapUsd }) => spendCapUsd !== undefined,
      async look({ link, policy: { spendCapUsd }, isOn, signal }) {
        if (link === undefined || spendCapUsd === undefined) return {};
        const answer = await link.call('usage.cost', { ...monthOf(new Date(now())), agentScope: 'all' }, { signal });
        const { totals } = costSchema.parse(answer);
        return { spend: judgeSpend(totals.totalCost, spendCapUsd, isOn('spend')) };
      },
    },
  ];
}

/** From its first day to today, as `usage.cost` takes it. Pure. */
export function monthOf(today: Date): { readonly startDate: string; readonly endDate: string } {
  const two = (number: number): string => String(number).padStart(2, '0');
  const month = `${String(today.getFullYear())}-${two(today.getMonth() + 1)}`;
  return { startDate: `${month}-01`, endDate: `${month}-${two(today.getDate())}` };
}

/** A few readings, and then nobody measures there any more. */
async function takeSamples(link: InstanceLink, count: number, signal: AbortSignal): Promise<readonly MetricSample[]> {
  const samples: MetricSample[] = [];
  let listening: Disposable | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new AppError('run.cancelled')), { once: true });
      listening = link.onSample((sample) => {
        samples.push(sample);
        if (samples.length >= count) resolve();
      });
    });
  } catch (error) {
    // Fewer than wished for are better than none.
    if (samples.length === 0) throw error;
  } finally {
    listening?.[Symbol.dispose]();
  }
  return samples;
}

/** When each instance was last looked at for what. */
export class LookTimes {
  readonly #due = new Map<string, number>();

  takeIfDue(id: InstanceId, { kinds, everyMs }: Look, nowMs: number): boolean {
    const key = `${id} ${kinds[0] ?? ''}`;
    if ((this.#due.get(key) ?? 0) > nowMs) return false;
    this.#due.set(key, nowMs + everyMs);
    return true;
  }

  forget(id: InstanceId): void {
    for (const key of this.#due.keys()) if (key.startsWith(`${id} `)) this.#due.delete(key);
  }
}

import type { Alert, AlertKind } from '../../shared/model/alert.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { Collection } from '../state/collection.ts';
import type { Verdict } from './verdict.ts';

/** One record for each kind and instance: what was told, and is so, survives whoever told it. */
export const alertIdOf = ({ instanceId, kind }: Pick<Alert, 'instanceId' | 'kind'>): string => `${instanceId}-${kind}`;

export interface AlertBook {
  isOn(id: InstanceId, kind: AlertKind): boolean;
  /** Writes down what a verdict changes. What it repeats changes nothing. */
  judge(instance: Instance, kind: AlertKind, verdict: Verdict | undefined): Promise<void>;
  /** Takes away what is of no instance, or of no kind that is watched. */
  sweep(isWatched: (alert: Alert) => boolean): Promise<void>;
}

/** Takes away records that nobody watches over any more. */
export async function forgetAlerts(records: Collection<Alert>, isForgotten: (alert: Alert) => boolean): Promise<void> {
  for (const alert of await records.list()) if (isForgotten(alert)) await records.remove(alertIdOf(alert));
}

/** Only one process judges at a time, so that it may remember what it has read. */
export async function openAlertBook(records: Collection<Alert>, now: () => number): Promise<AlertBook> {
  const known = new Map((await records.list()).map((alert) => [alertIdOf(alert), alert]));

  const write = async (id: string, change: (old: Alert | undefined) => Alert): Promise<void> => {
    // Doors with notifications write down meanwhile that they have told.
    known.set(id, await records.update(id, change));
  };
  const remove = async (id: string): Promise<void> => {
    await records.remove(id);
    known.delete(id);
  };

  return {
    isOn: (instanceId, kind) => {
      const alert = known.get(alertIdOf({ instanceId, kind }));
      return alert !== undefined && alert.clearedAt === undefined;
    },
    async judge({ id: instanceId, name: instanceName }, kind, verdict) {
      if (verdict === undefined) return;
      const id = alertIdOf({ instanceId, kind });
      const before = known.get(id);
      const isOn = before !== undefined && before.clearedAt === undefined;
      const at = new Date(now()).toISOString();
      if (verdict.is === 'gone') {
        if (isOn) await remove(id);
        return;
      }
      if (verdict.is === 'off') {
        if (isOn) await write(id, (old = before) => ({ ...old, clearedAt: at, told: { ...old.told, cleared: [] } }));
        return;
      }
      const { level, because } = verdict;
      const about = verdict.about === undefined ? {} : { about: [...verdict.about] };
      if (!isOn) {
        const told = { fired: [], cleared: [] };
        await write(id, () => ({ instanceId, instanceName, kind, level, because, ...about, since: at, told }));
        return;
      }
      // What has become worse is news, and so is another opening or another version: not that the same is said in other words.
      const isWorse = before.level === 'warn' && level === 'bad';
      const heard = new Set(before.about ?? verdict.about);
      const isNews = isWorse || (verdict.about ?? []).some((one) => !heard.has(one));
      if (isNews)
        await write(id, (old = before) => ({
          ...old,
          level: isWorse ? level : old.level,
          because,
          ...about,
          told: { fired: [], cleared: [] },
        }));
      else if (before.because !== because || before.about?.length !== verdict.about?.length)
        await write(id, (old = before) => ({ ...old, because, ...about }));
    },
    async sweep(isWatched) {
      for (const [id, alert] of known) if (!isWatched(alert)) await remove(id);
    },
  };
}

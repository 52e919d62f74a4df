import type { Alert } from './model/alert.ts';

/** The worst of what is so now, the newest of those; that there is an update is news and no trouble. Pure. */
export function worstAlertOf(alerts: readonly Alert[], instanceId: string): Alert | undefined {
  const [worst] = alerts
    .filter((one) => one.instanceId === instanceId && one.clearedAt === undefined && one.kind !== 'update')
    .toSorted(
      (a, b) => Number(b.level === 'bad') - Number(a.level === 'bad') || Date.parse(b.since) - Date.parse(a.since),
    );
  return worst;
}

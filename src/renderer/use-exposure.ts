import { useCallback } from 'react';
import type { InstanceView } from '../shared/contract/instance.ts';
import type { ExposureReportView } from '../shared/contract/operation.ts';
import { useClient } from './live.ts';
import { useStore } from './store.ts';
import { useAnswer, type Asked } from './use-asked.ts';

/**
 * What is open of an instance: looked at when somebody looks, and again after it was changed. Every page knows the last report.
 * @param isWanted false: no more than is known already
 */
export function useExposure({ id, lastRun }: InstanceView, isWanted = true): Asked<ExposureReportView | undefined> {
  const client = useClient();
  // what was seen before the last run says nothing about what it has changed
  const key = `${id} ${lastRun ?? ''}`;
  const known = useStore((state) => state.exposures[key]);
  const look = useCallback(async () => {
    if (!isWanted) return undefined;
    const report = await client.call('exposure.check', { instanceId: id });
    useStore.setState(({ exposures }) => ({ exposures: { ...exposures, [key]: report } }));
    return report;
  }, [client, id, key, isWanted]);
  return { ...useAnswer(look), answer: known };
}

/** The same for a page that is opened often: it looks once, and then knows what the others find. */
export function useKnownExposure(instance: InstanceView, canLook: boolean): ExposureReportView | undefined {
  const isUnknown = useStore((state) => state.exposures[`${instance.id} ${instance.lastRun ?? ''}`] === undefined);
  return useExposure(instance, canLook && isUnknown).answer;
}

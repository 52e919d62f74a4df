import { MonitorSmartphone } from 'lucide-react';
import { useCallback } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { More } from '../../ui/more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useAnswer } from '../../use-asked.ts';
import { PairedRow, RequestRow } from './device-row.tsx';
import styles from './devices-panel.module.css';

const words = text.devices;

/** Who comes with a key of their own, and who asks to. */
export function DevicesPanel({ instance }: { readonly instance: InstanceView }) {
  const client = useClient();
  const { id: instanceId, lastRun } = instance;
  const ask = useCallback(() => client.call('device.list', { instanceId }), [client, instanceId]);
  const { answer, error, asking, again } = useAnswer(ask, lastRun);
  const isEmpty = answer !== undefined && answer.pending.length + answer.paired.length === 0;
  return (
    <Panel
      heading={words.title}
      flush
      actions={
        <Button size="small" busy={asking} onClick={again}>
          {words.again}
        </Button>
      }
    >
      {error !== undefined && (
        <div className={styles['inset']}>
          <ErrorPanel error={error} onRetry={again} />
        </div>
      )}
      {answer === undefined && error === undefined && (
        <div className={styles['inset']}>
          <Skeleton width="60%" />
          <Skeleton width="45%" />
        </div>
      )}
      {isEmpty && error === undefined && (
        <Empty icon={<MonitorSmartphone size={18} aria-hidden />} title={words.none}>
          {words.noneHint}
        </Empty>
      )}
      {answer !== undefined && !isEmpty && (
        <ul aria-label={words.title}>
          {answer.pending.map((request) => (
            <RequestRow key={request.requestId} instanceId={instanceId} request={request} onChanged={again} />
          ))}
          {answer.paired.map((device) => (
            <PairedRow key={device.deviceId} instanceId={instanceId} device={device} onChanged={again} />
          ))}
        </ul>
      )}
      {answer !== undefined && answer.deeds.length > 0 && (
        <div className={styles['deeds']}>
          <More label={words.deeds(answer.deeds.length)} open={false}>
            <ul>
              {answer.deeds.map((deed) => (
                <li className={styles['facts']} key={`${deed.at} ${deed.deviceId}`}>
                  <time dateTime={deed.at}>{formatMoment(deed.at)}</time>
                  <span>{words.deed(deed)}</span>
                </li>
              ))}
            </ul>
          </More>
        </div>
      )}
    </Panel>
  );
}

import { useCallback } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { Panel } from '../../ui/panel.tsx';
import { useAnswer } from '../../use-asked.ts';
import styles from './agent.module.css';
import { Answered } from './answered.tsx';

const words = text.agent.deeds;
const MOST_SHOWN = 10;

interface DeedsPanelProps {
  readonly instance: InstanceView;
  readonly changes: number;
}

/** Who changed what here, and when. */
export function DeedsPanel({ instance: { id: instanceId }, changes }: DeedsPanelProps) {
  const client = useClient();
  const ask = useCallback(() => client.call('deeds.list', { instanceId }), [client, instanceId]);
  const deeds = useAnswer(ask, changes);
  return (
    <Panel heading={words.title} flush>
      <Answered asked={deeds}>
        {(all) =>
          all.length === 0 ? (
            <p className={`${styles['inset'] ?? ''} ${styles['note'] ?? ''}`}>{words.none}</p>
          ) : (
            <ul>
              {all.slice(0, MOST_SHOWN).map(({ at, who, what }, index) => (
                <li key={`${at} ${String(index)}`} className={styles['row']}>
                  <span className={styles['what']}>{what}</span>
                  <span className={styles['facts']}>
                    {who}, <time dateTime={at}>{formatMoment(at)}</time>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Panel>
  );
}

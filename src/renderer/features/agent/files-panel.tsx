import { useCallback } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatBytes, formatMoment } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useAnswer } from '../../use-asked.ts';
import styles from './agent.module.css';
import { Answered } from './answered.tsx';

const words = text.agent.files;

interface FilesPanelProps {
  readonly instance: InstanceView;
  readonly changes: number;
  readonly onEdit: (file: string) => void;
}

/** What the agent is told before anybody says a word. */
export function FilesPanel({ instance, changes, onEdit }: FilesPanelProps) {
  const client = useClient();
  const instanceId = instance.id;
  const ask = useCallback(() => client.call('files.list', { instanceId }), [client, instanceId]);
  const files = useAnswer(ask, changes);
  return (
    <Panel heading={words.title} flush>
      <Answered asked={files}>
        {(all) =>
          all.length === 0 ? (
            <p className={`${styles['inset'] ?? ''} ${styles['note'] ?? ''}`}>{words.empty}</p>
          ) : (
            <ul>
              {all.map(({ name, there, bytes = 0, changedAt }) => (
                <li key={name} className={styles['row']}>
                  <span className={styles['name']}>
                    {name}
                    <span className={styles['dim']}>
                      {!there
                        ? words.missing
                        : `${formatBytes(bytes)}${changedAt === undefined ? '' : `, ${formatMoment(changedAt)}`}`}
                    </span>
                  </span>
                  <Button size="small" aria-label={words.edit(name)} onClick={() => onEdit(name)}>
                    {words.editShort}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Panel>
  );
}

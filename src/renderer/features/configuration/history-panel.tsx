import { useCallback } from 'react';
import { History } from 'lucide-react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ConfigEntry, ConfigEntryId } from '../../../shared/model/configuration.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatWhen } from '../../text/time-text.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { More } from '../../ui/more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useAnswer } from '../../use-asked.ts';
import { ChangeList } from './change-list.tsx';
import styles from './configuration.module.css';

const words = text.configuration.history;
/** More are folded. */
const SHOWN_CHANGES = 3;

interface HistoryPanelProps {
  readonly instance: InstanceView;
  /** Another one: it is asked again. */
  readonly about: string;
  /** False: what would be changed is not known. */
  readonly canRevert: boolean;
  readonly onRevert: (entry: ConfigEntryId) => void;
}

/** What was changed, by whom and why, and the way back. */
export function HistoryPanel({ instance, about, canRevert, onRevert }: HistoryPanelProps) {
  const client = useClient();
  const { id: instanceId } = instance;
  const ask = useCallback(() => client.call('configuration.history', { instanceId }), [client, instanceId]);
  const { answer, error, again } = useAnswer(ask, about);
  return (
    <Panel heading={words.title} flush>
      {error !== undefined && <ErrorPanel error={error} onRetry={again} />}
      {answer === undefined && error === undefined && (
        <div className={styles['inset']}>
          <Skeleton width="60%" />
          <Skeleton width="45%" />
        </div>
      )}
      {answer?.length === 0 && (
        <Empty icon={<History size={18} aria-hidden />} title={words.none}>
          {words.noneHint}
        </Empty>
      )}
      <ol aria-label={words.title}>
        {answer?.map((entry) => (
          <Entry key={entry.id} entry={entry} canRevert={canRevert} onRevert={() => onRevert(entry.id)} />
        ))}
      </ol>
    </Panel>
  );
}

interface EntryProps {
  readonly entry: ConfigEntry;
  readonly canRevert: boolean;
  readonly onRevert: () => void;
}

function Entry({ entry, canRevert, onRevert }: EntryProps) {
  const { at, by, who = '', why, changes, revertOf } = entry;
  const when = formatWhen(at, new Date());
  const isFolded = changes.length > SHOWN_CHANGES;
  return (
    <li className={styles['row']}>
      <div className={styles['what']}>
        <p className={styles['when']}>
          <time dateTime={at}>{when}</time>
          <span className={styles['who']}>{by === 'outside' ? words.outside : who}</span>
        </p>
        {why !== undefined && <p>{why}</p>}
        {revertOf !== undefined && <p className={styles['note']}>{words.isRevert}</p>}
        <ChangeList changes={changes.slice(0, SHOWN_CHANGES)} />
        {changes.length === 0 && <p className={styles['note']}>{words.formAlone}</p>}
        {isFolded && (
          <More label={words.more(changes.length - SHOWN_CHANGES)} open={false}>
            <ChangeList changes={changes.slice(SHOWN_CHANGES)} />
          </More>
        )}
      </div>
      {changes.length > 0 && (
        <Button size="small" disabled={!canRevert} onClick={onRevert} aria-label={words.revertOf(when)}>
          {words.revert}
        </Button>
      )}
    </li>
  );
}

import { CircleCheck, TriangleAlert } from 'lucide-react';
import { goTo } from '../../router.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { findAttention, type Remedy } from './attention.ts';
import styles from './overview-tab.module.css';

type AttentionPanelProps = Parameters<typeof findAttention>[0];

export function AttentionPanel(props: AttentionPanelProps) {
  const items = findAttention(props);
  const goToRemedy = (remedy: Remedy): void =>
    goTo(
      remedy.is === 'run'
        ? { page: 'run', runId: remedy.runId }
        : { page: 'instance', instanceId: props.instance.id, tab: remedy.tab },
    );
  if (items.length === 0) {
    // before anybody has looked there is nothing to say
    if (props.status?.state !== 'running') return null;
    return (
      <p className={styles['well']}>
        <CircleCheck size={14} aria-hidden />
        {text.instance.overview.allWell}
      </p>
    );
  }
  return (
    <ul className={styles['attention']} aria-label={text.instance.overview.attention}>
      {items.map(({ id, level, message, remedy, button }) => (
        <li key={id} data-level={level}>
          <TriangleAlert size={16} aria-hidden />
          <span>{message}</span>
          <Button size="small" onClick={() => goToRemedy(remedy)}>
            {button}
          </Button>
        </li>
      ))}
    </ul>
  );
}

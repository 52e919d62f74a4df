import { useCallback } from 'react';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useAction } from '../../use-action.ts';
import { useAnswer } from '../../use-asked.ts';
import styles from './alerts.module.css';
import { Prose } from '../../ui/prose.tsx';

const words = text.alerts.service;

/** What goes on while no window is open. */
export function WatchServicePanel() {
  const client = useClient();
  const action = useAction();
  const ask = useCallback(() => client.call('watch.status', {}), [client]);
  const { answer, error, again } = useAnswer(ask);
  const change = (on: boolean): void =>
    void action.run(async () => {
      await client.call(on ? 'watch.install' : 'watch.uninstall', {});
      again();
    });
  return (
    <Panel heading={words.title}>
      <p className={styles['note']}>
        <Prose>{words.lead}</Prose>
      </p>
      {answer === undefined && error === undefined && <Skeleton width="60%" />}
      {answer === undefined && error !== undefined && <ErrorPanel error={error} onRetry={again} />}
      {answer?.state === 'unsupported' && <p className={styles['note']}>{words.states.unsupported}</p>}
      {answer !== undefined && answer.state !== 'unsupported' && (
        <Switch
          label={words.on}
          hint={[words.states[answer.state], answer.note].filter((part) => part !== undefined).join(' ')}
          checked={answer.state !== 'absent'}
          disabled={action.busy}
          onChange={change}
        />
      )}
      {action.error !== undefined && <ErrorPanel error={action.error} />}
    </Panel>
  );
}

import { useCallback } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { KeyValue } from '../../ui/key-value.tsx';
import { More } from '../../ui/more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useAnswer } from '../../use-asked.ts';
import styles from './agent.module.css';
import { Answered } from './answered.tsx';

const words = text.agent.spend;

/** What the gateway has counted; the provider's bill is its own. */
export function SpendPanel({ instance: { id: instanceId } }: { readonly instance: InstanceView }) {
  const client = useClient();
  const ask = useCallback(() => client.call('models.spend', { instanceId }), [client, instanceId]);
  const spend = useAnswer(ask);
  return (
    <Panel heading={words.title} flush>
      <Answered asked={spend}>
        {({ today, week, month, byModel, unpriced }) => (
          <div className={styles['inset']}>
            {month.tokens === 0 && month.usd === 0 ? (
              <p className={styles['note']}>{words.nothing}</p>
            ) : (
              <KeyValue
                rows={[
                  { key: words.today, value: words.amount(today.usd, today.tokens) },
                  { key: words.week, value: words.amount(week.usd, week.tokens) },
                  { key: words.month, value: words.amount(month.usd, month.tokens) },
                ]}
              />
            )}
            {byModel.length > 0 && (
              <More label={words.byModel} open={false}>
                <KeyValue
                  rows={byModel.map(({ model, usd, tokens }) => ({ key: model, value: words.amount(usd, tokens) }))}
                />
              </More>
            )}
            {unpriced > 0 && <p className={styles['note']}>{words.unpriced(unpriced)}</p>}
          </div>
        )}
      </Answered>
    </Panel>
  );
}

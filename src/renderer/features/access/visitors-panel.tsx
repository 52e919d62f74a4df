import type { ReactNode } from 'react';
import type { IngressStatusView } from '../../../shared/contract/operation.ts';
import type { TrafficLimits } from '../../../shared/model/ingress.ts';
import { text } from '../../text/index.ts';
import { formatBytes } from '../../text/measures.ts';
import { KeyValue } from '../../ui/key-value.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './access-tab.module.css';

const words = text.access.tab;

interface VisitorsPanelProps {
  readonly limits: TrafficLimits;
  readonly limitedBy: IngressStatusView['limitedBy'];
  readonly actions: ReactNode;
}

/** What visitors may do. */
export function VisitorsPanel({ limits, limitedBy, actions }: VisitorsPanelProps) {
  const { rate, burst, connections, bodyBytes, allow } = limits;
  const orNone = (value: number | undefined, say: (value: number) => string): string =>
    value === undefined ? words.noLimit : say(value);
  return (
    <Panel heading={words.visitors} actions={actions}>
      <KeyValue
        rows={[
          { key: words.requests, value: orNone(rate, words.perSecond) },
          { key: words.atOnce, value: orNone(burst, words.more) },
          { key: words.connections, value: orNone(connections, words.count) },
          { key: words.upload, value: orNone(bodyBytes, formatBytes) },
          { key: words.from, value: allow === undefined ? words.anywhere : allow.join(', ') },
        ]}
      />
      {limitedBy === 'connections' && rate !== undefined && <p className={styles['note']}>{words.connectionsOnly}</p>}
    </Panel>
  );
}

import type { ModelsView } from '../../../shared/model/models.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Asked } from '../../use-asked.ts';
import styles from './agent.module.css';
import { Answered } from './answered.tsx';

const words = text.agent.model;

interface ModelPanelProps {
  readonly models: Asked<ModelsView>;
  readonly onChange: (models: ModelsView) => void;
}

/** Which model answers, and which are asked when it does not. */
export function ModelPanel({ models, onChange }: ModelPanelProps) {
  const { answer } = models;
  return (
    <Panel
      heading={words.title}
      flush
      actions={
        <Button size="small" disabled={answer === undefined} onClick={() => answer !== undefined && onChange(answer)}>
          {words.change}
        </Button>
      }
    >
      <Answered asked={models}>
        {({ primary, fallbacks, incomplete }) => (
          <div className={styles['inset']}>
            <KeyValue
              rows={[
                { key: words.primary, value: primary ?? words.none },
                { key: words.fallbacks, value: fallbacks.length === 0 ? words.noFallbacks : fallbacks.join(', ') },
              ]}
            />
            {incomplete && <p className={styles['note']}>{words.incomplete}</p>}
          </div>
        )}
      </Answered>
    </Panel>
  );
}

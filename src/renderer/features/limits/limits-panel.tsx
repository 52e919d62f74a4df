import { useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { DEFAULT_CPUS, DEFAULT_MEMORY_BYTES } from '../../../shared/model/resources.ts';
import { text } from '../../text/index.ts';
import { formatBytes } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { Panel } from '../../ui/panel.tsx';
import { LimitsDialog } from './limits-dialog.tsx';

const words = text.limits;

/** What a container may take of its machine. */
export function LimitsPanel({ instance }: { readonly instance: InstanceView }) {
  const [isChanging, setIsChanging] = useState(false);
  const { memoryBytes = DEFAULT_MEMORY_BYTES, cpus = DEFAULT_CPUS } = instance.limits ?? {};
  return (
    <Panel
      heading={words.title}
      actions={
        <Button size="small" onClick={() => setIsChanging(true)}>
          {words.change}
        </Button>
      }
    >
      <KeyValue
        rows={[
          { key: words.memory, value: formatBytes(memoryBytes) },
          { key: words.cpus, value: String(cpus) },
        ]}
      />
      {isChanging && <LimitsDialog instance={instance} onClose={() => setIsChanging(false)} />}
    </Panel>
  );
}

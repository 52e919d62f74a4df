import { useCallback, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { useAnswer } from '../../use-asked.ts';
import styles from './agent.module.css';
import { DeedsPanel } from './deeds-panel.tsx';
import { FilesPanel } from './files-panel.tsx';
import { GatewayNeeded } from './gateway-needed.tsx';
import { KeysPanel } from './keys-panel.tsx';
import { ModelPanel } from './model-panel.tsx';
import { SkillsPanel } from './skills-panel.tsx';
import { SpendPanel } from './spend-panel.tsx';

/** Who answers, with whose key, at what cost, and what the agent is told and has learnt. */
export function AgentTab({ instance }: { readonly instance: InstanceView }) {
  return (
    <GatewayNeeded instance={instance}>
      <Panels instance={instance} />
    </GatewayNeeded>
  );
}

function Panels({ instance }: { readonly instance: InstanceView }) {
  const client = useClient();
  const [changes, setChanges] = useState(0);
  const instanceId = instance.id;
  const ask = useCallback(() => client.call('models.read', { instanceId }), [client, instanceId]);
  const models = useAnswer(ask, changes);
  const changed = useCallback(() => setChanges((count) => count + 1), []);
  return (
    <div className={styles['page']}>
      <div className={styles['columns']}>
        <div className={styles['stack']}>
          <ModelPanel instance={instance} models={models} onChanged={changed} />
          <KeysPanel instance={instance} models={models} onChanged={changed} />
          <SpendPanel instance={instance} />
        </div>
        <div className={styles['stack']}>
          <FilesPanel instance={instance} onChanged={changed} />
          <SkillsPanel instance={instance} onChanged={changed} />
          <DeedsPanel instance={instance} changes={changes} />
        </div>
      </div>
    </div>
  );
}

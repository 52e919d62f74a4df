import { useCallback, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ModelsView } from '../../../shared/model/models.ts';
import { useClient } from '../../live.ts';
import { useAnswer } from '../../use-asked.ts';
import styles from './agent.module.css';
import { DeedsPanel } from './deeds-panel.tsx';
import { FileDialog } from './file-dialog.tsx';
import { FilesPanel } from './files-panel.tsx';
import { GatewayNeeded } from './gateway-needed.tsx';
import { KeyDialog } from './key-dialog.tsx';
import type { KeyDraft } from './key-draft.ts';
import { KeysPanel } from './keys-panel.tsx';
import { ModelDialog } from './model-dialog.tsx';
import { ModelPanel } from './model-panel.tsx';
import { SkillsPanel } from './skills-panel.tsx';
import { SpendPanel } from './spend-panel.tsx';

/** What is changed in a dialog. */
type Opened =
  | { readonly is: 'model'; readonly models: ModelsView }
  | { readonly is: 'key'; readonly begin: KeyDraft }
  | { readonly is: 'file'; readonly file: string };

/** Who answers, with whose key, at what cost, and what the agent is told and has learnt. */
export function AgentTab({ instance }: { readonly instance: InstanceView }) {
  const [opened, setOpened] = useState<Opened>();
  const [changes, setChanges] = useState(0);
  const changed = (): void => setChanges((count) => count + 1);
  const close = (): void => setOpened(undefined);
  return (
    <>
      <GatewayNeeded instance={instance}>
        <Panels instance={instance} changes={changes} onChanged={changed} onOpen={setOpened} />
      </GatewayNeeded>
      {/* what is typed here outlives a gateway that stops */}
      {opened?.is === 'model' && (
        <ModelDialog instance={instance} models={opened.models} onChanged={changed} onClose={close} />
      )}
      {opened?.is === 'key' && (
        <KeyDialog instance={instance} begin={opened.begin} onChanged={changed} onClose={close} />
      )}
      {opened?.is === 'file' && (
        <FileDialog
          instance={instance}
          file={opened.file}
          onClose={() => {
            close();
            changed();
          }}
        />
      )}
    </>
  );
}

interface PanelsProps {
  readonly instance: InstanceView;
  readonly changes: number;
  readonly onChanged: () => void;
  readonly onOpen: (opened: Opened) => void;
}

function Panels({ instance, changes, onChanged, onOpen }: PanelsProps) {
  const client = useClient();
  const instanceId = instance.id;
  const ask = useCallback(() => client.call('models.read', { instanceId }), [client, instanceId]);
  const models = useAnswer(ask, changes);
  return (
    <div className={styles['page']}>
      <div className={styles['columns']}>
        <div className={styles['stack']}>
          <ModelPanel models={models} onChange={(answer) => onOpen({ is: 'model', models: answer })} />
          <KeysPanel
            instance={instance}
            models={models}
            onChanged={onChanged}
            onGive={(begin) => onOpen({ is: 'key', begin })}
          />
          <SpendPanel instance={instance} />
        </div>
        <div className={styles['stack']}>
          <FilesPanel instance={instance} changes={changes} onEdit={(file) => onOpen({ is: 'file', file })} />
          <SkillsPanel instance={instance} onChanged={onChanged} />
          <DeedsPanel instance={instance} changes={changes} />
        </div>
      </div>
    </div>
  );
}

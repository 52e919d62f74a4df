import { useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ChangeView } from '../../../shared/contract/operation.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ChangeDialog } from '../run/change-dialog.tsx';
import styles from './devices-panel.module.css';

const words = text.devices.token;
const rotate: ChangeView = { kind: 'rotate-token' };

export function TokenChangePanel({ instance }: { readonly instance: InstanceView }) {
  const [isAsked, setIsAsked] = useState(false);
  const close = (): void => setIsAsked(false);
  const isOwn = instance.adopted === undefined;
  const canChange = isOwn && instance.phase === 'deployed' && instance.suspension === undefined;
  return (
    <Panel
      heading={words.title}
      actions={
        <Button size="small" disabled={!canChange} onClick={() => setIsAsked(true)}>
          {words.rotate}
        </Button>
      }
    >
      <p className={styles['note']}>{isOwn ? words.lead : text.import.cannot('rotate-token')}</p>
      {isAsked && (
        <ChangeDialog
          instance={instance}
          change={rotate}
          title={words.planTitle(instance.name)}
          lead={words.planLead}
          go={words.go}
          cancel={text.common.cancel}
          onBack={close}
          onBegun={close}
        />
      )}
    </Panel>
  );
}

import { useCallback } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { PlanDialog } from '../run/plan-dialog.tsx';

interface ForgetDialogProps {
  readonly instance: InstanceView;
  readonly onClose: () => void;
}

/** Removing what was adopted: it is forgotten here, and goes on where it runs. */
export function ForgetDialog({ instance: { id, name }, onClose }: ForgetDialogProps) {
  const client = useClient();
  const ask = useCallback(() => client.call('removal.preview', { instanceId: id, purge: false }), [client, id]);
  return (
    <PlanDialog
      title={text.import.forgetTitle(name)}
      lead={text.import.forgetLead}
      go={text.import.forgetGo}
      ask={ask}
      start={(previewId) => client.call('removal.start', { previewId })}
      onClose={onClose}
    />
  );
}

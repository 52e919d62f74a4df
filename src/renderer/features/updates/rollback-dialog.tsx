import { useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ChangeView } from '../../../shared/contract/operation.ts';
import { text } from '../../text/index.ts';
import { formatDuration, formatMoment } from '../../text/measures.ts';
import { ChangeDialog } from '../run/change-dialog.tsx';

const words = text.updates.plan;
const change: ChangeView = { kind: 'rollback' };

interface RollbackDialogProps {
  readonly instance: InstanceView;
  readonly onClose: () => void;
}

/** What would be lost, then the plan, and only then the button. */
export function RollbackDialog({ instance, onClose }: RollbackDialogProps) {
  const [now] = useState(() => Date.now());
  const from = instance.pendingUpdate?.from ?? instance.wayBack;
  const lead =
    from === undefined
      ? words.none
      : words.rollbackLead(
          instance.name,
          from.version,
          formatMoment(from.at),
          formatDuration(now - Date.parse(from.at)),
        );
  return (
    <ChangeDialog
      instance={instance}
      change={change}
      title={words.rollbackTitle(instance.name)}
      lead={lead}
      go={words.rollbackGo}
      cancel={text.common.cancel}
      onBack={onClose}
      onBegun={onClose}
    />
  );
}

import { useMemo, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ChangeView } from '../../../shared/contract/operation.ts';
import type { Backup } from '../../../shared/model/backup.ts';
import { text } from '../../text/index.ts';
import { formatDuration, formatMoment } from '../../text/measures.ts';
import { ChangeDialog } from '../run/change-dialog.tsx';

const words = text.backups.plan;

interface RestoreDialogProps {
  readonly instance: InstanceView;
  readonly backup: Backup;
  readonly onClose: () => void;
}

/** What is lost and what stays, then the plan, and only then the button. */
export function RestoreDialog({ instance, backup, onClose }: RestoreDialogProps) {
  const change = useMemo((): ChangeView => ({ kind: 'restore', backup: backup.id }), [backup.id]);
  const [now] = useState(() => Date.now());
  const when = formatMoment(backup.createdAt);
  const what =
    backup.instanceId === instance.id
      ? words.restoreLead(instance.name, when, formatDuration(now - Date.parse(backup.createdAt)))
      : words.restoreOther(instance.name, backup.instanceName, when);
  const older = backup.version === instance.version ? '' : ` ${words.restoreOlder(backup.version, instance.version)}`;
  return (
    <ChangeDialog
      instance={instance}
      change={change}
      title={words.restoreTitle(instance.name)}
      lead={`${what}${older}`}
      go={words.restoreGo}
      cancel={text.common.cancel}
      onBack={onClose}
      onBegun={onClose}
    />
  );
}

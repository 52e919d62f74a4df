import { useCallback } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ChangeView } from '../../../shared/contract/operation.ts';
import type { DeploymentSecretsInput } from '../../../shared/model/spec.ts';
import { toReport } from '../../client.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { PlanDialog, type PlanQuestion } from './plan-dialog.tsx';

const words = text.access.tab;

interface ChangeDialogProps {
  readonly instance: InstanceView;
  /** Stays the same object for as long as it is the same change. */
  readonly change: ChangeView;
  /** Beyond those of a login. */
  readonly secrets?: DeploymentSecretsInput | undefined;
  /** Default: those of a change that was typed into a form. */
  readonly title?: string;
  readonly lead?: string;
  readonly go?: string;
  readonly cancel?: string;
  /** What was decided on is not so any more: it has to be looked at again. */
  readonly onChanged?: () => void;
  /** To what was typed: nothing of it is lost. */
  readonly onBack: () => void;
  readonly onBegun: () => void;
}

/** What a change of an instance will do, step by step, and the button that does it. */
export function ChangeDialog(props: ChangeDialogProps) {
  const { instance, change, secrets, lead, onBack, onBegun } = props;
  const { title = words.planTitle, go = words.go, cancel = text.common.back } = props;
  const { onChanged } = props;
  const client = useClient();
  const instanceId = instance.id;
  const ask = useCallback(
    async (question: PlanQuestion) => {
      try {
        return await client.call('change.preview', {
          ...question,
          instanceId,
          change,
          secrets: { ...secrets, ...question.secrets },
        });
      } catch (failure) {
        if (toReport(failure).code === 'repair.changed') onChanged?.();
        throw failure;
      }
    },
    [client, instanceId, change, secrets, onChanged],
  );
  return (
    <PlanDialog
      title={title}
      {...(lead === undefined ? {} : { lead })}
      go={go}
      cancel={cancel}
      ask={ask}
      start={(previewId) => client.call('change.start', { previewId })}
      onClose={onBack}
      onBegun={onBegun}
    />
  );
}

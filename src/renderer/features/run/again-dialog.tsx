import { useCallback } from 'react';
import type { RunSnapshot } from '../../../shared/model/run.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { PlanDialog, type PlanQuestion } from './plan-dialog.tsx';

const words = text.run.again;

/** Retry and Resume of a deployment: the plan is looked at once more. */
export function AgainDialog({ run, onClose }: { readonly run: RunSnapshot; readonly onClose: () => void }) {
  const client = useClient();
  const { instanceId } = run;
  const ask = useCallback(
    (question: PlanQuestion) => client.call('deployment.again', { ...question, instanceId }),
    [client, instanceId],
  );
  return (
    <PlanDialog
      title={words.title}
      lead={words.lead}
      go={words.go}
      ask={ask}
      start={(previewId) => client.call('deployment.start', { previewId })}
      onClose={onClose}
    />
  );
}

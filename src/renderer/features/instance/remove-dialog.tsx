import { useCallback, useEffect, useRef, useState } from 'react';
import type { PreviewView } from '../../../shared/contract/deployment.ts';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { goTo } from '../../router.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Choice, Choices } from '../../ui/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { useAction } from '../../use-action.ts';
import styles from './remove-dialog.module.css';

const t = text.instance.remove;

interface RemoveDialogProps {
  readonly instance: InstanceView;
  readonly onClose: () => void;
}

/** First what goes, then what that means step by step, and only then the button. */
export function RemoveDialog({ instance, onClose }: RemoveDialogProps) {
  const client = useClient();
  const [purge, setPurge] = useState(false);
  const [preview, setPreview] = useState<PreviewView>();
  const action = useAction();
  const open = useRef<string>(undefined);
  const isOver = useRef(false);
  const discard = useCallback(
    (previewId: string) => void client.call('deployment.discard', { previewId }).catch(() => undefined),
    [client],
  );

  // a preview that is not started is given back
  useEffect(() => {
    isOver.current = false;
    return () => {
      isOver.current = true;
      if (open.current !== undefined) discard(open.current);
    };
  }, [discard]);

  const look = (): void =>
    void action.run(async () => {
      const made = await client.call('removal.preview', { instanceId: instance.id, purge });
      // it was closed while this was made
      if (isOver.current) {
        discard(made.previewId);
        return;
      }
      open.current = made.previewId;
      setPreview(made);
    });
  const start = (): void =>
    void action.run(async () => {
      if (preview === undefined) return;
      const { runId } = await client.call('removal.start', { previewId: preview.previewId });
      open.current = undefined;
      onClose();
      goTo({ page: 'run', runId });
    });

  return (
    <Dialog
      open
      onClose={onClose}
      title={t.title(instance.name)}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          {preview === undefined ? (
            <Button variant="primary" busy={action.busy} onClick={look}>
              {t.look}
            </Button>
          ) : (
            <Button variant="danger" busy={action.busy} onClick={start}>
              {t.go(instance.name)}
            </Button>
          )}
        </>
      }
    >
      <div className={styles['body']}>
        {preview === undefined ? (
          <Choices legend={t.lead} disabled={action.busy}>
            <Choice name="purge" label={t.keep} hint={t.keepHint} checked={!purge} onChoose={() => setPurge(false)} />
            <Choice name="purge" label={t.purge} hint={t.purgeHint} checked={purge} onChoose={() => setPurge(true)} />
          </Choices>
        ) : (
          <PlannedSteps preview={preview} />
        )}
        {action.busy && preview === undefined && <p role="status">{t.reading}</p>}
        {action.error !== undefined && <ErrorPanel error={action.error} />}
      </div>
    </Dialog>
  );
}

function PlannedSteps({ preview }: { readonly preview: PreviewView }) {
  const needed = preview.steps.filter((step) => step.check.is === 'needed');
  if (needed.length === 0) return <p>{t.nothing}</p>;
  return (
    <>
      <p>{t.steps}</p>
      <ol className={styles['steps']} tabIndex={0} aria-label={t.steps}>
        {needed.map(({ id, title, check }) => (
          <li key={id}>
            <span>{title}</span>
            {check.is === 'needed' && check.severity !== 'safe' && (
              <span className={styles['severity']}>{check.severity === 'data-loss' ? t.dataLoss : t.interrupts}</span>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

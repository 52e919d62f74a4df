import { useCallback, useEffect, useRef, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useAnswer } from '../../use-asked.ts';
import { createMerge, type MergeEditor } from './code-editor.ts';
import type { Snapshot } from './config-store.ts';
import styles from './configuration.module.css';

const words = text.configuration.conflict;

interface ConflictDialogProps {
  readonly instance: InstanceView;
  /** Who changed what. */
  readonly said: string;
  /** Undefined: settings were changed one by one, and fit into any text. */
  readonly mine?: string;
  readonly onRebase: (over: Snapshot, typed?: string) => void;
  readonly onDiscard: () => void;
  readonly onClose: () => void;
}

/** Somebody was faster: both are shown, and nothing is written. */
export function ConflictDialog({ instance, said, mine, onRebase, onDiscard, onClose }: ConflictDialogProps) {
  const client = useClient();
  const { id: instanceId } = instance;
  const ask = useCallback(() => client.call('configuration.read', { instanceId }), [client, instanceId]);
  const { answer, error, again } = useAnswer(ask);
  const host = useRef<HTMLDivElement>(null);
  const [isLeaving, setIsLeaving] = useState(false);
  const merge = useRef<MergeEditor>(undefined);
  useEffect(() => {
    if (host.current === null || answer === undefined || mine === undefined) return undefined;
    const made = createMerge(host.current, { theirs: answer.text, mine }, words);
    merge.current = made;
    return () => {
      merge.current = undefined;
      made.destroy();
    };
  }, [answer, mine]);
  const leave = (): void => (merge.current?.isChanged() === true ? setIsLeaving(true) : onClose());
  return (
    <Dialog
      open
      wide
      title={words.title}
      onClose={leave}
      takesEscape={(event) => merge.current?.takeEscape(event) === true}
      actions={
        <>
          {/* it has the focus: whoever goes on pressing Enter loses nothing by it */}
          <Button autoFocus onClick={leave}>
            {text.common.back}
          </Button>
          <Button onClick={onDiscard}>{words.takeTheirs}</Button>
          <Button
            variant="primary"
            disabled={answer === undefined}
            onClick={() => answer !== undefined && onRebase(answer, merge.current?.read())}
          >
            {words.goOn}
          </Button>
        </>
      }
    >
      <div className={styles['preview']}>
        <p>{said}</p>
        <p className={styles['note']}>{mine === undefined ? words.leadForm : words.lead}</p>
        {error !== undefined && <ErrorPanel error={error} onRetry={again} />}
        {answer === undefined && error === undefined && <Skeleton width="70%" />}
        {mine !== undefined && (
          <>
            <div className={styles['sides']}>
              <strong>{words.theirs}</strong>
              <strong>{words.mine}</strong>
            </div>
            <div className={styles['merge']} ref={host} />
          </>
        )}
      </div>
      <ConfirmDialog
        open={isLeaving}
        title={words.leaveTitle}
        body={words.leaveBody}
        go={words.leaveGo}
        danger
        onGo={onClose}
        onClose={() => setIsLeaving(false)}
      />
    </Dialog>
  );
}

import { useCallback, useState } from 'react';
import { RotateCw, TriangleAlert } from 'lucide-react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { useAction } from '../../use-action.ts';
import { useAnswer } from '../../use-asked.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { More } from '../../ui/more.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { ChangeList } from './change-list.tsx';
import type { Edit, Snapshot } from './config-store.ts';
import styles from './configuration.module.css';
import { ConflictDialog } from './conflict-dialog.tsx';
import { DiffView } from './diff-view.tsx';
import type { Issue } from './find-issue.ts';

const words = text.configuration.preview;

interface PreviewDialogProps {
  readonly instance: InstanceView;
  readonly edit: Edit;
  /** The hash of what the edit was made from, and its text. */
  readonly base: string;
  readonly before: string;
  /** To what was typed, with what is wrong with it. */
  readonly onBack: (issues: readonly Issue[]) => void;
  readonly onRebase: (over: Snapshot, typed?: string) => void;
  readonly onDiscard: () => void;
  readonly onApplied: () => void;
}

/** What will be different, what restarts, what is wrong, and the button that does it. */
export function PreviewDialog(props: PreviewDialogProps) {
  const { instance, edit, base, before, onBack, onRebase, onDiscard, onApplied } = props;
  const client = useClient();
  const { id: instanceId } = instance;
  const [why, setWhy] = useState('');
  const applying = useAction();
  const ask = useCallback(
    () => client.call('configuration.preview', { instanceId, edit, base }),
    [client, instanceId, edit, base],
  );
  const { answer, error: refused, again } = useAnswer(ask);
  const error = applying.error ?? refused;
  const isWrong = answer !== undefined && answer.issues.length > 0;
  const canApply = answer?.isChange === true && !isWrong && refused === undefined;
  const back = (): void => onBack(error === undefined ? (answer?.issues ?? []) : listIssues(error));
  const apply = (): void => {
    if (!canApply) return;
    void applying.run(async () => {
      await client.call('configuration.apply', { instanceId, edit, base, why: why.trim() });
      onApplied();
    });
  };

  if (error?.code === 'config.conflict') {
    return (
      <ConflictDialog
        instance={instance}
        said={error.message}
        {...(edit.kind === 'text' ? { mine: edit.text } : {})}
        onRebase={onRebase}
        onDiscard={onDiscard}
        onClose={() => onBack([])}
      />
    );
  }
  return (
    <Dialog
      open
      wide
      title={edit.kind === 'revert' ? words.revertTitle : words.title(instance.name)}
      // what is on its way to the machine cannot be called back: whoever asked for it sees how it ends
      onClose={() => {
        if (!applying.busy) back();
      }}
      actions={
        <>
          <Button onClick={back} disabled={applying.busy}>
            {isWrong || refused !== undefined ? words.back : text.common.cancel}
          </Button>
          <Button variant="primary" onClick={apply} disabled={!canApply} busy={applying.busy}>
            {edit.kind === 'revert' ? words.revert : words.apply}
          </Button>
        </>
      }
    >
      <div className={styles['preview']}>
        {error !== undefined && (
          <ErrorPanel error={error} {...(applying.error === undefined ? { onRetry: again } : {})} />
        )}
        {answer === undefined && refused === undefined && (
          <div role="status">
            <p className={styles['note']}>{words.checking}</p>
            <Skeleton width="70%" />
          </div>
        )}
        {answer !== undefined && (
          <>
            {!answer.isChange && <p>{words.same}</p>}
            {answer.isChange && answer.changes.length === 0 && <p>{words.formAlone}</p>}
            {answer.issues.length > 0 && (
              <div className={styles['bad']} role="alert">
                <p>{words.wrong}</p>
                <ul>
                  {answer.issues.map(({ path, message }) => (
                    <li key={`${path} ${message}`}>
                      <code>{path}</code> {message}
                    </li>
                  ))}
                </ul>
              </div>
            )}
            <ChangeList changes={answer.changes} />
            {answer.restarts.length > 0 && (
              <p className={styles['warn']}>
                <RotateCw size={14} aria-hidden /> {words.restarts(answer.restarts)}
              </p>
            )}
            {answer.source === 'file' && answer.isChange && <p className={styles['note']}>{words.counts}</p>}
            {answer.warnings.map((warning) => (
              <p key={warning} className={styles['warn']}>
                <TriangleAlert size={14} aria-hidden /> {warning}
              </p>
            ))}
            {edit.kind === 'text' && answer.isChange && (
              <More label={words.asText} open={false}>
                <DiffView before={before} after={edit.text} />
              </More>
            )}
            {canApply && (
              <Field label={words.why} note={text.common.optional} hint={words.whyHint}>
                <Input
                  maxLength={500}
                  value={why}
                  onChange={(event) => setWhy(event.target.value)}
                  onKeyDown={(event) => {
                    if (event.key === 'Enter') apply();
                  }}
                />
              </Field>
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}

function listIssues({ code, message, details }: ErrorReport): Issue[] {
  const { line, column, path } = details ?? {};
  if (code === 'config.unreadable' && typeof line === 'number')
    return [{ message, line, ...(typeof column === 'number' ? { column } : {}) }];
  return typeof path === 'string' ? [{ message, path }] : [];
}

import { useCallback, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { dropTyped } from '../../form-check.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useAnswer } from '../../use-asked.ts';
import { useFormCheck } from '../../use-form-check.ts';
import { rebaseDraft, toEdit } from './config-draft.ts';
import type { FormErrors } from './config-form.ts';
import { dropDraft, keepDraft, useConfigDrafts, type ConfigDraft, type Edit } from './config-store.ts';
import styles from './configuration.module.css';
import { FormPanel } from './form-panel.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { PreviewDialog } from './preview-dialog.tsx';
import { TextPanel } from './text-panel.tsx';
import type { Issue } from './find-issue.ts';

const words = text.configuration;
const views = ['form', 'text', 'history'] as const;
type View = (typeof views)[number];

/** The same one always: the editor is told of others. */
const NO_ISSUES: readonly Issue[] = [];

interface Asked {
  readonly edit: Edit;
  readonly base: string;
  readonly before: string;
  /** What it was made of. */
  readonly sent?: ConfigDraft;
}

/** openclaw.json: the usual as a form, the rest as text, and what became of it. */
export function ConfigurationTab({ instance }: { readonly instance: InstanceView }) {
  const client = useClient();
  const { id: instanceId } = instance;
  const draft = useConfigDrafts((drafts) => drafts[instanceId]);
  const [view, setView] = useState<View>(draft?.is ?? 'form');
  const [asked, setAsked] = useState<Asked>();
  const [issues, setIssues] = useState<readonly Issue[]>(NO_ISSUES);
  const { errors, found, find, mend } = useFormCheck<FormErrors>({});
  const [applied, setApplied] = useState(0);
  const [discarded, setDiscarded] = useState(0);
  const ask = useCallback(() => client.call('configuration.read', { instanceId }), [client, instanceId]);
  const { answer, error, asking, again } = useAnswer(
    ask,
    `${instance.phase} ${instance.lastRun ?? ''} ${String(applied)}`,
  );

  // what was typed was typed over what was there then, whatever is there now
  const shown = draft?.over ?? answer;
  const keep = (next: ConfigDraft | undefined): void => {
    setIssues(NO_ISSUES);
    keepDraft(instanceId, next);
  };
  const discard = (): void => {
    keep(undefined);
    find({});
    // the editor shows what was typed until it is another one
    setDiscarded((count) => count + 1);
    again();
  };
  const look = (): void => {
    if (draft === undefined) return;
    const made = toEdit(draft, new Date().toISOString());
    find('errors' in made ? made.errors : {});
    if ('errors' in made) setView('form');
    else setAsked({ edit: made.edit, base: draft.over.hash, before: draft.over.text, sent: draft });
  };
  const other = draft !== undefined && view !== 'history' && draft.is !== view ? draft : undefined;

  return (
    <div className={styles['page']}>
      <div className={styles['bar']}>
        <div className={styles['views']} role="group" aria-label={words.views.label}>
          {views.map((id) => (
            <Button
              key={id}
              size="small"
              variant={view === id ? 'plain' : 'quiet'}
              aria-pressed={view === id}
              onClick={() => setView(id)}
            >
              {words.views[id]}
            </Button>
          ))}
        </div>
        <p className={styles['note']} role="status">
          {shown !== undefined && (draft === undefined ? words.sources[shown.source] : words.unsaved)}
        </p>
        <div className={styles['buttons']}>
          {draft === undefined ? (
            <Button size="small" variant="quiet" busy={asking} onClick={again}>
              {words.reload}
            </Button>
          ) : (
            <>
              <Button size="small" variant="quiet" onClick={discard}>
                {words.discard}
              </Button>
              <Button size="small" variant="primary" onClick={look} disabled={view === 'history'}>
                {words.look}
              </Button>
            </>
          )}
        </div>
      </div>
      {error !== undefined && <ErrorPanel error={error} onRetry={again} />}
      {shown === undefined && error === undefined && view !== 'history' && (
        <Panel heading={words.views[view]}>
          <Skeleton width="60%" />
          <Skeleton width="45%" />
        </Panel>
      )}
      {other !== undefined && (
        <p className={styles['elsewhere']}>
          {words.elsewhere[other.is]}{' '}
          <Button size="small" onClick={() => setView(other.is)}>
            {words.goThere[other.is]}
          </Button>
        </p>
      )}
      {view === 'form' && shown !== undefined && other === undefined && (
        <FormPanel
          value={shown.value}
          draft={draft?.is === 'form' ? draft.form : undefined}
          errors={errors}
          found={found}
          onType={(form, id) => {
            mend((before) => dropTyped(before, { [id]: form[id] }));
            keep({ is: 'form', over: shown, form });
          }}
          onLook={look}
        />
      )}
      {view === 'text' && shown !== undefined && other === undefined && (
        <TextPanel
          instanceId={instanceId}
          key={`${instanceId} ${shown.hash} ${String(discarded)}`}
          text={draft?.is === 'text' ? draft.text : shown.text}
          issues={issues}
          onType={(typed) => keep(typed === shown.text ? undefined : { is: 'text', over: shown, text: typed })}
          onLook={look}
        />
      )}
      {view === 'history' && (
        <HistoryPanel
          instance={instance}
          about={`${String(applied)} ${answer?.hash ?? ''}`}
          canRevert={answer !== undefined && error === undefined}
          onRevert={(entry) =>
            answer !== undefined &&
            setAsked({ edit: { kind: 'revert', entry }, base: answer.hash, before: answer.text })
          }
        />
      )}
      {asked !== undefined && (
        <PreviewDialog
          instance={instance}
          edit={asked.edit}
          base={asked.base}
          before={asked.before}
          onBack={(issuesFound) => {
            setIssues(issuesFound);
            setAsked(undefined);
          }}
          onRebase={(over, typed) => {
            setAsked(undefined);
            const rebased = rebaseDraft(draft, asked.edit.kind, over, typed);
            if (rebased === undefined) again();
            else keep(rebased);
          }}
          onDiscard={() => {
            setAsked(undefined);
            if (asked.edit.kind === 'revert') again();
            else discard();
          }}
          onApplied={() => {
            setAsked(undefined);
            setIssues(NO_ISSUES);
            if (asked.sent !== undefined) dropDraft(instanceId, asked.sent);
            setApplied((count) => count + 1);
          }}
        />
      )}
    </div>
  );
}

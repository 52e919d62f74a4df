import { useCallback, useEffect, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { TextArea } from '../../ui/input.tsx';
import { More } from '../../ui/more.tsx';
import { useAction } from '../../use-action.ts';
import { useAnswer } from '../../use-asked.ts';
import styles from './agent.module.css';
import { Answered } from './answered.tsx';
import {
  beginFile,
  emptyFile,
  isOwnWork,
  isUnsaved,
  keepFile,
  showTheirs,
  showVersion,
  typeFile,
  type FileDraft,
} from './file-draft.ts';

const words = text.agent.files;

interface FileDialogProps {
  readonly instance: InstanceView;
  readonly file: string;
  readonly onClose: () => void;
}

/** What would take the place of what was typed. */
interface Question {
  readonly title: string;
  readonly go: string;
  readonly onGo: () => void;
}

/** What is typed stays until it is saved or left on purpose, whoever writes there meanwhile. */
export function FileDialog({ instance: { id: instanceId }, file, onClose }: FileDialogProps) {
  const client = useClient();
  const action = useAction();
  const [draft, setDraft] = useState<FileDraft>(emptyFile);
  const [saves, setSaves] = useState(0);
  const [asked, setAsked] = useState<Question>();
  const ask = useCallback(() => client.call('files.read', { instanceId, file }), [client, instanceId, file]);
  const askHistory = useCallback(() => client.call('files.history', { instanceId, file }), [client, instanceId, file]);
  const read = useAnswer(ask);
  const history = useAnswer(askHistory, saves);
  const { answer } = read;
  useEffect(() => setDraft((before) => beginFile(before, answer)), [answer]);
  const { base, typed, shown } = draft;
  const isTyped = isUnsaved(draft);
  const isConflict = action.error?.code === 'file.conflict';

  const save = (): void => {
    if (base === undefined || typed === undefined) return;
    const before = base.hash === undefined ? {} : { before: base.hash };
    void action.run(async () => {
      const written = await client.call('files.write', { instanceId, file, text: typed, ...before });
      setDraft((now) => keepFile(now, typed, written));
      setSaves((count) => count + 1);
    });
  };
  const replace = (question: Question): void => (isOwnWork(draft) ? setAsked(question) : question.onGo());
  const askVersion = (version: string, when: string): void =>
    replace({
      title: words.versionTitle(when),
      go: words.show,
      onGo: () =>
        void action.run(async () => {
          const older = await client.call('files.version', { instanceId, file, version });
          setDraft((now) => showVersion(now, draft, { text: older.text, when }));
        }),
    });
  const askTheirs = (): void =>
    replace({
      title: words.theirsTitle,
      go: words.reload,
      onGo: () =>
        void action.run(async () => {
          const theirs = await client.call('files.read', { instanceId, file });
          setDraft((now) => showTheirs(now, draft, theirs));
        }),
    });
  const close = (): void => {
    if (isTyped) setAsked({ title: words.discardTitle, go: words.discardGo, onGo: onClose });
    else onClose();
  };
  return (
    <Dialog
      open
      wide
      onClose={close}
      title={words.dialogTitle(file)}
      actions={
        <>
          <Button onClick={close}>{text.common.close}</Button>
          {isConflict && <Button onClick={askTheirs}>{words.reload}</Button>}
          <Button variant="primary" busy={action.busy} disabled={!isTyped} onClick={save}>
            {words.save}
          </Button>
        </>
      }
    >
      <Answered asked={read}>
        {() => (
          <Field label={words.text} className={styles['editor']}>
            <TextArea
              autoFocus
              spellCheck
              value={typed ?? base?.text ?? ''}
              onChange={({ target: { value } }) => setDraft((before) => typeFile(before, value))}
            />
          </Field>
        )}
      </Answered>
      <p className={styles['note']} role="status">
        {shown === undefined ? saves > 0 && !isTyped && words.saved : words.shown(shown.when)}
      </p>
      {action.error !== undefined &&
        (isConflict ? <p className={styles['warn']}>{words.conflict}</p> : <ErrorPanel error={action.error} />)}
      <More label={words.history} open={false}>
        <Answered asked={history}>
          {(versions) =>
            versions.length === 0 ? (
              <p className={styles['note']}>{words.noHistory}</p>
            ) : (
              <ul className={styles['list']} tabIndex={0} aria-label={words.history}>
                {versions.map(({ id, at, who }) => (
                  <li key={id} className={styles['row']}>
                    <span className={styles['name']}>
                      {formatMoment(at)}
                      <span className={styles['dim']}>{who ?? words.foundSo}</span>
                    </span>
                    <Button
                      size="small"
                      aria-label={words.showOf(formatMoment(at))}
                      onClick={() => askVersion(id, formatMoment(at))}
                    >
                      {words.show}
                    </Button>
                  </li>
                ))}
              </ul>
            )
          }
        </Answered>
      </More>
      {asked !== undefined && (
        <ConfirmDialog open {...asked} body={words.discardBody} danger onClose={() => setAsked(undefined)} />
      )}
    </Dialog>
  );
}

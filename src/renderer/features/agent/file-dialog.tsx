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

const words = text.agent.files;

interface FileDialogProps {
  readonly instance: InstanceView;
  readonly file: string;
  readonly onClose: () => void;
}

/** What is typed stays until it is saved or left on purpose, whoever writes there meanwhile. */
export function FileDialog({ instance: { id: instanceId }, file, onClose }: FileDialogProps) {
  const client = useClient();
  const action = useAction();
  const [typed, setTyped] = useState<string>();
  const [saves, setSaves] = useState(0);
  const [shown, setShown] = useState<string>();
  const [isLeaving, setIsLeaving] = useState(false);
  const ask = useCallback(() => client.call('files.read', { instanceId, file }), [client, instanceId, file]);
  const askHistory = useCallback(() => client.call('files.history', { instanceId, file }), [client, instanceId, file]);
  const read = useAnswer(ask);
  const history = useAnswer(askHistory, saves);
  /** What the text on the screen was made from: a later look at the file does not change that. */
  const [base, setBase] = useState(read.answer);
  const { answer } = read;
  useEffect(() => setBase((old) => old ?? answer), [answer]);
  const isTyped = base !== undefined && typed !== undefined && typed !== base.text;
  const isConflict = action.error?.code === 'file.conflict';

  const save = (): void => {
    if (base === undefined || typed === undefined) return;
    const before = base.hash === undefined ? {} : { before: base.hash };
    void action.run(async () => {
      setBase(await client.call('files.write', { instanceId, file, text: typed, ...before }));
      setTyped(undefined);
      setShown(undefined);
      setSaves((count) => count + 1);
    });
  };
  const showVersion = (version: string, when: string): void => {
    void action.run(async () => {
      setTyped((await client.call('files.version', { instanceId, file, version })).text);
      setShown(words.shown(when));
    });
  };
  const showTheirs = (): void => {
    void action.run(async () => {
      setBase(await client.call('files.read', { instanceId, file }));
      setTyped(undefined);
    });
  };
  return (
    <Dialog
      open
      wide
      onClose={() => (isTyped ? setIsLeaving(true) : onClose())}
      title={words.dialogTitle(file)}
      actions={
        <>
          <Button onClick={() => (isTyped ? setIsLeaving(true) : onClose())}>{text.common.close}</Button>
          {isConflict && <Button onClick={showTheirs}>{words.reload}</Button>}
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
              onChange={(event) => setTyped(event.target.value)}
            />
          </Field>
        )}
      </Answered>
      <p className={styles['note']} role="status">
        {shown ?? (saves > 0 && !isTyped && words.saved)}
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
                      onClick={() => showVersion(id, formatMoment(at))}
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
      <ConfirmDialog
        open={isLeaving}
        title={words.discardTitle}
        body={words.discardBody}
        go={words.discardGo}
        danger
        onGo={onClose}
        onClose={() => setIsLeaving(false)}
      />
    </Dialog>
  );
}

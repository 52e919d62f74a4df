import { useEffect, useState } from 'react';
import { useClient } from '../../live.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useAction } from '../../use-action.ts';
import styles from './backups.module.css';

const words = text.backups.sheet;
/** Longer than a token is shown: it is a page to be read and printed. */
const SHOWN_MS = 120_000;

/** The one secret that nobody can make again. Past the page where the door can write a file. */
export function SheetPanel() {
  const client = useClient();
  const savesSecrets = useStore((state) => state.info?.savesSecrets) ?? false;
  const [asked, setAsked] = useState<'show' | 'save'>();
  const [sheet, setSheet] = useState<string>();
  const [isSaved, setIsSaved] = useState(false);
  const action = useAction();
  useEffect(() => {
    if (sheet === undefined) return undefined;
    const timer = setTimeout(() => setSheet(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [sheet]);

  const show = (): void =>
    void action.run(async () => setSheet((await client.call('recovery.reveal', { confirmed: true })).text));
  const save = (): void =>
    void action.run(async () => setIsSaved((await client.call('recovery.save', { confirmed: true })).saved));

  return (
    <Panel heading={words.title}>
      <p className={styles['note']}>{words.lead}</p>
      {sheet !== undefined && (
        <Code label={words.label} className={styles['sheet']}>
          {sheet}
        </Code>
      )}
      {action.error !== undefined && <ErrorPanel error={action.error} />}
      <p className={styles['save']}>
        {savesSecrets && (
          <Button busy={action.busy} onClick={() => setAsked('save')}>
            {words.save}
          </Button>
        )}
        {sheet === undefined ? (
          <Button busy={action.busy} onClick={() => setAsked('show')}>
            {words.show}
          </Button>
        ) : (
          <>
            <Button onClick={() => printSheet(sheet)}>{words.print}</Button>
            <Button onClick={() => setSheet(undefined)}>{words.hide}</Button>
          </>
        )}
        <span role="status">{isSaved && words.saved}</span>
      </p>
      <ConfirmDialog
        open={asked === 'show'}
        title={words.showTitle}
        body={words.showBody}
        go={words.showGo}
        onGo={show}
        onClose={() => setAsked(undefined)}
      />
      <ConfirmDialog
        open={asked === 'save'}
        title={words.saveTitle}
        body={words.saveBody}
        go={words.saveGo}
        onGo={save}
        onClose={() => setAsked(undefined)}
      />
    </Panel>
  );
}

/** The sheet alone, on paper: what else the page shows is hidden while the printer looks at it. */
function printSheet(sheet: string): void {
  const paper = document.createElement('pre');
  paper.id = 'paper';
  paper.textContent = sheet;
  document.body.append(paper);
  print();
  paper.remove();
}

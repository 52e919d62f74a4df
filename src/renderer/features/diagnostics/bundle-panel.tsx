import { useState } from 'react';
import type { BundleView } from '../../../shared/contract/diagnosis.ts';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useAction } from '../../use-action.ts';
import styles from './diagnostics.module.css';

const words = text.diagnostics.bundle;
/** More than anybody reads in a dialog, and less than what makes it slow. */
const SHOWN_CHARACTERS = 100_000;

/** What helps to help, gathered, read, and then saved. */
export function BundlePanel({ instance }: { readonly instance: InstanceView }) {
  const client = useClient();
  const making = useAction();
  const saving = useAction();
  const [bundle, setBundle] = useState<BundleView>();
  const [path, setPath] = useState('');
  const [isSaved, setIsSaved] = useState(false);
  const make = (): void =>
    void making.run(async () => {
      setIsSaved(false);
      const made = await client.call('diagnosis.bundle', { instanceId: instance.id });
      setPath(made.files[0]?.path ?? '');
      setBundle(made);
    });
  const save = ({ bundleId, fileName }: BundleView): void =>
    void saving.run(async () => {
      const { saved, archive } = await client.call('diagnosis.saveBundle', { bundleId });
      if (archive !== undefined) download(fileName, archive);
      if (!saved && archive === undefined) return;
      setIsSaved(true);
      setBundle(undefined);
    });
  const shown = bundle?.files.find((file) => file.path === path)?.text ?? '';
  return (
    <Panel heading={words.title}>
      <p className={styles['dim']}>{words.lead}</p>
      {making.error !== undefined && <ErrorPanel error={making.error} onRetry={make} />}
      {isSaved && <p role="status">{words.saved}</p>}
      <p className={styles['buttons']}>
        <Button busy={making.busy} onClick={make}>
          {words.make}
        </Button>
      </p>
      {bundle !== undefined && (
        <Dialog
          open
          wide
          title={words.preview}
          onClose={() => setBundle(undefined)}
          actions={
            <>
              <Button onClick={() => setBundle(undefined)}>{text.common.cancel}</Button>
              <Button variant="primary" busy={saving.busy} onClick={() => save(bundle)}>
                {words.save}
              </Button>
            </>
          }
        >
          {saving.error !== undefined && <ErrorPanel error={saving.error} />}
          <div className={styles['bundle']}>
            <ul className={styles['files']} aria-label={words.files}>
              {bundle.files.map((file) => (
                <li key={file.path}>
                  <button type="button" aria-pressed={file.path === path} onClick={() => setPath(file.path)}>
                    {file.path}
                  </button>
                </li>
              ))}
            </ul>
            <pre className={styles['content']} role="group" tabIndex={0} aria-label={words.content(path)}>
              {shown.slice(0, SHOWN_CHARACTERS)}
            </pre>
          </div>
          {shown.length > SHOWN_CHARACTERS && <p className={styles['dim']}>{words.cut}</p>}
        </Dialog>
      )}
    </Panel>
  );
}

/** Where the door writes no files the browser does. */
function download(fileName: string, base64: string): void {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/gzip' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

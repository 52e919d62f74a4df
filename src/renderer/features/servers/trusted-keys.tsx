import { useState } from 'react';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useAction } from '../../use-action.ts';
import { useAsked } from '../../use-asked.ts';
import styles from './servers-page.module.css';

const t = text.servers;

export function TrustedKeys() {
  const client = useClient();
  const { answer: keys, error, again } = useAsked('trust.list');
  const [asked, setAsked] = useState<string>();
  const action = useAction();

  return (
    <Panel heading={t.keys} flush={keys !== undefined && keys.length > 0}>
      {keys === undefined && error === undefined && <Skeleton height="36px" />}
      {error !== undefined && <ErrorPanel error={error} onRetry={again} />}
      {action.error !== undefined && <ErrorPanel error={action.error} />}
      {keys?.length === 0 && <p className={styles['dim']}>{t.noKeys}</p>}
      {keys !== undefined && keys.length > 0 && (
        <>
          <p className={styles['lead']}>{t.keysLead}</p>
          <div className={styles['scroll']} role="group" aria-label={t.keys} tabIndex={0}>
            <table className={styles['keys']}>
              <thead>
                <tr>
                  <th scope="col">{t.host}</th>
                  <th scope="col">{t.type}</th>
                  <th scope="col">{t.fingerprint}</th>
                  <th scope="col">{t.since}</th>
                  <th scope="col">
                    <span className={styles['hidden']}>{t.removeKey}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {keys.map((key) => (
                  <tr key={`${key.host} ${key.fingerprint}`}>
                    <th scope="row">{key.host}</th>
                    <td>{key.type}</td>
                    <td>
                      <code>{key.fingerprint}</code>
                    </td>
                    <td>{formatMoment(key.addedAt)}</td>
                    <td>
                      <Button size="small" aria-label={t.removeKeyOf(key.host)} onClick={() => setAsked(key.host)}>
                        {t.removeKey}
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {asked !== undefined && (
        <ConfirmDialog
          open
          title={t.removeTitle(asked)}
          body={t.removeBody}
          go={t.removeGo}
          danger
          onGo={() => void action.run(() => client.call('trust.remove', { host: asked })).then(again)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Panel>
  );
}

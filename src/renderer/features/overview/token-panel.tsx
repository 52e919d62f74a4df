import { Copy, Eye, EyeOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { copyText } from '../../clipboard.ts';
import { useClient } from '../../live.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useAction } from '../../use-action.ts';
import styles from './overview-tab.module.css';

const SHOWN_MS = 30_000;
const SAID_MS = 2_000;
const t = text.instance.token;

export function TokenPanel({ instance }: { readonly instance: InstanceView }) {
  const client = useClient();
  const copiesSecrets = useStore((state) => state.info?.copiesSecrets) ?? false;
  const [asked, setAsked] = useState<'reveal' | 'copy'>();
  const [token, setToken] = useState<string>();
  const [wasCopied, setWasCopied] = useState(false);
  const action = useAction();
  const instanceId = instance.id;

  useEffect(() => {
    if (token === undefined) return undefined;
    const timer = setTimeout(() => setToken(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [token]);
  useEffect(() => {
    if (!wasCopied) return undefined;
    const timer = setTimeout(() => setWasCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [wasCopied]);

  const reveal = (): void =>
    void action.run(async () => {
      setToken((await client.call('secret.reveal', { instanceId, confirmed: true })).token);
    });
  const copy = (): void =>
    void action.run(async () => {
      if (copiesSecrets) {
        await client.call('secret.copy', { instanceId, confirmed: true });
      } else {
        const revealed = await client.call('secret.reveal', { instanceId, confirmed: true });
        if (!(await copyText(revealed.token))) return;
      }
      setWasCopied(true);
    });

  return (
    <Panel heading={t.title}>
      <div className={styles['stack']}>
        <p className={styles['dim']}>{t.lead}</p>
        <div className={styles['token']}>
          {token === undefined ? (
            <code className={styles['masked']} aria-label={t.masked}>
              ••••••••••••••••••••••••
            </code>
          ) : (
            <code className={styles['shown']}>{token}</code>
          )}
          {token === undefined ? (
            <Button icon={<Eye size={14} aria-hidden />} busy={action.busy} onClick={() => setAsked('reveal')}>
              {t.reveal}
            </Button>
          ) : (
            <Button icon={<EyeOff size={14} aria-hidden />} onClick={() => setToken(undefined)}>
              {t.hide}
            </Button>
          )}
          <Button icon={<Copy size={14} aria-hidden />} disabled={action.busy} onClick={() => setAsked('copy')}>
            <span aria-live="polite">{wasCopied ? t.copied : t.copy}</span>
          </Button>
        </div>
        {action.error !== undefined && <ErrorPanel error={action.error} />}
      </div>
      <ConfirmDialog
        open={asked === 'reveal'}
        title={t.revealTitle}
        body={t.revealBody}
        go={t.show}
        onGo={reveal}
        onClose={() => setAsked(undefined)}
      />
      <ConfirmDialog
        open={asked === 'copy'}
        title={t.copyTitle}
        body={copiesSecrets ? t.copyBodyTakenBack : t.copyBody}
        go={t.copyIt}
        onGo={copy}
        onClose={() => setAsked(undefined)}
      />
    </Panel>
  );
}

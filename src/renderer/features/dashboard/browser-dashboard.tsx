import { ExternalLink, LayoutDashboard } from 'lucide-react';
import { useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { useAction } from '../../use-action.ts';
import styles from './dashboard.module.css';

const t = text.instance.dashboard;

/** OpenClaw's page lets nobody frame it: it gets a tab. */
export function BrowserDashboard({ instance }: { readonly instance: InstanceView }) {
  const client = useClient();
  const state = useStore(({ statuses }) => statuses[instance.id]?.state);
  const action = useAction();
  const [isBlocked, setIsBlocked] = useState(false);
  const isUp = state === undefined || state === 'running' || state === 'starting' || state === 'unknown';

  const open = (): void => {
    // opened in the click itself: a browser stops what opens later
    const tab = window.open('about:blank', '_blank');
    setIsBlocked(tab === null);
    if (tab === null) return;
    tab.opener = null;
    void action
      .run(async () => {
        const { url } = await client.call('dashboard.open', { instanceId: instance.id });
        if (url === null) tab.close();
        else tab.location.replace(url);
      })
      .then((wentWell) => {
        if (!wentWell) tab.close();
      });
  };

  return (
    <div className={styles['calm']}>
      <Empty
        icon={<LayoutDashboard size={18} aria-hidden />}
        title={t.browserTitle}
        action={
          <Button
            variant="primary"
            size="large"
            icon={<ExternalLink size={14} aria-hidden />}
            busy={action.busy}
            disabled={!isUp}
            onClick={open}
          >
            {t.open}
          </Button>
        }
      >
        {isUp ? t.browserHint : t.notRunning}
      </Empty>
      {isBlocked && (
        <p className={styles['note']} role="alert">
          {t.blocked}
        </p>
      )}
      {action.error !== undefined && <ErrorPanel error={action.error} onRetry={open} />}
    </div>
  );
}

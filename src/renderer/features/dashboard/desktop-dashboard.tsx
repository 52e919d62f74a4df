import { ExternalLink, LayoutDashboard, RotateCw, Search, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { toReport } from '../../client.ts';
import { useClient } from '../../live.ts';
import { isShortcut } from '../../platform.ts';
import { notice } from '../../store.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { FindBar } from '../../ui/find-bar.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { useAction } from '../../use-action.ts';
import styles from './dashboard.module.css';
import { useDashboardView, type DashboardView } from './use-dashboard-view.ts';

const t = text.instance.dashboard;

/** OpenClaw's own page, laid over ours by the desktop: here is its place and its tools. */
export function DesktopDashboard({ instance }: { readonly instance: InstanceView }) {
  const client = useClient();
  const place = useRef<HTMLDivElement>(null);
  const view = useDashboardView(instance, place);
  const action = useAction();
  const [isFinding, setIsFinding] = useState(false);
  const [hasSought, setHasSought] = useState(false);
  const [words, setWords] = useState('');
  const instanceId = instance.id;

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'f' || !isShortcut(event, false)) return;
      event.preventDefault();
      setIsFinding(true);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  const zoom = (step: 'in' | 'out' | 'reset'): void =>
    void action.run(() => client.call('dashboard.zoom', { instanceId, step }));
  const find = (wanted: string, direction: 'next' | 'previous'): void => {
    // not one at a time: the last letter counts, also when it comes before the answer to the one before
    client
      .call('dashboard.find', { instanceId, text: wanted, direction })
      .catch((error: unknown) => notice('warn', toReport(error).message));
  };
  const isShown = view.shown.state === 'shown';

  return (
    <div className={styles['desktop']}>
      <div className={styles['bar']} role="group" aria-label={t.toolbar}>
        <IconButton
          label={t.reload}
          icon={<RotateCw size={14} aria-hidden />}
          disabled={!isShown}
          onClick={() => void action.run(() => client.call('dashboard.reload', { instanceId }))}
        />
        <IconButton
          label={t.zoomOut}
          icon={<ZoomOut size={14} aria-hidden />}
          disabled={!isShown}
          onClick={() => zoom('out')}
        />
        <Button variant="quiet" size="small" disabled={!isShown} onClick={() => zoom('reset')}>
          {t.zoomReset}
        </Button>
        <IconButton
          label={t.zoomIn}
          icon={<ZoomIn size={14} aria-hidden />}
          disabled={!isShown}
          onClick={() => zoom('in')}
        />
        <span className={styles['space']} />
        {isFinding ? (
          <FindBar
            label={t.findPlaceholder}
            words={words}
            onWords={(wanted) => {
              setWords(wanted);
              find(wanted, 'next');
            }}
            onNext={() => find(words, 'next')}
            onPrevious={() => find(words, 'previous')}
            nextLabel={t.next}
            previousLabel={t.previous}
            onClose={() => {
              setIsFinding(false);
              setHasSought(true);
              setWords('');
              find('', 'next');
            }}
            closeLabel={t.closeFind}
          />
        ) : (
          <IconButton
            label={t.find}
            icon={<Search size={14} aria-hidden />}
            disabled={!isShown}
            // it takes the place, and the focus, of the bar
            autoFocus={hasSought}
            onClick={() => setIsFinding(true)}
          />
        )}
        <IconButton
          label={t.outside}
          icon={<ExternalLink size={14} aria-hidden />}
          onClick={() => void action.run(() => client.call('dashboard.openOutside', { instanceId }))}
        />
      </div>
      {action.error !== undefined && (
        <div className={styles['error']}>
          <ErrorPanel error={action.error} />
        </div>
      )}
      <div ref={place} className={styles['place']}>
        <Calm view={view} />
      </div>
    </div>
  );
}

/** What is under the page while it is not there. */
function Calm({ view }: { readonly view: DashboardView }) {
  const { shown } = view;
  const icon = <LayoutDashboard size={18} aria-hidden />;
  switch (shown.state) {
    case 'shown':
      return null;
    case 'opening':
      return (
        <Empty icon={icon} title={t.opening}>
          {shown.because ?? t.openingHint}
        </Empty>
      );
    case 'reconnecting':
      return (
        <Empty icon={icon} title={t.reconnecting}>
          {shown.because ?? t.reconnectingHint}
        </Empty>
      );
    case 'failed':
    case 'closed':
      return shown.error === undefined ? (
        <Empty
          icon={icon}
          title={t.closed}
          action={
            <Button variant="primary" onClick={view.open}>
              {t.open}
            </Button>
          }
        >
          {shown.because}
        </Empty>
      ) : (
        <div className={styles['calm']}>
          <ErrorPanel error={shown.error} onRetry={view.open} />
        </div>
      );
  }
}

import { LayoutDashboard, OctagonX, SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import type { RunSnapshot } from '../../../shared/model/run.ts';
import { toReport } from '../../client.ts';
import { useClient } from '../../live.ts';
import { goTo, type InstanceTab } from '../../router.ts';
import { askFor, notice, useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { formatRunPlace } from '../../text/place-text.ts';
import { formatRunReport, readOutcome } from '../../text/run-text.ts';
import { formatSpan } from '../../text/time-text.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { ForgetDialog } from '../instance/forget-dialog.tsx';
import { RemoveDialog } from '../instance/remove-dialog.tsx';
import { AgainDialog } from './again-dialog.tsx';
import { useNow } from '../../use-now.ts';
import styles from './run-page.module.css';
import { Timeline } from './timeline.tsx';
import { findTab, findWayOn, type WayOn } from './way-on.ts';

const words = text.run;

export function RunView({ run }: { readonly run: RunSnapshot }) {
  const now = useNow(run.status === 'running');
  const version = useStore((state) => state.info?.version ?? '');
  const [again, setAgain] = useState(false);
  const outcome = readOutcome(run);
  const ended = run.steps.filter(({ status }) => status !== 'waiting' && status !== 'running').length;
  const place = formatRunPlace(run.place);
  const failed = run.steps.find(({ status }) => status === 'failed');
  const instance = useStore(({ instances }) => instances?.find(({ id }) => id === run.instanceId));
  const wayOn = findWayOn(run, instance !== undefined);
  const goOn = wayOn === undefined ? undefined : () => followWay(run, wayOn, setAgain);

  return (
    <div className={styles['page']}>
      <PageHead
        title={(run.status === 'running' ? words.titles : words.endedTitles)[run.kind](run.instanceName)}
        lead={
          <span className={styles['lead']}>
            <span className={styles['outcome']} data-outcome={outcome}>
              {words.statuses[outcome]}
            </span>
            <span>{words.on(place)}</span>
            <span>{words.steps(ended, run.steps.length)}</span>
            <time>{formatSpan(run.startedAt, run.endedAt, now)}</time>
          </span>
        }
        actions={
          <>
            {run.status !== 'running' && (
              <CopyButton worded value={formatRunReport(run, version, now)} label={words.copyReport} />
            )}
            {run.status === 'running' && <CancelButton run={run} />}
          </>
        }
      />
      {run.status === 'running' && (
        <>
          <progress className={styles['progress']} aria-label={words.progress} max={run.steps.length} value={ended} />
          <p className={styles['note']}>{words.goesOn}</p>
        </>
      )}
      {run.status === 'succeeded' &&
        (run.kind === 'deploy' ? (
          <Yours run={run} place={place} />
        ) : (
          <Done run={run} hasInstance={instance !== undefined} />
        ))}
      {outcome === 'failed' && run.error !== undefined && (
        <ErrorPanel
          error={run.error}
          onRetry={goOn}
          retryLabel={wayOn?.label}
          actions={
            failed === undefined ? undefined : <span className={styles['at']}>{words.failedAt(failed.title)}</span>
          }
        />
      )}
      {(outcome === 'cancelled' || outcome === 'interrupted') && (
        <div className={styles['stopped']} role="status">
          <div>
            <h2>{words.stopped[outcome].title}</h2>
            <p>{words.stopped[outcome].lead}</p>
          </div>
          {wayOn !== undefined && (
            <Button variant="primary" onClick={goOn}>
              {wayOn.label}
            </Button>
          )}
        </div>
      )}
      <Timeline run={run} now={now} />
      {again && run.kind === 'deploy' && <AgainDialog run={run} onClose={() => setAgain(false)} />}
      {again &&
        run.kind === 'remove' &&
        instance !== undefined &&
        (instance.adopted === undefined ? (
          <RemoveDialog instance={instance} onClose={() => setAgain(false)} />
        ) : (
          <ForgetDialog instance={instance} onClose={() => setAgain(false)} />
        ))}
    </div>
  );
}

/** What is asked on the page of its instance is asked there again. */
function followWay({ instanceId }: RunSnapshot, way: WayOn, showPlan: (isShown: boolean) => void): void {
  if (way.is === 'plan') showPlan(true);
  else if (way.is === 'page') goTo(way.route);
  else {
    goTo({ page: 'instance', instanceId, tab: 'overview' });
    askFor({ instanceId, what: way.what });
  }
}

interface DoneProps {
  readonly run: RunSnapshot;
  readonly hasInstance: boolean;
}

function Done({ run: { kind, instanceId }, hasInstance }: DoneProps) {
  if (kind === 'deploy') return null;
  return (
    <div className={styles['stopped']} role="status">
      <p>{words.done[kind]}</p>
      {hasInstance && (
        <Button variant="primary" onClick={() => goTo({ page: 'instance', instanceId, tab: findTab(kind) })}>
          {words.toInstance}
        </Button>
      )}
    </div>
  );
}

function CancelButton({ run }: { readonly run: RunSnapshot }) {
  const client = useClient();
  const [asked, setAsked] = useState(false);
  const cancel = (): void => {
    setAsked(true);
    client.call('run.cancel', { runId: run.runId }).catch((error: unknown) => {
      setAsked(false);
      notice('warn', toReport(error).message);
    });
  };
  return (
    <Button busy={asked} icon={<OctagonX size={14} aria-hidden />} title={words.cancelHint} onClick={cancel}>
      {asked ? words.cancelling : words.cancel}
    </Button>
  );
}

function Yours({ run, place }: { readonly run: RunSnapshot; readonly place: string }) {
  const to = (tab: InstanceTab) => () => goTo({ page: 'instance', instanceId: run.instanceId, tab });
  return (
    <section className={styles['yours']} aria-labelledby="yours">
      <h2 id="yours">{words.yours.title}</h2>
      <p>{words.yours.lead(run.instanceName, place)}</p>
      <div className={styles['actions']}>
        <Button
          variant="primary"
          size="large"
          autoFocus
          icon={<LayoutDashboard size={16} aria-hidden />}
          onClick={to('dashboard')}
        >
          {words.yours.dashboard}
        </Button>
        <Button size="large" icon={<SquareTerminal size={16} aria-hidden />} onClick={to('terminal')}>
          {words.yours.terminal}
        </Button>
        <Button size="large" variant="quiet" onClick={to('overview')}>
          {words.yours.overview}
        </Button>
      </div>
      <h3>{words.yours.next}</h3>
      <ul className={styles['next']}>
        <li>{words.yours.nextModel}</li>
        <li>{words.yours.nextTalk}</li>
        <li>{words.yours.nextChannel}</li>
      </ul>
    </section>
  );
}

import type { RunSnapshot } from '../../../shared/model/run.ts';
import { formatRoute, goTo } from '../../router.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { readOutcome } from '../../text/run-text.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './overview-tab.module.css';

const SHOWN_RUNS = 4;
const t = text.instance.overview;

export function LastRuns({ runs }: { readonly runs: readonly RunSnapshot[] }) {
  return (
    <Panel
      heading={t.runs}
      flush={runs.length > 0}
      actions={
        runs.length > 0 && (
          <Button variant="quiet" size="small" onClick={() => goTo({ page: 'activity' })}>
            {t.allRuns}
          </Button>
        )
      }
    >
      {runs.length === 0 ? (
        <p className={styles['dim']}>{t.noRuns}</p>
      ) : (
        <ul className={styles['runs']}>
          {runs.slice(0, SHOWN_RUNS).map((run) => (
            <li key={run.runId}>
              <a href={formatRoute({ page: 'run', runId: run.runId })}>
                <span>{t.runKinds[run.kind]}</span>
                <span className={styles['outcome']} data-outcome={readOutcome(run)}>
                  {text.run.statuses[readOutcome(run)]}
                </span>
                <time dateTime={run.startedAt}>{formatMoment(run.startedAt)}</time>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

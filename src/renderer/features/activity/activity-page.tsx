import { History } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { RunSnapshot } from '../../../shared/model/run.ts';
import { readAgain, useClient } from '../../live.ts';
import { formatRoute } from '../../router.ts';
import { sortRuns } from '../../run-fold.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { formatRunPlace } from '../../text/place-text.ts';
import { readOutcome, type RunOutcome } from '../../text/run-text.ts';
import { formatSpan, formatWhen } from '../../text/time-text.ts';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Input } from '../../ui/input.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import styles from './activity-page.module.css';
import { AlertTable } from './alert-table.tsx';

const words = text.run.activity;
const outcomes: readonly RunOutcome[] = ['running', 'succeeded', 'failed', 'cancelled', 'interrupted'];

export function ActivityPage() {
  const client = useClient();
  const runs = useStore((state) => state.runs);
  const loaded = useStore((state) => state.runsLoaded);
  const error = useStore((state) => state.loadErrors.runs);
  const alerts = useStore((state) => state.alerts);
  const [kind, setKind] = useState<'runs' | 'alerts'>('runs');
  const [filter, setFilter] = useState('');
  const [outcome, setOutcome] = useState<RunOutcome | 'all'>('all');
  const sorted = useMemo(() => sortRuns(runs), [runs]);
  const wanted = filter.trim().toLowerCase();
  const shown = sorted.filter((run) => matches(run, wanted, outcome));
  const isRuns = kind === 'runs';
  const shownAlerts = alerts.filter(({ instanceName }) => instanceName.toLowerCase().includes(wanted));
  const filterLabel = isRuns ? words.filter : text.alerts.list.filter;
  const now = alerts.filter(({ clearedAt }) => clearedAt === undefined).length;
  return (
    <div className={styles['page']}>
      <PageHead title={text.shell.activity} lead={isRuns ? words.lead : text.alerts.list.lead} />
      {isRuns && !loaded && error !== undefined && <ErrorPanel error={error} onRetry={() => readAgain(client)} />}
      {isRuns && loaded && sorted.length === 0 && (
        <Empty icon={<History size={18} aria-hidden />} title={words.none}>
          {words.noneHint}
        </Empty>
      )}
      {(sorted.length > 0 || alerts.length > 0) && (
        <div className={styles['filters']}>
          <Select
            aria-label={words.show}
            value={kind}
            onChange={(event) => setKind(event.target.value === 'alerts' ? 'alerts' : 'runs')}
          >
            <option value="runs">{words.runs}</option>
            <option value="alerts">{text.alerts.list.option(now)}</option>
          </Select>
          <Input
            type="search"
            aria-label={filterLabel}
            placeholder={filterLabel}
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
          {isRuns && (
            <Select
              aria-label={words.status}
              value={outcome}
              onChange={(event) => setOutcome(outcomes.find((one) => one === event.target.value) ?? 'all')}
            >
              <option value="all">{words.all}</option>
              {outcomes.map((one) => (
                <option key={one} value={one}>
                  {text.run.statuses[one]}
                </option>
              ))}
            </Select>
          )}
        </div>
      )}
      {!isRuns && <AlertTable alerts={shownAlerts} isFiltered={alerts.length > 0} />}
      {isRuns && !loaded && error === undefined && <Skeleton height="36px" />}
      {isRuns && sorted.length > 0 && shown.length === 0 && <p className={styles['none']}>{words.noMatch}</p>}
      {isRuns && shown.length > 0 && <RunTable runs={shown} />}
    </div>
  );
}

function RunTable({ runs }: { readonly runs: readonly RunSnapshot[] }) {
  const now = new Date();
  const { columns } = words;
  return (
    <div className={styles['frame']}>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">{columns.status}</th>
            <th scope="col">{columns.name}</th>
            <th scope="col">{columns.kind}</th>
            <th scope="col">{columns.place}</th>
            <th scope="col">{columns.started}</th>
            <th scope="col" className={styles['number']}>
              {columns.took}
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.runId}>
              <td>
                <span className={styles['outcome']} data-outcome={readOutcome(run)}>
                  {text.run.statuses[readOutcome(run)]}
                </span>
              </td>
              <td>
                <a className={styles['open']} href={formatRoute({ page: 'run', runId: run.runId })}>
                  {run.instanceName}
                </a>
              </td>
              <td>{text.run.kinds[run.kind]}</td>
              <td className={styles['place']}>{formatRunPlace(run.place)}</td>
              <td>
                <time dateTime={run.startedAt}>{formatWhen(run.startedAt, now)}</time>
              </td>
              <td className={styles['number']}>{formatSpan(run.startedAt, run.endedAt, now.getTime())}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function matches(run: RunSnapshot, filter: string, outcome: RunOutcome | 'all'): boolean {
  if (outcome !== 'all' && readOutcome(run) !== outcome) return false;
  return run.instanceName.toLowerCase().includes(filter) || run.place.toLowerCase().includes(filter);
}

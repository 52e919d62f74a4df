import { History } from 'lucide-react';
import { useMemo, useState } from 'react';
import { readAgain, useClient } from '../../live.ts';
import { formatRoute } from '../../router.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { formatRunPlace } from '../../text/place-text.ts';
import type { RunOutcome } from '../../text/run-text.ts';
import { formatSpan, formatWhen } from '../../text/time-text.ts';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Input } from '../../ui/input.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useNow } from '../../use-now.ts';
import styles from './activity-page.module.css';
import { AlertTable } from './alert-table.tsx';
import { createRowReader, fitsFilter, type RunRow } from './run-rows.ts';

const words = text.run.activity;
const outcomes: readonly RunOutcome[] = ['running', 'succeeded', 'failed', 'cancelled', 'interrupted'];

export function ActivityPage() {
  const client = useClient();
  const readRows = useMemo(createRowReader, []);
  const rows = useStore((state) => readRows(state.runs));
  const loaded = useStore((state) => state.runsLoaded);
  const error = useStore((state) => state.loadErrors.runs);
  const alerts = useStore((state) => state.alerts);
  const [kind, setKind] = useState<'runs' | 'alerts'>('runs');
  const [filter, setFilter] = useState('');
  const [outcome, setOutcome] = useState<RunOutcome | 'all'>('all');
  const wanted = filter.trim().toLowerCase();
  const shown = rows.filter((row) => fitsFilter(row, wanted, outcome));
  const isRuns = kind === 'runs';
  const shownAlerts = alerts.filter(({ instanceName }) => instanceName.toLowerCase().includes(wanted));
  const filterLabel = isRuns ? words.filter : text.alerts.list.filter;
  const now = alerts.filter(({ clearedAt }) => clearedAt === undefined).length;
  return (
    <div className={styles['page']}>
      <PageHead title={text.shell.activity} lead={isRuns ? words.lead : text.alerts.list.lead} />
      {isRuns && !loaded && error !== undefined && <ErrorPanel error={error} onRetry={() => readAgain(client)} />}
      {isRuns && loaded && rows.length === 0 && (
        <Empty icon={<History size={18} aria-hidden />} title={words.none}>
          {words.noneHint}
        </Empty>
      )}
      {(rows.length > 0 || alerts.length > 0) && (
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
      {isRuns && rows.length > 0 && shown.length === 0 && <p className={styles['none']}>{words.noMatch}</p>}
      {isRuns && shown.length > 0 && <RunTable rows={shown} />}
    </div>
  );
}

function RunTable({ rows }: { readonly rows: readonly RunRow[] }) {
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
          {rows.map((run) => (
            <tr key={run.runId}>
              <td>
                <span className={styles['outcome']} data-outcome={run.outcome}>
                  {text.run.statuses[run.outcome]}
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
              <td className={styles['number']}>
                <Took run={run} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Of one that goes on it counts up, and draws nothing else anew. */
function Took({ run: { outcome, startedAt, endedAt } }: { readonly run: RunRow }) {
  return formatSpan(startedAt, endedAt, useNow(outcome === 'running'));
}

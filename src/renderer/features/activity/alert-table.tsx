import { BellOff } from 'lucide-react';
import { alertTitles } from '../../../shared/alert-words.ts';
import type { Alert } from '../../../shared/model/alert.ts';
import { formatRoute } from '../../router.ts';
import { text } from '../../text/index.ts';
import { formatSpan, formatWhen } from '../../text/time-text.ts';
import { Empty } from '../../ui/empty.tsx';
import styles from './activity-page.module.css';

const words = text.alerts.list;

interface AlertTableProps {
  readonly alerts: readonly Alert[];
  /** There are others that do not fit the filter. */
  readonly isFiltered: boolean;
}

/** What is wrong now, then what was: since when, for how long, and who was told. */
export function AlertTable({ alerts, isFiltered }: AlertTableProps) {
  if (alerts.length === 0 && isFiltered) return <p className={styles['none']}>{words.noMatch}</p>;
  if (alerts.length === 0) {
    return (
      <Empty icon={<BellOff size={18} aria-hidden />} title={words.none}>
        {words.noneHint} <a href={formatRoute({ page: 'settings' })}>{words.settings}</a>
      </Empty>
    );
  }
  const now = new Date();
  const { columns } = words;
  return (
    <div className={styles['frame']}>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">{columns.status}</th>
            <th scope="col">{columns.name}</th>
            <th scope="col">{columns.what}</th>
            <th scope="col">{columns.since}</th>
            <th scope="col">{columns.told}</th>
            <th scope="col" className={styles['number']}>
              {columns.lasted}
            </th>
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <tr key={`${alert.instanceId} ${alert.kind}`}>
              <td>
                <span
                  className={styles['outcome']}
                  data-outcome={alert.clearedAt === undefined && alert.level === 'bad' ? 'failed' : 'past'}
                >
                  {alert.clearedAt !== undefined ? words.over : words.levels[alert.level]}
                </span>
              </td>
              <td className={styles['name']}>
                <a
                  className={styles['open']}
                  href={formatRoute({ page: 'instance', instanceId: alert.instanceId, tab: 'overview' })}
                >
                  {alert.instanceName}
                </a>
              </td>
              <td className={styles['what']}>
                {alertTitles[alert.kind]}
                <span className={styles['because']}>{alert.because}</span>
              </td>
              <td>
                <time dateTime={alert.since}>{formatWhen(alert.since, now)}</time>
              </td>
              <td className={styles['place']}>{formatTold(alert)}</td>
              <td className={styles['number']}>{formatSpan(alert.since, alert.clearedAt, now.getTime())}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Those that were told that it is so; quiet hours may have kept it back. */
function formatTold({ told: { fired }, heldBack }: Alert): string {
  if (fired.length > 0) return fired.map((channel) => words.channels[channel]).join(', ');
  return heldBack === true ? words.heldBack : words.nobody;
}

import type { Alert, AlertKind, AlertPolicy } from './model/alert.ts';

/* How alerts are said: the same in messages, on the command line and in the interface. All of it pure. */

export const alertTitles: Readonly<Record<AlertKind, string>> = {
  'gateway-down': 'Gateway down',
  'machine-unreachable': 'Machine unreachable',
  'restart-loop': 'Restarts again and again',
  disk: 'Disk nearly full',
  memory: 'Memory nearly full',
  certificate: 'Certificate runs out',
  backup: 'Backup missing',
  update: 'Update available',
  exposure: 'More is open than before',
  spend: 'Spending near the cap',
};

/** What is said when it is over; what is absent ends without a word. */
const clearedTitles: Readonly<Partial<Record<AlertKind, string>>> = {
  'gateway-down': 'Gateway is up again',
  'machine-unreachable': 'Machine is reachable again',
  'restart-loop': 'Runs without restarts again',
  disk: 'Disk has room again',
  memory: 'Memory has room again',
  certificate: 'Certificate is renewed',
  backup: 'Backup is there again',
  exposure: 'What was open is closed',
};

export interface AlertMessage {
  readonly title: string;
  readonly body: string;
  readonly level: 'ok' | Alert['level'];
}

/** Whether somebody who was told of it is told that it is over. */
export const isEndTold = (kind: AlertKind): boolean => clearedTitles[kind] !== undefined;

export function describeAlert(alert: Alert): AlertMessage {
  const { instanceName, kind, because, level, since, clearedAt } = alert;
  if (clearedAt === undefined) return { title: `${instanceName}: ${alertTitles[kind]}`, body: because, level };
  return {
    title: `${instanceName}: ${clearedTitles[kind] ?? alertTitles[kind]}`,
    body: `After ${describeSpan(Date.parse(clearedAt) - Date.parse(since))}. It was: ${because}`,
    level: 'ok',
  };
}

/** Several at once, as one message. @param wasQuiet quiet hours kept them back */
export function describeMany(alerts: readonly Alert[], wasQuiet: boolean): AlertMessage {
  const [first] = alerts;
  if (first !== undefined && alerts.length === 1 && first.clearedAt === undefined) return describeAlert(first);
  const lines = alerts.map(({ instanceName, kind, because, since, clearedAt }) => {
    const over =
      clearedAt === undefined ? '' : ` (over after ${describeSpan(Date.parse(clearedAt) - Date.parse(since))})`;
    return `${instanceName}: ${alertTitles[kind]}. ${because}${over}`;
  });
  const now = alerts.filter(({ clearedAt }) => clearedAt === undefined);
  const level = now.some((alert) => alert.level === 'bad') ? 'bad' : now.length > 0 ? 'warn' : 'ok';
  const title = `${String(alerts.length)} ${alerts.length === 1 ? 'alert' : 'alerts'}${wasQuiet ? ' while it was quiet' : ''}`;
  return { title, body: lines.join('\n'), level };
}

export function describeSpan(ms: number): string {
  const minutes = Math.round(Math.max(0, ms) / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return `${String(minutes)} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${String(hours)} hours` : `${String(Math.round(hours / 24))} days`;
}

/** Whether it is to be quiet at this hour. */
export function isQuietAt(quiet: AlertPolicy['quiet'], hour: number): boolean {
  if (quiet === undefined) return false;
  const { from, to } = quiet;
  return from < to ? hour >= from && hour < to : hour >= from || hour < to;
}

import { alertTitles, describeSpan } from '../../shared/alert-words.ts';
import { alertChannelSchema, type Alert, type AlertSettings } from '../../shared/model/alert.ts';
import type { AlertTest, WatchServiceStatus } from '../../core/index.ts';
import { alertTexts as texts } from '../alert-text.ts';
import { alignRows, bold, dim, green, red, yellow, type Line, type Span } from './line.ts';
import { marksOf, type Look } from './look.ts';
import { formatAge } from './quantity.ts';

const NAME_WIDTH = 24;
const KIND_WIDTH = 28;

/** What is wrong now, and what was. Pure. */
export function formatAlerts(alerts: readonly Alert[], nowMs: number, look: Look, columns: number | undefined): Line[] {
  if (alerts.length === 0) return [[texts.none]];
  const rows = alerts.map((alert): (string | Span)[] => [
    markOf(alert, look),
    bold(alert.instanceName),
    alertTitles[alert.kind],
    dim(whenOf(alert, nowMs)),
    dim(toldOf(alert)),
    alert.because,
  ]);
  const head = ['', 'INSTANCE', 'ALERT', 'SINCE', 'TOLD', 'WHY'].map((title) => dim(title));
  return alignRows([head, ...rows], { maxWidths: [1, NAME_WIDTH, KIND_WIDTH], columns });
}

function markOf({ level, clearedAt }: Alert, look: Look): Span {
  const { done, warn } = marksOf(look);
  if (clearedAt !== undefined) return green(done);
  return level === 'bad' ? red(warn) : yellow(warn);
}

/** Who was told that it is so. */
function toldOf({ told: { fired }, heldBack }: Alert): string {
  return fired.length > 0 ? fired.join(', ') : heldBack === true ? texts.heldBack : texts.toldNobody;
}

function whenOf({ since, clearedAt }: Alert, nowMs: number): string {
  const age = formatAge(Date.parse(since), nowMs);
  return clearedAt === undefined ? age : `${age}, for ${describeSpan(Date.parse(clearedAt) - Date.parse(since))}`;
}

/** Who is told of what. Pure. */
export function formatAlertSettings(settings: AlertSettings, look: Look, columns: number | undefined): Line[] {
  const { policy, webhookHost, trouble } = settings;
  const { desktop, telegram, webhook, quiet, off, limits, spendCapUsd } = policy;
  const rows: [Span, string | Span][] = [
    [dim('  desktop'), desktop ? texts.desktopOn : dim(texts.off)],
    [dim('  telegram'), telegram === undefined ? dim(texts.off) : texts.telegramTo(telegram.chat)],
    [dim('  webhook'), webhook === undefined ? dim(texts.off) : texts.webhookTo(webhook.format, webhookHost ?? '')],
    [dim('  quiet'), quiet === undefined ? dim(texts.never) : texts.quiet(quiet)],
    [dim('  limits'), texts.limits(limits)],
    [dim('  spending'), spendCapUsd === undefined ? dim(texts.noCap) : texts.cap(spendCapUsd)],
    [dim('  not told'), off.length === 0 ? dim(texts.nothing) : off.join(', ')],
  ];
  const troubles = alertChannelSchema.options.flatMap((channel): Line[] => {
    const known = trouble[channel];
    return known === undefined ? [] : [[yellow(marksOf(look).warn), ` ${texts.trouble(channel)} `, known.message]];
  });
  return [[marksOf(look).idle, ' ', bold(texts.title)], ...alignRows(rows, { columns }), ...troubles];
}

export function formatTests(tests: readonly AlertTest[], look: Look): Line[] {
  const { done, warn } = marksOf(look);
  return tests.map(({ channel, problem }) =>
    problem === undefined
      ? [green(done), ` ${texts.taken(channel)}`]
      : [red(warn), ` ${texts.trouble(channel)} ${problem.message}`, dim(` ${problem.hint ?? ''}`)],
  );
}

export function formatService({ state, name, file, note }: WatchServiceStatus, look: Look): Line[] {
  const mark = state === 'running' ? green(marksOf(look).done) : dim(marksOf(look).idle);
  return [
    [mark, ' ', bold(texts.service[state])],
    ...(name === undefined || state === 'absent' ? [] : [[dim(`  ${name}  ${file ?? ''}`)]]),
    ...(note === undefined ? [] : [[yellow(marksOf(look).warn), ` ${note}`]]),
  ];
}

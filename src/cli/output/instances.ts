import type { Instance } from '../../shared/model/instance.ts';
import { formatTarget } from '../../shared/model/target.ts';
import type { InstanceStatus } from '../../core/index.ts';
import { texts } from '../text.ts';
import { alignRows, bold, cyan, dim, green, red, yellow, type Line, type Span } from './line.ts';
import { marksOf, type Look } from './look.ts';
import { describeAccess, formatLimits } from './operations.ts';
import { formatAge, formatDuration } from './quantity.ts';
import { TEXT_COLUMNS, wrapText } from './text-width.ts';

/** Longest name and place that are shown whole, and how much of a narrow terminal they may take. */
const NAME = { width: 32, share: 0.25 };
const PLACE = { width: 48, share: 0.3 };
/** The instances as a table. Pure. */
export function formatInstances(
  instances: readonly Instance[],
  nowMs: number,
  look: Look,
  columns: number | undefined,
): Line[] {
  if (instances.length === 0) return [[texts.noInstances], [`${marksOf(look).next} `, cyan(texts.noInstancesHint)]];
  // A column that nobody has anything in takes its room from the others.
  const limited = instances.some(({ limits }) => limits !== undefined);
  const head = ['NAME', 'PLACE', 'OPENCLAW', 'PORT', 'STATE', ...(limited ? ['LIMITS'] : []), 'CREATED'].map(dim);
  const rows = [...instances]
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((instance) => [
      bold(instance.name),
      formatTarget(instance.target),
      instance.version,
      String(instance.port),
      phaseOf(instance),
      ...(limited ? [instance.limits === undefined ? '' : formatLimits(instance.limits)] : []),
      dim(formatAge(Date.parse(instance.createdAt), nowMs)),
    ]);
  const maxWidths = [NAME, PLACE].map(({ width, share }) =>
    Math.min(width, Math.floor((columns ?? Number.POSITIVE_INFINITY) * share)),
  );
  return alignRows([head, ...rows], { maxWidths });
}

function phaseOf({ phase, suspension }: Instance): Span {
  if (phase === 'deployed' && suspension !== undefined) return yellow('suspended');
  switch (phase) {
    case 'deployed':
      return green(phase);
    case 'deploying':
      return yellow('not finished');
    case 'removing':
      return yellow('half removed');
  }
}

/** How an instance is. Pure. */
export function formatStatus(status: InstanceStatus, look: Look, columns: number | undefined): Line[] {
  const { instance, state, because, version, uptimeMs, error } = status;
  const [mark, word] = stateOf(state, look);
  const rows: [Span, string][] = [
    [dim('  place'), formatTarget(instance.target)],
    [dim('  OpenClaw'), version ?? instance.version],
    [dim('  port'), String(instance.port)],
    ...(uptimeMs === undefined ? [] : [[dim('  up for'), formatDuration(uptimeMs)] satisfies [Span, string]]),
    ...(instance.target.kind === 'docker'
      ? [[dim('  limits'), formatLimits(instance.limits)] satisfies [Span, string]]
      : []),
    ...(instance.ingress === undefined || instance.ingress.access.mode === 'tunnel'
      ? []
      : [[dim('  reached by'), describeAccess(instance)] satisfies [Span, string]]),
    ...(instance.suspension === undefined
      ? []
      : [[dim('  suspended'), texts.suspendedBy(instance.suspension)] satisfies [Span, string]]),
    ...(instance.model === undefined ? [] : [[dim('  model'), instance.model] satisfies [Span, string]]),
  ];
  const width = Math.min(columns ?? TEXT_COLUMNS, TEXT_COLUMNS) - 2;
  const text = (words: string): Line[] => wrapText(words, width).map((line) => [`  ${line}`]);
  return [
    [mark, ' ', bold(instance.name), ' ', word],
    ...alignRows(rows),
    ...(because === '' ? [] : [[], ...text(sentence(because))]),
    ...(error === undefined || because !== '' ? [] : [[], ...text(sentence(error.message))]),
    ...(error?.hint === undefined
      ? []
      : wrapText(error.hint, width - 2).map((line, index): Line => [
          index === 0 ? `  ${marksOf(look).next} ` : '    ',
          line,
        ])),
  ];
}

function stateOf(state: InstanceStatus['state'], look: Look): [mark: Span, word: Span] {
  const marks = marksOf(look);
  switch (state) {
    case 'running':
      return [green(marks.done), green('is running')];
    case 'starting':
      return [yellow(marks.idle), yellow('is starting')];
    case 'stopped':
      return [dim(marks.idle), dim('is stopped')];
    case 'suspended':
      return [yellow(marks.warn), yellow('is suspended')];
    case 'failed':
      return [red(marks.bad), red('has failed')];
    case 'unreachable':
      return [red(marks.bad), red('cannot be reached')];
    case 'not-deployed':
      return [yellow(marks.warn), yellow('is not deployed')];
  }
}

/** Reasons come as clauses; standing alone, one is a sentence. */
function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}${/[.!?…]$/.test(clause) ? '' : '.'}`;
}

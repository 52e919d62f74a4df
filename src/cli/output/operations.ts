import { describeGuard, formatBinarySize } from '../../shared/guard-words.ts';
import type { Guard } from '../../shared/model/guard.ts';
import { closedIngress, type TrafficLimits } from '../../shared/model/ingress.ts';
import type { Instance } from '../../shared/model/instance.ts';
import { DEFAULT_CPUS, DEFAULT_MEMORY_BYTES, type ResourceLimits } from '../../shared/model/resources.ts';
import type { ExposureFinding, ExposureReport, IngressStatus } from '../../core/index.ts';
import { texts } from '../text.ts';
import { alignRows, bold, cyan, dim, green, red, yellow, type Line, type Span } from './line.ts';
import { marksOf, type Look } from './look.ts';
import { countOf, formatDuration } from './quantity.ts';
import { TEXT_COLUMNS, wrapText } from './text-width.ts';

const TITLE_WIDTH = 48;

/** `2 GB, 2 processors`. Pure. */
export function formatLimits(limits: ResourceLimits | undefined): string {
  const { memoryBytes, cpus } = limits ?? { memoryBytes: DEFAULT_MEMORY_BYTES, cpus: DEFAULT_CPUS };
  return `${formatBinarySize(memoryBytes)}, ${countOf(cpus, 'processor')}`;
}

/** How an instance is reached, as it was asked for. Pure. */
export function describeAccess({ name, ingress = closedIngress }: Pick<Instance, 'name' | 'ingress'>): string {
  const { access } = ingress;
  switch (access.mode) {
    case 'tunnel':
      return texts.accessTunnel;
    case 'domain':
      return `https://${access.host}`;
    case 'base':
      return texts.accessBase(name, access.domain);
    case 'ip':
      return access.address === undefined
        ? texts.accessIp
        : `https://${access.address.includes(':') ? `[${access.address}]` : access.address}`;
  }
}

/** How an instance is reached, asked now. Pure. */
export function formatIngress(
  instance: Instance,
  { url, certificate, limitedBy, problem }: IngressStatus,
  nowMs: number,
  look: Look,
  columns: number | undefined,
): Line[] {
  const { limits } = instance.ingress ?? closedIngress;
  const marks = marksOf(look);
  const rows: [Span, Span | string][] = [
    [dim('  reached by'), url === undefined ? describeAccess(instance) : cyan(url)],
    ...(certificate === undefined
      ? []
      : ([
          [dim('  certificate'), `${certificate.subject}, by ${certificate.issuer}`],
          [
            dim('  valid'),
            (certificate.isOverdue ? yellow : plain)(
              texts.validFor(
                formatDuration(Date.parse(certificate.notAfter) - nowMs),
                certificate.notAfter,
                certificate.isOverdue,
              ),
            ),
          ],
        ] satisfies [Span, Span | string][])),
    ...describeTraffic(limits).map(([what, words]): [Span, string] => [dim(`  ${what}`), words]),
    ...(limitedBy === 'connections' && limits.rate !== undefined
      ? ([[dim('  note'), yellow(texts.connectionsOnly)]] satisfies [Span, Span][])
      : []),
  ];
  const mark = problem === undefined ? green(marks.done) : red(marks.bad);
  const width = Math.min(columns ?? TEXT_COLUMNS, TEXT_COLUMNS) - 4;
  return [
    [mark, ' ', bold(instance.name)],
    ...alignRows(rows, { columns }),
    ...(problem === undefined
      ? []
      : [
          [],
          ...wrapText(problem.message, width).map((line): Line => [`  ${line}`]),
          ...wrapText(problem.hint ?? '', width).map((line, index): Line => [
            index === 0 ? `  ${marks.next} ` : '    ',
            line,
          ]),
        ]),
  ];
}

const plain = (text: string): Span => ({ text });

function describeTraffic({ rate, burst, connections, bodyBytes, allow }: TrafficLimits): [string, string][] {
  return [
    ...(rate === undefined ? [] : [['rate', texts.rate(rate, burst)] satisfies [string, string]]),
    ...(connections === undefined ? [] : [['connections', texts.connections(connections)] satisfies [string, string]]),
    ...(bodyBytes === undefined
      ? []
      : [['requests', texts.body(formatBinarySize(bodyBytes))] satisfies [string, string]]),
    ...(allow === undefined ? [] : [['let in', allow.join(', ')] satisfies [string, string]]),
  ];
}

/** What is open to the world. Pure. */
export function formatExposure(report: ExposureReport, look: Look, columns: number | undefined): Line[] {
  const marks = marksOf(look);
  const beside = alignRows(
    report.findings.map(({ title, because, level }) => [title, level === 'ok' ? dim(because) : because]),
    {
      maxWidths: [TITLE_WIDTH],
      columns,
      before: (row, isFirst) => ['  ', isFirst ? markOf(report.findings[row]?.level ?? 'ok', look) : ' ', ' '],
    },
  );
  const width = Math.min(columns ?? TEXT_COLUMNS, TEXT_COLUMNS) - 4;
  const fixes = report.findings.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  return [
    [bold(texts.reachableFrom), ` ${report.reachableFrom}`],
    ...beside,
    ...(fixes.length === 0 ? [] : [[]]),
    ...fixes.flatMap((fix) =>
      wrapText(fix, width).map((line, index): Line => [index === 0 ? `  ${marks.next} ` : '    ', line]),
    ),
  ];
}

function markOf(level: ExposureFinding['level'], look: Look): Span {
  const marks = marksOf(look);
  switch (level) {
    case 'ok':
      return green(marks.done);
    case 'warn':
      return yellow(marks.warn);
    case 'bad':
      return red(marks.bad);
  }
}

/** The limits that suspend an instance. Pure. */
export function formatGuard(name: string, guard: Guard, look: Look): Line[] {
  const limits = describeGuard(guard);
  if (limits.length === 0) return [[texts.noGuard(name)]];
  return [[bold(texts.guarded(name))], ...limits.map(({ words }): Line => [`  ${marksOf(look).idle} ${words}`])];
}

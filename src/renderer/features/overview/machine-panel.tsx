import { useMemo, useState } from 'react';
import type { MetricSample } from '../../../shared/contract/instance.ts';
import { text } from '../../text/index.ts';
import { formatBytes, formatShare } from '../../text/measures.ts';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Graph } from './graph.tsx';
import { buildGraph, DAY_MS, HOUR_MS } from './graph-data.ts';
import styles from './overview-tab.module.css';

const t = text.instance.overview;
const spans = { hour: HOUR_MS, day: DAY_MS } as const;
/** More points than a graph is wide in pixels nobody sees. */
const MOST_POINTS = 360;

interface MachinePanelProps {
  readonly samples: readonly MetricSample[] | undefined;
  /** Whether figures can be expected. */
  readonly isReachable: boolean;
  /** Its share of the machine, not the machine. */
  readonly isContainer: boolean;
}

export function MachinePanel({ samples, isReachable, isContainer }: MachinePanelProps) {
  const [span, setSpan] = useState<keyof typeof spans>('hour');
  const last = samples?.at(-1);
  // of a machine that cannot be asked, a figure is what it was
  const say = (figure: string): string => (isReachable ? figure : t.was(figure));
  return (
    <Panel
      heading={isContainer ? t.container : t.machine}
      actions={
        <Select
          aria-label={t.span}
          value={span}
          onChange={(event) => setSpan(event.target.value === 'day' ? 'day' : 'hour')}
        >
          <option value="hour">{t.lastHour}</option>
          <option value="day">{t.lastDay}</option>
        </Select>
      }
    >
      {samples !== undefined && last === undefined ? (
        <p className={styles['dim']}>{isReachable ? t.noSamples : t.noSamplesAway}</p>
      ) : (
        <div className={styles['graphs']}>
          {quantities.map((quantity) => (
            <Quantity key={quantity.name} {...quantity} samples={samples} last={last} say={say} spanMs={spans[span]} />
          ))}
        </div>
      )}
    </Panel>
  );
}

interface QuantityKind {
  readonly name: string;
  readonly valueOf: (sample: MetricSample) => number;
  /** All there is of it; without it, it is a share. */
  readonly totalOf?: (sample: MetricSample) => number;
}

const quantities: readonly QuantityKind[] = [
  { name: t.cpu, valueOf: (sample) => sample.cpu },
  { name: t.memory, valueOf: (sample) => sample.memoryUsedBytes, totalOf: (sample) => sample.memoryTotalBytes },
  { name: t.disk, valueOf: (sample) => sample.diskUsedBytes, totalOf: (sample) => sample.diskTotalBytes },
];

interface QuantityProps extends QuantityKind {
  readonly samples: readonly MetricSample[] | undefined;
  readonly last: MetricSample | undefined;
  readonly say: (figure: string) => string;
  readonly spanMs: number;
}

function Quantity({ name, valueOf, totalOf, samples, last, say, spanMs }: QuantityProps) {
  const format = totalOf === undefined ? formatShare : formatBytes;
  const total = last === undefined || totalOf === undefined ? 1 : totalOf(last);
  const now = last && say(sayFigure(format(valueOf(last)), totalOf === undefined ? undefined : total, format));
  const toMs = samples?.at(-1)?.at ?? 0;
  const fromMs = toMs - spanMs;
  const data = useMemo(
    () => buildGraph(samples ?? [], valueOf, { fromMs, toMs, most: MOST_POINTS }),
    [samples, valueOf, fromMs, toMs],
  );
  const peak = data.values.reduce<number>((highest, value) => Math.max(highest, value ?? 0), 0);
  // what has no end that is known is drawn against its own peak
  const max = total > 0 ? total : Math.max(peak * 1.25, 1);
  return (
    <div className={styles['quantity']}>
      <div className={styles['quantityHead']}>
        <h3>{name}</h3>
        <span className={styles['figure']}>{now ?? <Skeleton width="72px" />}</span>
      </div>
      <Graph
        data={data}
        fromMs={fromMs}
        toMs={toMs}
        max={max}
        format={format}
        label={t.graphLabel(name, now ?? '–', format(peak))}
      />
    </div>
  );
}

/** @param total undefined: the figure is a share; 0: nobody knows how much there may be */
function sayFigure(figure: string, total: number | undefined, format: (value: number) => string): string {
  if (total === undefined) return figure;
  return total > 0 ? t.of(figure, format(total)) : t.usedOf(figure);
}

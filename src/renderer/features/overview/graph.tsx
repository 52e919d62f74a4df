import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { readColour, useShownTheme } from '../../theme-colours.ts';
import type { GraphData } from './graph-data.ts';
import styles from './graph.module.css';

const HEIGHT_PX = 132;
const AXIS_WIDTH_PX = 52;
const FONT = '11px "Inter Variable", system-ui, sans-serif';

interface GraphProps {
  readonly data: GraphData;
  readonly fromMs: number;
  readonly toMs: number;
  /** The top of the scale: shares are drawn against all there is. */
  readonly max: number;
  readonly format: (value: number) => string;
  /** What a person hears who does not see it. */
  readonly label: string;
}

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** One quantity over time. */
export function Graph({ data, fromMs, toMs, max, format, label }: GraphProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const formatNow = useRef(format);
  const theme = useShownTheme();

  useEffect(() => {
    formatNow.current = format;
  }, [format]);

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const drawn = new uPlot(
      buildOptions(element.clientWidth, (value) => formatNow.current(value)),
      [[], []],
      element,
    );
    plot.current = drawn;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) drawn.setSize({ width: element.clientWidth, height: HEIGHT_PX });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.destroy();
      plot.current = undefined;
    };
  }, [theme]);

  useEffect(() => {
    const drawn = plot.current;
    if (drawn === undefined) return;
    drawn.batch(() => {
      drawn.setData([[...data.times], [...data.values]], false);
      drawn.setScale('x', { min: fromMs / 1000, max: toMs / 1000 });
      drawn.setScale('y', { min: 0, max });
    });
  }, [data, fromMs, toMs, max, theme]);

  return <div ref={place} className={styles['graph']} style={{ height: HEIGHT_PX }} role="img" aria-label={label} />;
}

function buildOptions(width: number, format: (value: number) => string): uPlot.Options {
  const line = readColour('--line');
  const dim = readColour('--text-dim');
  const colour = readColour('--graph');
  const axis = { stroke: dim, font: FONT, ticks: { show: false } };
  return {
    width,
    height: HEIGHT_PX,
    // room for half a label where an hour ends at the edge
    padding: [8, 18, 0, 0],
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    legend: { show: false },
    scales: { x: { time: true, auto: false }, y: { auto: false } },
    axes: [
      {
        ...axis,
        size: 24,
        gap: 6,
        space: 72,
        grid: { show: false },
        values: (_, seconds) => seconds.map((second) => time.format(second * 1000)),
      },
      {
        ...axis,
        size: AXIS_WIDTH_PX,
        gap: 6,
        splits: (self) => [0, (self.scales['y']?.max ?? 1) / 2, self.scales['y']?.max ?? 1],
        grid: { stroke: line, width: 1 },
        values: (_, values) => values.map(format),
      },
    ],
    series: [{}, { stroke: colour, width: 1.5, fill: withAlpha(colour), points: { show: false }, spanGaps: false }],
  };
}

/** `oklch(0.5 0.09 240)` with a tenth of its strength. */
function withAlpha(colour: string): string {
  return `color-mix(in oklch, ${colour} 12%, transparent)`;
}

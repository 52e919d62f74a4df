import { ArrowDown } from 'lucide-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { text } from '../../text/index.ts';
import { formatLogLine } from '../../../shared/model/log.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Button } from '../../ui/button.tsx';
import { splitByWords } from './log-book.ts';
import { SOURCE_CELLS, type LogLine } from './log-line.ts';
import styles from './log-list.module.css';
import { buildOffsets, computeVisibleRange, findTop, readPlace, type Place } from './visible-range.ts';

/** Of the list's padding, left and right together. */
const PADDING_PX = 40;
/** So near to its end the list follows. */
const NEAR_END_PX = 30;

interface LogListProps {
  readonly lines: readonly LogLine[];
  readonly words: string;
  /** The match that was gone to: its place among the lines. */
  readonly current: number | undefined;
  readonly wrap: boolean;
}

/** Draws only what is seen, however many lines there are; stays at the end while it is there, else at the line that is read. */
export function LogList({ lines, words, current, wrap }: LogListProps) {
  const list = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLSpanElement>(null);
  const [view, setView] = useState({ top: 0, width: 0, height: 0, cell: 7.8 });
  const [isAtEnd, setIsAtEnd] = useState(true);
  const place = useRef<Place>(undefined);
  const [hovered, setHovered] = useState<number>();

  const columns = Math.max(20, Math.floor((view.width - PADDING_PX) / view.cell));
  const offsets = useMemo(() => buildOffsets(lines, wrap ? columns : undefined), [lines, wrap, columns]);
  const height = offsets[lines.length] ?? 0;

  useEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    const measure = (): void =>
      setView((now) => ({
        ...now,
        width: element.clientWidth,
        height: element.clientHeight,
        cell: (ruler.current?.getBoundingClientRect().width ?? 0) / 100 || now.cell,
      }));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // the font may come later than the list
    void document.fonts.ready.then(measure);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = list.current;
    if (element !== null && isAtEnd) element.scrollTop = height;
  }, [height, isAtEnd, view.height]);

  useLayoutEffect(() => {
    const element = list.current;
    if (element === null || isAtEnd || place.current === undefined) return;
    const top = findTop(lines, offsets, place.current);
    if (top === element.scrollTop) return;
    element.scrollTop = top;
    // drawn at once: what was seen before is somewhere else now
    setView((now) => ({ ...now, top: element.scrollTop }));
    // only lines that come and go move the list: who scrolls is where they want to be
  }, [lines, offsets]);

  useEffect(() => {
    const element = list.current;
    if (element === null || current === undefined) return;
    element.scrollTop = Math.max(0, (offsets[current] ?? 0) - element.clientHeight / 3);
    // only a match that was gone to moves the list, not lines that come
  }, [current]);

  const { first, end } = computeVisibleRange(offsets, view.top, view.height);
  return (
    <div className={styles['frame']}>
      <div
        ref={list}
        className={styles['list']}
        data-wrap={wrap}
        role="log"
        aria-live="off"
        aria-label={text.logs.list}
        tabIndex={0}
        onMouseLeave={() => setHovered(undefined)}
        onCopy={(event) => {
          const line = current === undefined ? undefined : lines[current];
          // what was selected comes first
          if (line === undefined || window.getSelection()?.isCollapsed === false) return;
          event.preventDefault();
          event.clipboardData.setData('text/plain', formatLogLine(line));
        }}
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
          place.current = readPlace(lines, offsets, scrollTop);
          setView((now) => ({ ...now, top: scrollTop }));
          setIsAtEnd(scrollTop + clientHeight >= scrollHeight - NEAR_END_PX);
        }}
      >
        <span ref={ruler} className={styles['ruler']} aria-hidden>
          {'0'.repeat(100)}
        </span>
        <div className={styles['all']} style={{ height }}>
          <div style={{ transform: `translateY(${offsets[first] ?? 0}px)` }}>
            {lines.slice(first, end).map((line, index) => (
              <div
                key={line.number}
                className={styles['line']}
                data-level={line.level}
                data-current={first + index === current}
                onMouseEnter={() => setHovered(first + index)}
                style={{ height: (offsets[first + index + 1] ?? 0) - (offsets[first + index] ?? 0) }}
              >
                <span className={styles['stamp']} title={line.at}>
                  {line.stamp}
                </span>{' '}
                <span className={styles['source']} data-source={line.source}>
                  {line.source.padEnd(SOURCE_CELLS)}
                </span>{' '}
                <Words line={line.text} words={words} />
                {first + index === hovered && (
                  <span className={styles['copy']}>
                    <CopyButton value={formatLogLine(line)} label={text.logs.copyLine} />
                  </span>
                )}
              </div>
            ))}
          </div>
        </div>
      </div>
      {!isAtEnd && (
        <Button
          className={styles['newest']}
          size="small"
          icon={<ArrowDown size={14} aria-hidden />}
          onClick={() => {
            // the button goes
            list.current?.focus();
            setIsAtEnd(true);
          }}
        >
          {text.logs.newest}
        </Button>
      )}
    </div>
  );
}

function Words({ line, words }: { readonly line: string; readonly words: string }) {
  if (words === '') return line;
  return splitByWords(line, words).map((piece, index) =>
    // pieces have no other name than their place
    index % 2 === 1 ? <mark key={index}>{piece}</mark> : piece,
  );
}

import { Download, Pause, Play, ScrollText, WrapText } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { FindBar } from '../../ui/find-bar.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { filterLines, findLines } from './log-book.ts';
import { logLevels, type LogLevel, type LogLine } from './log-line.ts';
import { LogList } from './log-list.tsx';
import styles from './logs-tab.module.css';
import { useLog } from './use-log.ts';

const t = text.logs;

export function LogsTab({ instance }: { readonly instance: InstanceView }) {
  const { book, state, pause, resume, followAgain } = useLog(instance);
  const [levels, setLevels] = useState<ReadonlySet<LogLevel>>(new Set(logLevels));
  const [wrap, setWrap] = useState(false);
  const [words, setWords] = useState('');
  /** By its number: it stays the same while other lines come and go. */
  const [currentNumber, setCurrentNumber] = useState<number>();

  const lines = useMemo(() => filterLines(book.lines, levels), [book.lines, levels]);
  const matches = useMemo(() => findLines(lines, words), [lines, words]);
  const at = matches.findIndex((index) => lines[index]?.number === currentNumber);
  const current = at < 0 ? undefined : matches[at];

  const go = (step: 1 | -1): void => {
    const from = at < 0 ? (step === 1 ? -1 : matches.length) : at;
    const index = matches[(from + step + matches.length) % matches.length];
    setCurrentNumber(index === undefined ? undefined : lines[index]?.number);
  };
  const toggle = (level: LogLevel): void =>
    setLevels((now) => {
      const next = new Set(now);
      if (!next.delete(level)) next.add(level);
      return next;
    });

  return (
    <div className={styles['logs']}>
      <div className={styles['bar']} role="group" aria-label={t.toolbar}>
        {book.waiting === undefined ? (
          <Button icon={<Pause size={14} aria-hidden />} disabled={state.is !== 'following'} onClick={pause}>
            {t.pause}
          </Button>
        ) : (
          <Button variant="primary" icon={<Play size={14} aria-hidden />} onClick={resume}>
            {t.resume(book.waiting.length)}
          </Button>
        )}
        <div className={styles['levels']} role="group" aria-label={t.levels}>
          {logLevels.map((level) => (
            <button
              key={level}
              type="button"
              className={styles['level']}
              data-level={level}
              aria-pressed={levels.has(level)}
              onClick={() => toggle(level)}
            >
              {t.level[level]}
            </button>
          ))}
        </div>
        <span className={styles['count']}>
          {book.dropped > 0 ? t.dropped(book.dropped) : t.count(lines.length, book.lines.length)}
        </span>
        <FindBar
          label={t.search}
          words={words}
          onWords={setWords}
          result={matches.length === 0 ? t.noMatch : t.matches(at + 1, matches.length)}
          onNext={() => go(1)}
          onPrevious={() => go(-1)}
          nextLabel={t.next}
          previousLabel={t.previous}
        />
        <IconButton
          label={t.wrap}
          icon={<WrapText size={14} aria-hidden />}
          pressed={wrap}
          onClick={() => setWrap(!wrap)}
        />
        <IconButton
          label={t.save}
          icon={<Download size={14} aria-hidden />}
          disabled={lines.length === 0}
          onClick={() => saveLines(instance.name, lines)}
        />
      </div>
      {state.is === 'ended' && (
        <div className={styles['ended']}>
          {state.error === undefined ? (
            <p role="status">
              {t.ended}{' '}
              <Button size="small" onClick={followAgain}>
                {t.again}
              </Button>
            </p>
          ) : (
            <ErrorPanel error={state.error} onRetry={followAgain} />
          )}
        </div>
      )}
      {lines.length > 0 ? (
        <LogList lines={lines} words={words} current={current} wrap={wrap} />
      ) : (
        (state.is !== 'ended' || state.error === undefined) && (
          <Empty
            icon={<ScrollText size={18} aria-hidden />}
            title={state.is === 'opening' ? t.opening : book.lines.length > 0 ? t.filtered : t.empty}
          >
            {state.is !== 'opening' && (book.lines.length > 0 ? t.filteredHint : t.emptyHint)}
          </Empty>
        )
      )}
    </div>
  );
}

/** What is shown, as a file of the person's. */
function saveLines(name: string, lines: readonly LogLine[]): void {
  const url = URL.createObjectURL(new Blob([lines.map((line) => `${line.text}\n`).join('')], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.log`;
  link.click();
  URL.revokeObjectURL(url);
}

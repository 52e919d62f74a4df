import { Download, Pause, Play, ScrollText, WrapText } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { LogLevel } from '../../../shared/log-level.ts';
import { findPatternFault } from '../../../shared/log-pattern.ts';
import { logSources, MOST_LOG_LINES, type LogSource } from '../../../shared/model/log.ts';
import { useClient } from '../../live.ts';
import { isShortcut } from '../../platform.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { useAction } from '../../use-action.ts';
import { LevelSelect, LogSearch, RangeFields, SourceChips } from './log-bar.tsx';
import { countSources, filterLines, findLines } from './log-book.ts';
import { LogList } from './log-list.tsx';
import { readRange, type LogRange } from './log-range.ts';
import styles from './logs-tab.module.css';
import { saveLog } from './save-log.ts';
import { useLog } from './use-log.ts';

const t = text.logs;
const NEWEST: LogRange = { is: 'newest' };

export function LogsTab({ instance }: { readonly instance: InstanceView }) {
  const client = useClient();
  const [range, setRange] = useState<LogRange>(NEWEST);
  const { book, state, pause, resume, followAgain } = useLog(instance, range);
  const [sources, setSources] = useState<ReadonlySet<LogSource>>(new Set(logSources));
  const [level, setLevel] = useState<LogLevel>('debug');
  const [wrap, setWrap] = useState(false);
  const [words, setWords] = useState('');
  const [onlyMatches, setOnlyMatches] = useState(false);
  /** By its number: it stays the same while other lines come and go. */
  const [currentNumber, setCurrentNumber] = useState<number>();
  const saving = useAction();
  const [isSaved, setSaved] = useState(false);
  const savesLogs = useStore(({ info }) => info?.savesLogs) ?? false;
  const tab = useRef<HTMLDivElement>(null);

  const counts = useMemo(() => countSources(book.lines), [book.lines]);
  const kept = onlyMatches ? words : '';
  const lines = useMemo(
    () => filterLines(book.lines, { sources, level, words: kept }),
    [book.lines, sources, level, kept],
  );
  const matches = useMemo(() => findLines(lines, words), [lines, words]);
  const at = matches.findIndex((index) => lines[index]?.number === currentNumber);
  const current = at < 0 ? undefined : matches[at];
  const asked = useMemo(() => readRange(range, Date.now()), [range]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isInField = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
      if (event.key.toLowerCase() === 'f' && isShortcut(event, false)) {
        event.preventDefault();
        tab.current?.querySelector<HTMLInputElement>('input[type="search"]')?.focus();
      } else if (event.key === 'End' && !isInField) {
        const list = tab.current?.querySelector('[role="log"]');
        list?.scrollTo({ top: list.scrollHeight });
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const go = (step: 1 | -1): void => {
    const from = at < 0 ? (step === 1 ? -1 : matches.length) : at;
    const index = matches[(from + step + matches.length) % matches.length];
    setCurrentNumber(index === undefined ? undefined : lines[index]?.number);
  };
  const toggle = (source: LogSource): void =>
    setSources((now) => {
      const next = new Set(now);
      if (!next.delete(source)) next.add(source);
      return next;
    });
  const save = (): Promise<boolean> =>
    saving.run(async () => {
      setSaved(false);
      const { since, until } = readRange(range, Date.now()) ?? {};
      const query = {
        instanceId: instance.id,
        lines: MOST_LOG_LINES,
        follow: false as const,
        sources: [...sources],
        level,
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
        ...(kept === '' ? {} : { grep: kept }),
      };
      if (await saveLog(client, query, instance.name, savesLogs)) setSaved(true);
    });

  const isFiltered = book.lines.length > 0;
  return (
    <div className={styles['logs']} ref={tab}>
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
        <SourceChips chosen={sources} counts={counts} onToggle={toggle} />
        <LevelSelect level={level} onLevel={setLevel} />
        <RangeFields range={range} isWrong={asked === undefined} onRange={setRange} />
      </div>
      <div className={styles['bar']}>
        <LogSearch
          words={words}
          onWords={setWords}
          at={at + 1}
          count={matches.length}
          onlyMatches={onlyMatches}
          onOnlyMatches={setOnlyMatches}
          onGo={go}
        />
        <span className={styles['count']} role="status">
          {isSaved ? `${t.saved} ` : ''}
          {book.dropped > 0
            ? t.dropped(book.dropped)
            : [t.count(lines.length, book.lines.length), ...(book.cut > 0 ? [t.cut(book.cut)] : [])].join(', ')}
        </span>
        <IconButton
          label={t.wrap}
          icon={<WrapText size={14} aria-hidden />}
          pressed={wrap}
          onClick={() => setWrap(!wrap)}
        />
        <IconButton
          label={t.save}
          icon={<Download size={14} aria-hidden />}
          disabled={
            saving.busy ||
            sources.size === 0 ||
            asked === undefined ||
            (kept !== '' && findPatternFault(kept) !== undefined)
          }
          onClick={() => void save()}
        />
      </div>
      {saving.error !== undefined && (
        <div className={styles['ended']}>
          <ErrorPanel error={saving.error} onRetry={() => void save()} />
        </div>
      )}
      {state.is === 'ended' && (state.error !== undefined || asked?.follow === true) && (
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
            title={
              state.is === 'opening' && asked !== undefined
                ? t.opening
                : isFiltered
                  ? t.filtered
                  : range.is === 'newest'
                    ? t.empty
                    : t.emptyRange
            }
          >
            {state.is !== 'opening' && (isFiltered ? t.filteredHint : range.is === 'newest' && t.emptyHint)}
          </Empty>
        )
      )}
    </div>
  );
}

import { Filter } from 'lucide-react';
import type { LogLevel } from '../../../shared/log-level.ts';
import { logLevels } from '../../../shared/log-level.ts';
import { findPatternFault } from '../../../shared/log-pattern.ts';
import { logSources, type LogSource } from '../../../shared/model/log.ts';
import { text } from '../../text/index.ts';
import { FindBar } from '../../ui/find-bar.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import type { LogRange } from './log-range.ts';
import styles from './logs-tab.module.css';

const t = text.logs;

interface SourceChipsProps {
  readonly chosen: ReadonlySet<LogSource>;
  readonly counts: Readonly<Record<LogSource, number>>;
  readonly onToggle: (source: LogSource) => void;
}

export function SourceChips({ chosen, counts, onToggle }: SourceChipsProps) {
  return (
    <div className={styles['chips']} role="group" aria-label={t.sources}>
      {logSources.map((source) => (
        <button
          key={source}
          type="button"
          className={styles['chip']}
          aria-pressed={chosen.has(source)}
          onClick={() => onToggle(source)}
        >
          {t.source[source]} <span className={styles['number']}>{counts[source].toLocaleString('en-GB')}</span>
        </button>
      ))}
    </div>
  );
}

export function LevelSelect({
  level,
  onLevel,
}: {
  readonly level: LogLevel;
  readonly onLevel: (level: LogLevel) => void;
}) {
  return (
    <Select
      className={styles['select']}
      aria-label={t.levels}
      value={level}
      onChange={({ target }) => onLevel(logLevels.find((each) => each === target.value) ?? 'debug')}
    >
      {[...logLevels].reverse().map((each) => (
        <option key={each} value={each}>
          {t.level[each]}
        </option>
      ))}
    </Select>
  );
}

interface RangeProps {
  readonly range: LogRange;
  readonly isWrong: boolean;
  readonly onRange: (range: LogRange) => void;
}

export function RangeFields({ range, isWrong, onRange }: RangeProps) {
  const value = range.is === 'last' ? `last${String(range.minutes)}` : range.is;
  const choose = (chosen: string): void => {
    if (chosen === 'newest') onRange({ is: 'newest' });
    else if (chosen === 'between') onRange({ is: 'between', from: '', to: '' });
    else onRange({ is: 'last', minutes: Number(chosen.slice('last'.length)) });
  };
  return (
    <>
      <Select
        className={styles['select']}
        aria-label={t.range}
        value={value}
        onChange={({ target }) => choose(target.value)}
      >
        {Object.entries(t.ranges).map(([each, label]) => (
          <option key={each} value={each}>
            {label}
          </option>
        ))}
      </Select>
      {range.is === 'between' && (
        <>
          <Input
            type="datetime-local"
            className={styles['moment']}
            aria-label={t.from}
            aria-invalid={isWrong}
            value={range.from}
            onChange={({ target }) => onRange({ ...range, from: target.value })}
          />
          <Input
            type="datetime-local"
            className={styles['moment']}
            aria-label={t.to}
            aria-invalid={isWrong}
            value={range.to}
            onChange={({ target }) => onRange({ ...range, to: target.value })}
          />
          {isWrong && (
            <span className={styles['wrong']} role="alert">
              {t.badRange}
            </span>
          )}
        </>
      )}
    </>
  );
}

interface SearchProps {
  readonly words: string;
  readonly onWords: (words: string) => void;
  /** Which match is gone to, counted from 1; 0: none. */
  readonly at: number;
  readonly count: number;
  readonly onlyMatches: boolean;
  readonly onOnlyMatches: (only: boolean) => void;
  readonly onGo: (step: 1 | -1) => void;
}

export function LogSearch({ words, onWords, at, count, onlyMatches, onOnlyMatches, onGo }: SearchProps) {
  return (
    <>
      <FindBar
        label={t.search}
        words={words}
        onWords={onWords}
        result={findPatternFault(words) ?? (count === 0 ? t.noMatch : t.matches(at, count))}
        onNext={() => onGo(1)}
        onPrevious={() => onGo(-1)}
        nextLabel={t.next}
        previousLabel={t.previous}
      />
      <IconButton
        label={t.onlyMatches}
        icon={<Filter size={14} aria-hidden />}
        pressed={onlyMatches}
        onClick={() => onOnlyMatches(!onlyMatches)}
      />
    </>
  );
}

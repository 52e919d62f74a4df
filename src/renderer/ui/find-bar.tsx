import { ChevronDown, ChevronUp, X } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import styles from './find-bar.module.css';
import { IconButton } from './icon-button.tsx';
import { Input } from './input.tsx';

interface FindBarProps {
  readonly label: string;
  readonly words: string;
  readonly onWords: (words: string) => void;
  /** `3 of 12`, or that there is nothing. */
  readonly result?: string | undefined;
  readonly onNext: () => void;
  readonly onPrevious: () => void;
  readonly nextLabel: string;
  readonly previousLabel: string;
  /** Absent: it stays. */
  readonly onClose?: () => void;
  readonly closeLabel?: string;
}

/** Words to look for; Enter goes on, Shift+Enter back, Escape closes. */
export function FindBar(props: FindBarProps) {
  const { label, words, onWords, result, onNext, onPrevious, nextLabel, previousLabel, onClose, closeLabel } = props;
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      event.preventDefault();
      if (event.shiftKey) onPrevious();
      else onNext();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (onClose === undefined) onWords('');
      else onClose();
    }
  };
  return (
    <div className={styles['bar']} role="search">
      <Input
        type="search"
        className={styles['input']}
        aria-label={label}
        placeholder={label}
        value={words}
        autoFocus={onClose !== undefined}
        onChange={(event) => onWords(event.target.value)}
        onKeyDown={onKey}
      />
      <span className={styles['result']} aria-live="polite">
        {words !== '' && result}
      </span>
      <IconButton
        label={previousLabel}
        icon={<ChevronUp size={14} aria-hidden />}
        disabled={words === ''}
        onClick={onPrevious}
      />
      <IconButton
        label={nextLabel}
        icon={<ChevronDown size={14} aria-hidden />}
        disabled={words === ''}
        onClick={onNext}
      />
      {onClose !== undefined && closeLabel !== undefined && (
        <IconButton label={closeLabel} icon={<X size={14} aria-hidden />} onClick={onClose} />
      )}
    </div>
  );
}

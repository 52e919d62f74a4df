import type { InstanceState } from '../../shared/contract/instance.ts';
import { text } from '../text/index.ts';
import styles from './status-dot.module.css';

interface StatusDotProps {
  readonly state: InstanceState;
  /** Without its word where the word stands elsewhere in the row; a screen reader hears it all the same. */
  readonly wordless?: boolean;
  /** Where more is known than the state's own word says. */
  readonly word?: string;
}

/** A shape for each state, then its word, then its colour: whoever sees no colours loses nothing. */
export function StatusDot({ state, wordless = false, word = text.states[state] }: StatusDotProps) {
  return (
    <span className={styles['status']} data-state={state}>
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden>
        <Shape state={state} />
      </svg>
      <span className={wordless ? styles['hidden'] : undefined}>{word}</span>
    </span>
  );
}

function Shape({ state }: { readonly state: InstanceState }) {
  switch (state) {
    case 'running':
      return <circle cx="5" cy="5" r="4" fill="currentColor" />;
    case 'starting':
      return <path d="M5 1a4 4 0 0 1 0 8z M5 1a4 4 0 1 0 0 8" fill="currentColor" fillOpacity="0.55" />;
    case 'failed':
      return <path d="M5 0.5 9.8 9H0.2z" fill="currentColor" />;
    case 'unreachable':
      return <path d="M1.5 1.5l7 7M8.5 1.5l-7 7" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />;
    case 'stopped':
      return <rect x="1.5" y="1.5" width="7" height="7" rx="1" fill="currentColor" />;
    case 'suspended':
      return <path d="M1.5 1.5h2.4v7H1.5zM6.1 1.5h2.4v7H6.1z" fill="currentColor" />;
    case 'not-deployed':
    case 'unknown':
      return <circle cx="5" cy="5" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />;
  }
}

import type { ReactNode } from 'react';
import styles from './choice.module.css';

interface ChoicesProps {
  readonly legend: string;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

/** One of few, each with a word about it. */
export function Choices({ legend, disabled = false, children }: ChoicesProps) {
  return (
    <fieldset className={styles['choices']} disabled={disabled}>
      <legend>{legend}</legend>
      {children}
    </fieldset>
  );
}

interface ChoiceProps {
  /** The same for all of a fieldset. */
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly checked: boolean;
  readonly onChoose: () => void;
}

export function Choice({ name, label, hint, checked, onChoose }: ChoiceProps) {
  return (
    <label className={styles['choice']}>
      <input type="radio" name={name} checked={checked} onChange={onChoose} />
      <span>
        <strong>{label}</strong>
        <span className={styles['hint']}>{hint}</span>
      </span>
    </label>
  );
}

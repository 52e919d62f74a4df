import { useState, type ReactNode } from 'react';
import styles from './more.module.css';

interface MoreProps {
  readonly label: string;
  /** Where something in it was typed, or is wrong. */
  readonly open: boolean;
  readonly children: ReactNode;
}

/** What most people leave as it is. */
export function More({ label, open, children }: MoreProps) {
  // what is unfolded stays so, also when what was typed in it is deleted again
  const [isUnfolded, setIsUnfolded] = useState(open);
  return (
    <details
      className={styles['more']}
      open={open || isUnfolded}
      onToggle={({ currentTarget }) => setIsUnfolded(currentTarget.open)}
    >
      <summary>{label}</summary>
      {children}
    </details>
  );
}

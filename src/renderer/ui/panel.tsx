import { useId, type ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './panel.module.css';

interface PanelProps {
  readonly heading: string;
  /** Beside the heading. */
  readonly actions?: ReactNode;
  /** Rows that reach the border. */
  readonly flush?: boolean;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

export function Panel({ heading, actions, flush = false, className, children }: PanelProps) {
  const id = useId();
  return (
    <section className={classNames(styles['panel'], className)} aria-labelledby={id}>
      <header className={styles['head']}>
        <h2 id={id}>{heading}</h2>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </header>
      <div className={flush ? undefined : styles['body']}>{children}</div>
    </section>
  );
}

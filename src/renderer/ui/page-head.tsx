import type { ReactNode } from 'react';
import styles from './page-head.module.css';

interface PageHeadProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
}

/** The top of a page: what it is about, and what can be done with all of it. */
export function PageHead({ title, lead, actions }: PageHeadProps) {
  return (
    <header className={styles['head']}>
      <div className={styles['text']}>
        <h1>{title}</h1>
        {lead !== undefined && <p>{lead}</p>}
      </div>
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
    </header>
  );
}

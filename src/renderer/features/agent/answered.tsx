import type { ReactNode } from 'react';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import type { Asked } from '../../use-asked.ts';
import styles from './agent.module.css';

interface AnsweredProps<T> {
  readonly asked: Asked<T>;
  readonly children: (answer: T) => ReactNode;
}

/** Waits, says why not, shows: one of them in a panel without a border of its own. */
export function Answered<T>({ asked: { answer, error, again }, children }: AnsweredProps<T>) {
  return (
    <>
      {error !== undefined && (
        <div className={styles['inset']}>
          <ErrorPanel error={error} onRetry={again} />
        </div>
      )}
      {answer === undefined && error === undefined && (
        <div className={styles['inset']} aria-busy>
          <Skeleton width="60%" />
          <Skeleton width="45%" />
        </div>
      )}
      {answer !== undefined && children(answer)}
    </>
  );
}

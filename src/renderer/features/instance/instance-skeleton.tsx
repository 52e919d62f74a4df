import type { ErrorReport } from '../../../shared/app-error.ts';
import { text } from '../../text/index.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import styles from './instance-frame.module.css';

interface InstanceSkeletonProps {
  /** Why nothing comes. */
  readonly error: ErrorReport | undefined;
  readonly onRetry: () => void;
}

/** The shape of what comes, or why it does not. */
export function InstanceSkeleton({ error, onRetry }: InstanceSkeletonProps) {
  if (error !== undefined) {
    return (
      <div className={styles['page']}>
        <div className={styles['trouble']}>
          <ErrorPanel error={error} onRetry={onRetry} />
        </div>
      </div>
    );
  }
  return (
    <div className={styles['page']} aria-busy>
      <div className={styles['header']}>
        <div className={styles['names']}>
          <h1>
            <span className={styles['hidden']}>{text.common.loading}</span>
            <Skeleton width="180px" height="20px" />
          </h1>
          <Skeleton width="280px" />
        </div>
      </div>
    </div>
  );
}

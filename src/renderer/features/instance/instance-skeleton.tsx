import { text } from '../../text/index.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import styles from './instance-frame.module.css';

/** The shape of what comes. */
export function InstanceSkeleton() {
  return (
    <div className={styles['page']} aria-busy aria-label={text.common.loading} role="status">
      <div className={styles['header']}>
        <div className={styles['names']}>
          <Skeleton width="180px" height="20px" />
          <Skeleton width="280px" />
        </div>
      </div>
    </div>
  );
}

import { text } from '../../text/index.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import styles from './instance-frame.module.css';

/** The shape of what comes. */
export function InstanceSkeleton() {
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

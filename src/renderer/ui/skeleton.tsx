import styles from './skeleton.module.css';

interface SkeletonProps {
  /** CSS lengths; the size of what comes, so that nothing jumps. */
  readonly width?: string;
  readonly height?: string;
}

/** Appears after 200 ms: what is quicker needs no sign that it comes. */
export function Skeleton({ width = '100%', height = '12px' }: SkeletonProps) {
  return <span className={styles['skeleton']} style={{ width, height }} aria-hidden />;
}

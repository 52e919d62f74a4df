import { classNames } from './class-names.ts';
import styles from './code.module.css';

/** Lines as a machine wrote them; scrolls by itself, also by keyboard. */
export function Code({
  children,
  label,
  className,
}: {
  readonly children: string;
  readonly label?: string;
  readonly className?: string | undefined;
}) {
  return (
    <pre
      className={classNames(styles['code'], className)}
      tabIndex={0}
      {...(label === undefined ? {} : { role: 'region', 'aria-label': label })}
    >
      {children}
    </pre>
  );
}

import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { LoaderCircle } from 'lucide-react';
import styles from './button.module.css';
import { classNames } from './class-names.ts';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly variant?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly size?: 'small' | 'normal' | 'large';
  /** Goes on: cannot be pressed again, and says so to a screen reader. */
  readonly busy?: boolean;
  readonly icon?: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button(props: ButtonProps) {
  const { variant = 'plain', size = 'normal', busy = false, icon, className, children, disabled, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      className={classNames(styles['button'], styles[variant], styles[size], className)}
      disabled={disabled === true || busy}
      aria-busy={busy}
    >
      {busy ? <LoaderCircle className={styles['turning']} size={14} aria-hidden /> : icon}
      {children !== undefined && <span className={styles['label']}>{children}</span>}
    </button>
  );
}

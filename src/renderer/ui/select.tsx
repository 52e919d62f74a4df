import type { SelectHTMLAttributes } from 'react';
import { ChevronDown } from 'lucide-react';
import { classNames } from './class-names.ts';
import { useField } from './field.tsx';
import styles from './select.module.css';

/** The system's own: everybody knows how it works, with every keyboard and screen reader. */
export function Select({ className, children, ...rest }: SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <span className={classNames(styles['select'], className)}>
      <select {...useField()} {...rest}>
        {children}
      </select>
      <ChevronDown size={14} aria-hidden />
    </span>
  );
}

import type { InputHTMLAttributes, Ref, TextareaHTMLAttributes } from 'react';
import { classNames } from './class-names.ts';
import { useField } from './field.tsx';
import styles from './input.module.css';

export interface InputProps extends InputHTMLAttributes<HTMLInputElement> {
  /** For what is a name, a path or a number to a machine. */
  readonly code?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

export function Input({ code = false, className, ...rest }: InputProps) {
  return (
    <input
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      {...useField()}
      {...rest}
      className={classNames(styles['input'], code && styles['code'], className)}
    />
  );
}

export function TextArea({ className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea {...useField()} {...rest} className={classNames(styles['input'], styles['area'], className)} />;
}

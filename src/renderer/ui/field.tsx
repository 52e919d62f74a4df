import { createContext, useContext, useId, type ReactNode } from 'react';
import { CircleAlert } from 'lucide-react';
import { classNames } from './class-names.ts';
import styles from './field.module.css';

interface FieldIds {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
}

const FieldContext = createContext<FieldIds | undefined>(undefined);

/** What a control inside a field needs so that its label, hint and error belong to it. */
export function useField(): { id?: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean } {
  const field = useContext(FieldContext);
  if (field === undefined) return {};
  return {
    id: field.id,
    ...(field.describedBy === undefined ? {} : { 'aria-describedby': field.describedBy }),
    ...(field.invalid ? { 'aria-invalid': true } : {}),
  };
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  /** Beside the label: `optional`. */
  readonly note?: string | undefined;
  readonly className?: string | undefined;
  /** One control. */
  readonly children: ReactNode;
}

export function Field({ label, hint, error, note, className, children }: FieldProps) {
  const id = useId();
  const described = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].filter(Boolean);
  const describedBy = described.length === 0 ? undefined : described.join(' ');
  return (
    <FieldContext value={{ id, describedBy, invalid: error !== undefined }}>
      <div className={classNames(styles['field'], className)}>
        <div className={styles['head']}>
          <label htmlFor={id}>{label}</label>
          {note !== undefined && <span className={styles['note']}>{note}</span>}
        </div>
        {children}
        {error !== undefined && (
          <p id={`${id}-error`} className={styles['error']} role="alert">
            <CircleAlert size={14} aria-hidden />
            {error}
          </p>
        )}
        {hint !== undefined && (
          <p id={`${id}-hint`} className={styles['hint']}>
            {hint}
          </p>
        )}
      </div>
    </FieldContext>
  );
}

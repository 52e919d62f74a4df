import { useEffect, useRef, useState, type ReactNode, type RefObject, type TextareaHTMLAttributes } from 'react';
import { text } from '../../text/index.ts';
import { Field } from '../../ui/field.tsx';
import { Input, TextArea, type InputProps } from '../../ui/input.tsx';
import type { Draft, FieldErrors } from './draft.ts';
import { focusFirstWrong } from './focus-wrong.ts';
import type { WizardState } from './wizard-state.ts';
import { dispatch } from './wizard-store.ts';
import styles from './wizard.module.css';

/** A screen of fields: the draft that they show, what is wrong in it, and what is typed. */
export interface DraftForm {
  readonly draft: Draft;
  readonly errors: FieldErrors;
  readonly type: (change: Partial<Draft>) => void;
  readonly ref: RefObject<HTMLDivElement | null>;
}

/** What is wrong has the focus as soon as it is known. */
export function useDraftForm({ place, draft, errors }: WizardState): DraftForm {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => focusFirstWrong(ref.current, errors), [errors]);
  return { draft, errors, type: (change) => dispatch(place, { type: 'typed', change }), ref };
}

/** What is typed as text. */
type TypedField = Exclude<keyof Draft, 'login' | 'provider' | 'firewall' | 'telemetry'>;

interface DraftFieldProps {
  readonly within: DraftForm;
  readonly field: TypedField;
  readonly label: string;
  readonly hint?: string;
  readonly optional?: boolean;
}

export function DraftInput({ within, field, label, hint, optional, ...input }: DraftFieldProps & InputProps) {
  return (
    <Field label={label} hint={hint} note={noteOf(optional)} error={within.errors[field]}>
      <Input
        {...input}
        value={within.draft[field]}
        onChange={(event) => within.type(typed(field, event.target.value))}
      />
    </Field>
  );
}

type DraftAreaProps = DraftFieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>;

export function DraftArea({ within, field, label, hint, optional, ...area }: DraftAreaProps) {
  return (
    <Field label={label} hint={hint} note={noteOf(optional)} error={within.errors[field]}>
      <TextArea
        {...area}
        value={within.draft[field]}
        onChange={(event) => within.type(typed(field, event.target.value))}
      />
    </Field>
  );
}

interface MoreProps {
  readonly label: string;
  /** Where something in it was typed, or is wrong. */
  readonly open: boolean;
  readonly children: ReactNode;
}

/** What most people leave as it is. */
export function More({ label, open, children }: MoreProps) {
  // what is unfolded stays so, also when what was typed in it is deleted again
  const [isUnfolded, setIsUnfolded] = useState(open);
  return (
    <details
      className={styles['more']}
      open={open || isUnfolded}
      onToggle={({ currentTarget }) => setIsUnfolded(currentTarget.open)}
    >
      <summary>{label}</summary>
      <div className={styles['group']}>{children}</div>
    </details>
  );
}

function noteOf(optional = false): string | undefined {
  return optional ? text.common.optional : undefined;
}

function typed(field: TypedField, value: string): Partial<Pick<Draft, TypedField>> {
  return { [field]: value };
}

import type { TextareaHTMLAttributes } from 'react';
import { text } from '../text/index.ts';
import { Field } from './field.tsx';
import { Input, TextArea, type InputProps } from './input.tsx';

/** The fields of a draft that are typed as text. */
export type TypedFields<D> = { [K in keyof D]: string extends D[K] ? K : never }[keyof D] & string;

/** A form over a draft: what was typed, what is wrong in it, and how more is typed. */
export interface FormOf<D> {
  readonly draft: D;
  readonly errors: Readonly<Partial<Record<keyof D, string>>>;
  readonly type: (change: Partial<D>) => void;
}

interface TypedFieldProps<D> {
  readonly within: FormOf<D>;
  readonly field: TypedFields<D>;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly optional?: boolean;
}

export function TypedInput<D>({ within, field, label, hint, optional, ...input }: TypedFieldProps<D> & InputProps) {
  return (
    <Field label={label} hint={hint} note={noteOf(optional)} error={within.errors[field]}>
      <Input
        {...input}
        value={valueOf(within, field)}
        onChange={(event) => within.type(changeOf<D>(field, event.target.value))}
      />
    </Field>
  );
}

type TypedAreaProps<D> = TypedFieldProps<D> & TextareaHTMLAttributes<HTMLTextAreaElement>;

export function TypedArea<D>({ within, field, label, hint, optional, ...area }: TypedAreaProps<D>) {
  return (
    <Field label={label} hint={hint} note={noteOf(optional)} error={within.errors[field]}>
      <TextArea
        {...area}
        value={valueOf(within, field)}
        onChange={(event) => within.type(changeOf<D>(field, event.target.value))}
      />
    </Field>
  );
}

function noteOf(optional = false): string | undefined {
  return optional ? text.common.optional : undefined;
}

function valueOf<D>({ draft }: FormOf<D>, field: TypedFields<D>): string {
  const value: unknown = draft[field];
  return typeof value === 'string' ? value : '';
}

function changeOf<D>(field: TypedFields<D>, value: string): Partial<D> {
  // the field is one of those that hold any string
  return { [field]: value } as unknown as Partial<D>;
}

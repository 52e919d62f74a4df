import { useEffect, useRef } from 'react';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { isDialogOpen } from '../../ui/dialog-open.ts';
import { Field } from '../../ui/field.tsx';
import { useFocusWrong } from '../../ui/focus-wrong.ts';
import { Input, TextArea } from '../../ui/input.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import {
  configFields,
  readForm,
  type ConfigField,
  type FieldId,
  type FormDraft,
  type FormErrors,
} from './config-form.ts';
import styles from './configuration.module.css';

const words = text.configuration;

interface FormPanelProps {
  readonly value: Readonly<Record<string, unknown>>;
  /** Undefined: nothing was typed. */
  readonly draft: FormDraft | undefined;
  readonly errors: FormErrors;
  /** What the last check has found. */
  readonly found: FormErrors;
  /** @param id what was typed into */
  readonly onType: (form: FormDraft, id: FieldId) => void;
  readonly onLook: () => void;
}

const parts = [
  { title: words.parts.agent, ids: ['thinking', 'timeout', 'timezone', 'sandbox', 'tools'] },
  { title: words.parts.gateway, ids: ['dmScope', 'label', 'terminal', 'logging', 'update', 'telemetry'] },
] as const;

/** The usual settings. */
export function FormPanel({ value, draft, errors, found, onType, onLook }: FormPanelProps) {
  const form = useRef<HTMLFormElement>(null);
  useFocusWrong(form, found);
  const shown = draft ?? readForm(value);
  const type = (id: FieldId, typed: string): void => onType({ ...shown, [id]: typed }, id);
  const told = useRef(onLook);
  useEffect(() => {
    told.current = onLook;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      // what a dialog asks is answered there
      if (!isDialogOpen()) told.current();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  const errorOf = (id: FieldId): string | undefined => {
    const wrong = errors[id];
    return wrong === undefined ? undefined : words.wrong[wrong];
  };

  return (
    <form
      ref={form}
      className={styles['columns']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onLook();
      }}
    >
      {parts.map(({ title, ids }, index) => (
        <Panel key={title} heading={title}>
          <div className={styles['fields']}>
            {index === 0 && (
              <>
                <Field label={words.fields.model.label} hint={words.fields.model.hint} error={errorOf('model')}>
                  <Input
                    code
                    value={shown.model}
                    placeholder={words.byItself}
                    onChange={(event) => type('model', event.target.value)}
                  />
                </Field>
                <Field
                  label={words.fields.fallbacks.label}
                  hint={words.fields.fallbacks.hint}
                  error={errorOf('fallbacks')}
                >
                  <TextArea
                    rows={2}
                    value={shown.fallbacks}
                    onChange={(event) => type('fallbacks', event.target.value)}
                  />
                </Field>
              </>
            )}
            {configFields
              .filter(({ id }) => (ids as readonly string[]).includes(id))
              .map((field) => (
                <Field
                  key={field.id}
                  label={words.fields[field.id].label}
                  hint={words.fields[field.id].hint}
                  error={errorOf(field.id)}
                >
                  <Control field={field} value={shown[field.id]} onType={(typed) => type(field.id, typed)} />
                </Field>
              ))}
          </div>
        </Panel>
      ))}
      <p className={styles['save']}>
        <Button type="submit" variant="primary" disabled={draft === undefined}>
          {words.look}
        </Button>
      </p>
    </form>
  );
}

interface ControlProps {
  readonly field: ConfigField;
  readonly value: string;
  readonly onType: (typed: string) => void;
}

function Control({ field, value, onType }: ControlProps) {
  if (field.kind === 'text' || field.kind === 'number') {
    return (
      <Input
        inputMode={field.kind === 'number' ? 'numeric' : 'text'}
        value={value}
        placeholder={words.byItself}
        onChange={(event) => onType(event.target.value)}
      />
    );
  }
  const options = field.kind === 'switch' ? ['on', 'off'] : field.options;
  return (
    <Select value={value} onChange={(event) => onType(event.target.value)}>
      <option value="">{words.byItself}</option>
      {/* a value that is not in our list, of a newer OpenClaw */}
      {value !== '' && !options.includes(value) && <option value={value}>{value}</option>}
      {options.map((option) => (
        <option key={option} value={option}>
          {field.kind === 'switch' ? words.switched[option === 'on' ? 'on' : 'off'] : option}
        </option>
      ))}
    </Select>
  );
}

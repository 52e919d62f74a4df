import { useState, type SubmitEvent } from 'react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import styles from './plan-dialog.module.css';

const words = text.run.again;

export type MissingName = 'providerKey' | 'telegramToken';
export type SecretName =
  'sshPassword' | 'keyPassphrase' | 'sudoPassword' | 'cloudflareToken' | 'backupKey' | MissingName;
/** Which secret an error asks for, by its code. */
export const secretFor: Readonly<Record<string, SecretName>> = {
  'host.auth-failed': 'sshPassword',
  'host.identity-unusable': 'keyPassphrase',
  'host.agent-unavailable': 'sshPassword',
  'host.sudo-password': 'sudoPassword',
  'host.sudo-missing': 'sudoPassword',
  'cloudflare.token-rejected': 'cloudflareToken',
  'backup.key-missing': 'backupKey',
  'backup.key-wrong': 'backupKey',
};
const labels: Readonly<Record<SecretName, string>> = {
  sshPassword: words.password,
  keyPassphrase: words.passphrase,
  sudoPassword: words.sudoPassword,
  providerKey: text.wizard.what.key,
  telegramToken: text.wizard.what.telegram,
  cloudflareToken: text.access.cloudflare,
  backupKey: text.backups.adopt.key,
};

/** The key that a person may trust: one that is not known yet, never one that has changed. Pure. */
export function readUnknownKey({ code, details }: ErrorReport): string | undefined {
  const fingerprint = details?.['fingerprint'];
  return code === 'host.key-unknown' && typeof fingerprint === 'string' ? fingerprint : undefined;
}

interface SecretFormProps {
  readonly name: SecretName | undefined;
  /** Why it is asked for, where it may also be left out. */
  readonly note?: string;
  readonly onGive: (name: SecretName, value: string) => void;
}

/** Asks for one secret. Undefined: for none. */
export function SecretForm({ name, note, onGive }: SecretFormProps) {
  const [value, setValue] = useState('');
  if (name === undefined) return null;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (value !== '') onGive(name, value);
  };
  return (
    <form className={styles['secret']} onSubmit={submit}>
      <Field label={labels[name]} hint={note}>
        <Input
          type="password"
          autoFocus={note === undefined}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
      </Field>
      <Button type="submit" disabled={value === ''}>
        {note === undefined ? words.signIn : words.use}
      </Button>
    </form>
  );
}

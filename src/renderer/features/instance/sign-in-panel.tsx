import { KeyRound } from 'lucide-react';
import { useState, type SyntheticEvent } from 'react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatLogin } from '../../text/place-text.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useAction } from '../../use-action.ts';
import { keepStatus } from './instance-actions.ts';
import type { LoginField } from './login-error.ts';
import styles from './sign-in-panel.module.css';

const t = text.instance.signIn;
const labels: Readonly<Record<LoginField, string>> = {
  sshPassword: t.password,
  keyPassphrase: t.passphrase,
  sudoPassword: t.sudo,
};

interface SignInPanelProps {
  readonly instance: InstanceView;
  readonly field: LoginField;
  readonly error: ErrorReport;
}

/** Asks for the one secret that is missing, and looks at the instance again. */
export function SignInPanel({ instance, field, error }: SignInPanelProps) {
  const client = useClient();
  const action = useAction();
  const [secret, setSecret] = useState('');
  const [remember, setRemember] = useState(false);
  const [wasTried, setWasTried] = useState(false);
  const instanceId = instance.id;

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (secret === '') return;
    void action
      .run(async () => {
        await client.call('login.provide', { instanceId, secrets: { [field]: secret }, remember });
        keepStatus(await client.call('instance.status', { instanceId }));
      })
      .then(() => {
        setWasTried(true);
        setSecret('');
      });
  };

  return (
    <form className={styles['panel']} onSubmit={submit}>
      <KeyRound className={styles['icon']} size={18} aria-hidden />
      <div className={styles['body']}>
        <div>
          <h2>{t.title(formatLogin(instance.target))}</h2>
          <p className={styles['lead']}>
            {t.lead} {error.message}
          </p>
        </div>
        <Field label={labels[field]} error={wasTried && !action.busy ? t.again : undefined}>
          <Input
            type="password"
            name={field}
            value={secret}
            onChange={(event) => setSecret(event.target.value)}
            autoComplete="current-password"
            required
          />
        </Field>
        <Switch label={t.remember} hint={t.rememberHint} checked={remember} onChange={setRemember} />
        {action.error !== undefined && <ErrorPanel error={action.error} />}
        <div>
          <Button type="submit" variant="primary" busy={action.busy} disabled={secret === ''}>
            {t.go}
          </Button>
        </div>
      </div>
    </form>
  );
}

import { useEffect, useState } from 'react';
import type { SshHostView } from '../../../shared/contract/server.ts';
import { useClient } from '../../live.ts';
import { goTo } from '../../router.ts';
import { text } from '../../text/index.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { DraftArea, DraftInput, More, useDraftForm } from './draft-form.tsx';
import type { Login } from './draft.ts';
import { ScreenFrame } from './screen-frame.tsx';
import type { WizardState } from './wizard-state.ts';
import { connect } from './wizard-store.ts';
import styles from './wizard.module.css';

const words = text.wizard.where;
const logins: readonly (readonly [Login, string])[] = [
  ['auto', words.loginAuto],
  ['key', words.loginKey],
  ['password', words.loginPassword],
];

export function WhereScreen({ state }: { readonly state: WizardState }) {
  const client = useClient();
  const hosts = useSshHosts();
  const form = useDraftForm(state);
  const { draft, errors, type } = form;
  const passphrase = <DraftInput within={form} field="passphrase" label={words.passphrase} optional type="password" />;

  return (
    <ScreenFrame
      title={words.title}
      lead={words.lead}
      onBack={() => goTo({ page: 'new' })}
      onNext={() => connect(client, 'server')}
      nextLabel={words.connect}
    >
      {state.refusal !== undefined && <ErrorPanel error={state.refusal} />}
      <div className={styles['group']} ref={form.ref}>
        <div className={styles['address']}>
          <DraftInput
            within={form}
            field="host"
            label={words.host}
            hint={words.hostHint}
            code
            autoFocus
            name="host"
            list="ssh-hosts"
            placeholder={words.hostPlaceholder}
          />
          <DraftInput within={form} field="port" label={words.port} code inputMode="numeric" placeholder="22" />
        </div>
        <SshHosts hosts={hosts} />
        <div className={styles['pair']}>
          <DraftInput within={form} field="user" label={words.user} hint={words.userHint} code placeholder="root" />
          <Field label={words.login} error={errors.login}>
            <Select
              value={draft.login}
              onChange={(event) => {
                const login = logins.find(([id]) => id === event.target.value)?.[0];
                if (login !== undefined) type({ login });
              }}
            >
              {logins.map(([id, label]) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
        </div>
        {draft.login === 'key' && (
          <div className={styles['pair']}>
            <DraftInput
              within={form}
              field="keyFile"
              label={words.keyFile}
              hint={words.keyFileHint}
              code
              placeholder="/home/anna/.ssh/id_ed25519"
            />
            {passphrase}
          </div>
        )}
        {draft.login === 'password' && (
          <DraftInput within={form} field="password" label={words.password} hint={words.passwordHint} type="password" />
        )}
      </div>
      <More
        label={words.more}
        open={draft.jumps !== '' || draft.sudoPassword !== '' || errors.sudoPassword !== undefined}
      >
        {draft.login === 'auto' && passphrase}
        <DraftInput
          within={form}
          field="sudoPassword"
          label={words.sudoPassword}
          hint={words.sudoHint}
          optional
          type="password"
        />
        <DraftArea
          within={form}
          field="jumps"
          label={words.jumps}
          hint={words.jumpsHint}
          optional
          rows={2}
          spellCheck={false}
          placeholder="anna@gate.example.org:22"
        />
      </More>
    </ScreenFrame>
  );
}

function SshHosts({ hosts }: { readonly hosts: readonly SshHostView[] }) {
  return (
    <datalist id="ssh-hosts" aria-label={words.known}>
      {hosts.map(({ alias, hostName, user }) => (
        <option key={alias} value={alias}>
          {[user, hostName].filter((part) => part !== undefined).join('@')}
        </option>
      ))}
    </datalist>
  );
}

function useSshHosts(): readonly SshHostView[] {
  const client = useClient();
  const [hosts, setHosts] = useState<readonly SshHostView[]>([]);
  useEffect(() => {
    // suggestions alone: without them the address is typed
    client.call('server.sshHosts', {}).then(setHosts, () => undefined);
  }, [client]);
  return hosts;
}

import { useEffect, useRef, useState } from 'react';
import type { SshHostView } from '../../../shared/contract/server.ts';
import { useClient } from '../../live.ts';
import { goTo } from '../../router.ts';
import { text } from '../../text/index.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, TextArea } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import type { Draft, Login } from './draft.ts';
import { focusFirstWrong } from './focus-wrong.ts';
import { ScreenFrame } from './screen-frame.tsx';
import type { WizardState } from './wizard-state.ts';
import { connect, dispatch } from './wizard-store.ts';
import styles from './wizard.module.css';

const words = text.wizard.where;
const logins: readonly (readonly [Login, string])[] = [
  ['auto', words.loginAuto],
  ['key', words.loginKey],
  ['password', words.loginPassword],
];

export function WhereScreen({ state }: { readonly state: WizardState }) {
  const client = useClient();
  const { draft, errors, refusal } = state;
  const form = useRef<HTMLDivElement>(null);
  const hosts = useSshHosts();
  const type = (change: Partial<Draft>): void => dispatch('server', { type: 'typed', change });
  useEffect(() => focusFirstWrong(form.current, errors), [errors]);
  const field = (name: keyof Draft) => ({ error: errors[name] });

  return (
    <ScreenFrame
      title={words.title}
      lead={words.lead}
      onBack={() => goTo({ page: 'new' })}
      onNext={() => connect(client, 'server')}
      nextLabel={words.connect}
    >
      {refusal !== undefined && <ErrorPanel error={refusal} />}
      <div className={styles['group']} ref={form}>
        <div className={styles['address']}>
          <Field label={words.host} hint={words.hostHint} {...field('host')}>
            <Input
              code
              autoFocus
              name="host"
              list="ssh-hosts"
              placeholder={words.hostPlaceholder}
              value={draft.host}
              onChange={(event) => type({ host: event.target.value })}
            />
          </Field>
          <Field label={words.port} {...field('port')}>
            <Input
              code
              inputMode="numeric"
              placeholder="22"
              value={draft.port}
              onChange={(event) => type({ port: event.target.value })}
            />
          </Field>
        </div>
        <SshHosts hosts={hosts} />
        <div className={styles['pair']}>
          <Field label={words.user} hint={words.userHint} {...field('user')}>
            <Input
              code
              placeholder="root"
              value={draft.user}
              onChange={(event) => type({ user: event.target.value })}
            />
          </Field>
          <Field label={words.login} {...field('login')}>
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
            <Field label={words.keyFile} hint={words.keyFileHint} {...field('keyFile')}>
              <Input
                code
                placeholder="/home/anna/.ssh/id_ed25519"
                value={draft.keyFile}
                onChange={(event) => type({ keyFile: event.target.value })}
              />
            </Field>
            <Passphrase draft={draft} error={errors.passphrase} onType={type} />
          </div>
        )}
        {draft.login === 'password' && (
          <Field label={words.password} hint={words.passwordHint} {...field('password')}>
            <Input
              type="password"
              autoComplete="off"
              value={draft.password}
              onChange={(event) => type({ password: event.target.value })}
            />
          </Field>
        )}
      </div>
      <details
        className={styles['more']}
        open={draft.jumps !== '' || draft.sudoPassword !== '' || errors.sudoPassword !== undefined}
      >
        <summary>{words.more}</summary>
        <div className={styles['group']}>
          {draft.login === 'auto' && <Passphrase draft={draft} error={errors.passphrase} onType={type} />}
          <Field
            label={words.sudoPassword}
            hint={words.sudoHint}
            note={text.common.optional}
            {...field('sudoPassword')}
          >
            <Input
              type="password"
              value={draft.sudoPassword}
              onChange={(event) => type({ sudoPassword: event.target.value })}
            />
          </Field>
          <Field label={words.jumps} hint={words.jumpsHint} note={text.common.optional} {...field('jumps')}>
            <TextArea
              rows={2}
              spellCheck={false}
              placeholder="anna@gate.example.org:22"
              value={draft.jumps}
              onChange={(event) => type({ jumps: event.target.value })}
            />
          </Field>
        </div>
      </details>
    </ScreenFrame>
  );
}

interface PassphraseProps {
  readonly draft: Draft;
  readonly error: string | undefined;
  readonly onType: (change: Partial<Draft>) => void;
}

function Passphrase({ draft, error, onType }: PassphraseProps) {
  return (
    <Field label={words.passphrase} note={text.common.optional} error={error}>
      <Input
        type="password"
        value={draft.passphrase}
        onChange={(event) => onType({ passphrase: event.target.value })}
      />
    </Field>
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

import { useEffect, useState } from 'react';
import type { SshHostView } from '../../../shared/contract/server.ts';
import { useClient } from '../../live.ts';
import { goTo } from '../../router.ts';
import { text } from '../../text/index.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Choice, Choices } from '../../ui/choice.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { More } from '../../ui/more.tsx';
import { TypedArea, TypedInput } from '../../ui/typed-field.tsx';
import { useDraftForm, type DraftForm } from './draft-form.tsx';
import { hasServer, type Login } from './draft.ts';
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
  const form = useDraftForm(state);
  const { place, draft, refusal } = state;
  const isRemote = hasServer(place, draft);
  return (
    <ScreenFrame
      title={place === 'docker' ? words.titleDocker : words.title}
      lead={place === 'docker' ? words.leadDocker : words.lead}
      onBack={() => goTo({ page: 'new' })}
      onNext={() => connect(client, place)}
      {...(isRemote ? { nextLabel: words.connect } : {})}
      focusNext={!isRemote}
    >
      {refusal !== undefined && <ErrorPanel error={refusal} />}
      {place === 'docker' && <EngineChoice form={form} />}
      {isRemote && <ServerFields form={form} isFirst={place === 'server'} />}
    </ScreenFrame>
  );
}

function EngineChoice({ form: { draft, type } }: { readonly form: DraftForm }) {
  return (
    <Choices legend={words.engine}>
      {(['here', 'server'] as const).map((engine) => (
        <Choice
          key={engine}
          name="engine"
          label={words.engines[engine]}
          hint={words.engineHints[engine]}
          checked={draft.engine === engine}
          onChoose={() => type({ engine })}
        />
      ))}
    </Choices>
  );
}

interface ServerFieldsProps {
  readonly form: DraftForm;
  /** Nothing is asked before it. */
  readonly isFirst: boolean;
}

function ServerFields({ form, isFirst }: ServerFieldsProps) {
  const hosts = useSshHosts();
  const { draft, errors, type } = form;
  const passphrase = <TypedInput within={form} field="passphrase" label={words.passphrase} optional type="password" />;
  return (
    <>
      <div className={styles['group']} ref={form.ref}>
        <div className={styles['address']}>
          <TypedInput
            within={form}
            field="host"
            label={words.host}
            hint={words.hostHint}
            code
            autoFocus={isFirst}
            name="host"
            list="ssh-hosts"
            placeholder={words.hostPlaceholder}
          />
          <TypedInput within={form} field="port" label={words.port} code inputMode="numeric" placeholder="22" />
        </div>
        <SshHosts hosts={hosts} />
        <div className={styles['pair']}>
          <TypedInput within={form} field="user" label={words.user} hint={words.userHint} code placeholder="root" />
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
            <TypedInput
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
          <TypedInput within={form} field="password" label={words.password} hint={words.passwordHint} type="password" />
        )}
      </div>
      <More
        label={words.more}
        open={draft.jumps !== '' || draft.sudoPassword !== '' || errors.sudoPassword !== undefined}
      >
        <div className={styles['group']}>
          {draft.login === 'auto' && passphrase}
          <TypedInput
            within={form}
            field="sudoPassword"
            label={words.sudoPassword}
            hint={words.sudoHint}
            optional
            type="password"
          />
          <TypedArea
            within={form}
            field="jumps"
            label={words.jumps}
            hint={words.jumpsHint}
            optional
            rows={2}
            spellCheck={false}
            placeholder="anna@gate.example.org:22"
          />
        </div>
      </More>
    </>
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

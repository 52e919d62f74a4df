import { Lock } from 'lucide-react';
import { providerSchema } from '../../../shared/model/spec.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import { More } from '../../ui/more.tsx';
import { TypedArea, TypedInput } from '../../ui/typed-field.tsx';
import { AccessFields } from '../access/access-fields.tsx';
import { ContainerFields } from './container-fields.tsx';
import { useDraftForm } from './draft-form.tsx';
import { ScreenFrame } from './screen-frame.tsx';
import type { WizardState } from './wizard-state.ts';
import { VersionField } from './version-field.tsx';
import { dispatch, nameOf, review } from './wizard-store.ts';
import styles from './wizard.module.css';

const words = text.wizard.what;

export function WhatScreen({ state }: { readonly state: WizardState }) {
  const client = useClient();
  const { place, refusal } = state;
  const form = useDraftForm(state);
  const { draft, errors, type } = form;

  return (
    <ScreenFrame
      title={words.title}
      lead={words.lead}
      onBack={() => dispatch(place, { type: 'went', to: 'check' })}
      onNext={() => review(client, place)}
    >
      {refusal !== undefined && <ErrorPanel error={refusal} />}
      <div className={styles['group']} ref={form.ref}>
        <div className={styles['pair']}>
          <TypedInput
            within={form}
            field="name"
            label={words.name}
            hint={words.nameHint}
            autoFocus
            placeholder={nameOf(place)}
          />
          <VersionField form={form} />
        </div>
      </div>
      {place === 'docker' && <ContainerFields form={form} />}
      <div className={styles['group']}>
        <div className={styles['pair']}>
          <Field label={words.provider} error={errors.provider}>
            <Select
              value={draft.provider}
              onChange={(event) => {
                const provider = providerSchema.safeParse(event.target.value);
                type({ provider: provider.success ? provider.data : '' });
              }}
            >
              <option value="">{words.providerNone}</option>
              {providerSchema.options.map((id) => (
                <option key={id} value={id}>
                  {words.providers[id]}
                </option>
              ))}
            </Select>
          </Field>
          {draft.provider !== '' && (
            <TypedInput within={form} field="model" label={words.modelName} hint={words.modelHint} optional code />
          )}
        </div>
        {draft.provider !== '' && (
          <TypedInput within={form} field="providerKey" label={words.key} hint={words.keyHint} type="password" code />
        )}
      </div>
      <div className={styles['group']}>
        <TypedInput
          within={form}
          field="telegramToken"
          label={words.telegram}
          hint={words.telegramHint}
          optional
          type="password"
          code
        />
      </div>
      {place === 'local' ? (
        <p className={styles['access']}>
          <Lock size={14} aria-hidden />
          {words.accessLocal}
        </p>
      ) : (
        <div className={styles['group']}>
          <AccessFields within={form} name={draft.name.trim() === '' ? nameOf(place) : draft.name.trim()} />
        </div>
      )}
      <More label={words.more} open={errors.gatewayPort !== undefined || draft.instructions !== ''}>
        <div className={styles['group']}>
          <TypedArea
            within={form}
            field="instructions"
            label={words.instructions}
            hint={words.instructionsHint}
            optional
            rows={4}
            maxLength={200_000}
          />
          <div className={styles['pair']}>
            <TypedInput
              within={form}
              field="gatewayPort"
              label={words.port}
              hint={place === 'docker' ? words.portHintDocker : words.portHint}
              optional
              code
              inputMode="numeric"
            />
          </div>
          {place === 'server' && (
            <Switch
              label={words.firewall}
              hint={words.firewallHint}
              checked={draft.firewall}
              onChange={(firewall) => type({ firewall })}
            />
          )}
          <Switch
            label={words.telemetry}
            hint={words.telemetryHint}
            checked={draft.telemetry}
            onChange={(telemetry) => type({ telemetry })}
          />
        </div>
      </More>
    </ScreenFrame>
  );
}

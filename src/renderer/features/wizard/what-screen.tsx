import { Lock } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { providerSchema } from '../../../shared/model/spec.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import { DraftArea, DraftInput, More, useDraftForm, type DraftForm } from './draft-form.tsx';
import { ScreenFrame } from './screen-frame.tsx';
import type { WizardState } from './wizard-state.ts';
import { dispatch, nameOf, review } from './wizard-store.ts';
import styles from './wizard.module.css';

const words = text.wizard.what;
type Versions = CallOutput<'deployment.versions'>;

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
          <DraftInput
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
            <DraftInput within={form} field="model" label={words.modelName} hint={words.modelHint} optional code />
          )}
        </div>
        {draft.provider !== '' && (
          <DraftInput within={form} field="providerKey" label={words.key} hint={words.keyHint} type="password" code />
        )}
      </div>
      <div className={styles['group']}>
        <DraftInput
          within={form}
          field="telegramToken"
          label={words.telegram}
          hint={words.telegramHint}
          optional
          type="password"
          code
        />
      </div>
      <p className={styles['access']}>
        <Lock size={14} aria-hidden />
        {place === 'local' ? words.accessLocal : words.accessServer}
      </p>
      <More label={words.more} open={errors.gatewayPort !== undefined || draft.instructions !== ''}>
        <DraftArea
          within={form}
          field="instructions"
          label={words.instructions}
          hint={words.instructionsHint}
          optional
          rows={4}
          maxLength={200_000}
        />
        <div className={styles['pair']}>
          <DraftInput
            within={form}
            field="gatewayPort"
            label={words.port}
            hint={words.portHint}
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
      </More>
    </ScreenFrame>
  );
}

function VersionField({ form: { draft, errors, type } }: { readonly form: DraftForm }) {
  const client = useClient();
  const [versions, setVersions] = useState<Versions | 'unknown'>();
  useEffect(() => {
    client.call('deployment.versions', {}).then(setVersions, () => setVersions('unknown'));
  }, [client]);
  const known = versions === undefined || versions === 'unknown' ? { tags: {}, newest: [] } : versions;
  const { latest, ...tags } = known.tags as Readonly<Record<string, string>>;
  const others = Object.entries(tags);
  const isListed =
    draft.version === '' || known.newest.includes(draft.version) || Object.values(tags).includes(draft.version);
  return (
    <Field
      label={words.version}
      error={errors.version}
      {...(versions === 'unknown' ? { hint: words.versionUnknown } : {})}
    >
      <Select value={draft.version} onChange={(event) => type({ version: event.target.value })}>
        <option value="">{words.versionNewest(latest)}</option>
        {!isListed && <option value={draft.version}>{draft.version}</option>}
        {others.length > 0 && (
          <optgroup label={words.tags}>
            {others.map(([tag, version]) => (
              <option key={tag} value={version}>
                {words.versionTag(tag, version)}
              </option>
            ))}
          </optgroup>
        )}
        {known.newest.length > 0 && (
          <optgroup label={words.exact}>
            {known.newest
              .filter((version) => !others.some(([, tagged]) => tagged === version))
              .map((version) => (
                <option key={version} value={version}>
                  {version}
                </option>
              ))}
          </optgroup>
        )}
      </Select>
    </Field>
  );
}

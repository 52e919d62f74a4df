import { Lock } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { providerSchema } from '../../../shared/model/spec.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { Input, TextArea } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import type { Draft } from './draft.ts';
import { focusFirstWrong } from './focus-wrong.ts';
import { ScreenFrame } from './screen-frame.tsx';
import type { WizardState } from './wizard-state.ts';
import { dispatch, nameOf, review } from './wizard-store.ts';
import styles from './wizard.module.css';

const words = text.wizard.what;
type Versions = CallOutput<'deployment.versions'>;

export function WhatScreen({ state }: { readonly state: WizardState }) {
  const client = useClient();
  const { place, draft, errors, refusal } = state;
  const form = useRef<HTMLDivElement>(null);
  const type = (change: Partial<Draft>): void => dispatch(place, { type: 'typed', change });
  useEffect(() => focusFirstWrong(form.current, errors), [errors]);
  const field = (name: keyof Draft) => ({ error: errors[name] });

  return (
    <ScreenFrame
      title={words.title}
      lead={words.lead}
      onBack={() => dispatch(place, { type: 'went', to: 'check' })}
      onNext={() => review(client, place)}
    >
      {refusal !== undefined && <ErrorPanel error={refusal} />}
      <div className={styles['group']} ref={form}>
        <div className={styles['pair']}>
          <Field label={words.name} hint={words.nameHint} {...field('name')}>
            <Input
              autoFocus
              placeholder={nameOf(place)}
              value={draft.name}
              onChange={(event) => type({ name: event.target.value })}
            />
          </Field>
          <VersionField draft={draft} error={errors.version} onType={type} />
        </div>
      </div>
      <div className={styles['group']}>
        <div className={styles['pair']}>
          <Field label={words.provider} {...field('provider')}>
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
            <Field label={words.modelName} hint={words.modelHint} note={text.common.optional} {...field('model')}>
              <Input code value={draft.model} onChange={(event) => type({ model: event.target.value })} />
            </Field>
          )}
        </div>
        {draft.provider !== '' && (
          <Field label={words.key} hint={words.keyHint} {...field('providerKey')}>
            <Input
              type="password"
              code
              value={draft.providerKey}
              onChange={(event) => type({ providerKey: event.target.value })}
            />
          </Field>
        )}
        <Field label={words.telegram} hint={words.telegramHint} note={text.common.optional} {...field('telegramToken')}>
          <Input
            type="password"
            code
            value={draft.telegramToken}
            onChange={(event) => type({ telegramToken: event.target.value })}
          />
        </Field>
      </div>
      <p className={styles['access']}>
        <Lock size={14} aria-hidden />
        {place === 'local' ? words.accessLocal : words.accessServer}
      </p>
      <details className={styles['more']} open={errors.gatewayPort !== undefined || draft.instructions !== ''}>
        <summary>{words.more}</summary>
        <div className={styles['group']}>
          <Field
            label={words.instructions}
            hint={words.instructionsHint}
            note={text.common.optional}
            {...field('instructions')}
          >
            <TextArea
              rows={4}
              maxLength={200_000}
              value={draft.instructions}
              onChange={(event) => type({ instructions: event.target.value })}
            />
          </Field>
          <div className={styles['pair']}>
            <Field label={words.port} hint={words.portHint} note={text.common.optional} {...field('gatewayPort')}>
              <Input
                code
                inputMode="numeric"
                value={draft.gatewayPort}
                onChange={(event) => type({ gatewayPort: event.target.value })}
              />
            </Field>
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
      </details>
    </ScreenFrame>
  );
}

interface VersionFieldProps {
  readonly draft: Draft;
  readonly error: string | undefined;
  readonly onType: (change: Partial<Draft>) => void;
}

function VersionField({ draft, error, onType }: VersionFieldProps) {
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
    <Field label={words.version} error={error} {...(versions === 'unknown' ? { hint: words.versionUnknown } : {})}>
      <Select value={draft.version} onChange={(event) => onType({ version: event.target.value })}>
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

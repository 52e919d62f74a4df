import { webhookFormatSchema, type AlertSettings } from '../../../shared/model/alert.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import type { AlertDraft, AlertErrors } from './alert-draft.ts';
import styles from './alerts.module.css';

const words = text.alerts;
const hours = Array.from({ length: 24 }, (_, hour) => hour);

interface FieldsProps {
  readonly draft: AlertDraft;
  readonly onType: (change: Partial<AlertDraft>) => void;
}

interface ChannelFieldsProps extends FieldsProps {
  readonly errors: AlertErrors;
  readonly settings: AlertSettings;
}

export function ChannelFields({ draft, errors, settings, onType }: ChannelFieldsProps) {
  const isDesktop = useStore((state) => state.info?.door === 'desktop');
  const { policy, webhookHost = '' } = settings;
  return (
    <fieldset className={styles['part']}>
      <legend>{words.tell}</legend>
      <Switch
        label={words.desktop}
        hint={isDesktop ? words.desktopHint : words.desktopElsewhere}
        checked={draft.desktop}
        onChange={(desktop) => onType({ desktop })}
      />
      <Switch label={words.telegram} checked={draft.telegram} onChange={(telegram) => onType({ telegram })} />
      {draft.telegram && (
        <div className={styles['fields']}>
          <Field label={words.chat} hint={words.chatHint} error={errors.chat}>
            <Input code value={draft.chat} onChange={(event) => onType({ chat: event.target.value })} />
          </Field>
          <Field
            label={words.token}
            error={errors.token}
            {...(policy.telegram === undefined ? {} : { hint: words.kept })}
          >
            <Input
              code
              type="password"
              value={draft.token}
              onChange={(event) => onType({ token: event.target.value })}
            />
          </Field>
        </div>
      )}
      <Switch label={words.webhook} checked={draft.webhook} onChange={(webhook) => onType({ webhook })} />
      {draft.webhook && (
        <div className={styles['fields']}>
          <Field label={words.format}>
            <Select value={draft.format} onChange={(event) => onType({ format: event.target.value })}>
              {webhookFormatSchema.options.map((format) => (
                <option key={format} value={format}>
                  {words.formats[format]}
                </option>
              ))}
            </Select>
          </Field>
          <Field
            label={words.url}
            hint={policy.webhook === undefined ? words.urlHint : words.urlKept(webhookHost)}
            error={errors.url}
          >
            <Input
              code
              type="password"
              inputMode="url"
              value={draft.url}
              onChange={(event) => onType({ url: event.target.value })}
            />
          </Field>
        </div>
      )}
    </fieldset>
  );
}

export function QuietFields({ draft, error, onType }: FieldsProps & { readonly error: string | undefined }) {
  const hour = (label: string, value: number, onChange: (hour: number) => void, wrong?: string) => (
    <Field label={label} error={wrong}>
      <Select value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {hours.map((one) => (
          <option key={one} value={one}>
            {words.hourOf(one)}
          </option>
        ))}
      </Select>
    </Field>
  );
  return (
    <div className={styles['part']}>
      <Switch
        label={words.quiet}
        hint={words.quietHint}
        checked={draft.quiet}
        onChange={(quiet) => onType({ quiet })}
      />
      {draft.quiet && (
        <>
          <div className={styles['fields']}>
            {hour(words.from, draft.from, (from) => onType({ from }))}
            {hour(words.to, draft.to, (to) => onType({ to }), error)}
          </div>
          <div className={styles['within']}>
            <Switch label={words.tellDown} checked={draft.tellDown} onChange={(tellDown) => onType({ tellDown })} />
          </div>
        </>
      )}
    </div>
  );
}

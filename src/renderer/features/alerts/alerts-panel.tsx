import { useCallback, useState } from 'react';
import type { AlertTestView } from '../../../shared/contract/alert.ts';
import { alertChannelSchema, alertKinds, type AlertSettings } from '../../../shared/model/alert.ts';
import { useClient } from '../../live.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useAction } from '../../use-action.ts';
import { useAnswer } from '../../use-asked.ts';
import { useSavedDraft } from '../../use-saved-draft.ts';
import { buildAlerts, checkAlerts, dropSecrets, readAlerts, type AlertDraft, type AlertErrors } from './alert-draft.ts';
import styles from './alerts.module.css';
import { ChannelFields, QuietFields } from './channel-fields.tsx';
import { Prose } from '../../ui/prose.tsx';

const words = text.alerts;

/** Who is told when something is wrong, and of what. */
export function AlertsPanel() {
  const client = useClient();
  // a channel that could not be told is said here as soon as it is known
  const alerts = useStore((state) => state.alerts);
  const ask = useCallback(() => client.call('alert.settings', {}), [client]);
  const { answer, error, again } = useAnswer(ask, alerts);
  return (
    <Panel heading={words.title}>
      <p className={styles['note']}>
        <Prose>{words.lead}</Prose>
      </p>
      {answer === undefined && error === undefined && <Skeleton width="60%" />}
      {answer === undefined && error !== undefined && <ErrorPanel error={error} onRetry={again} />}
      {answer !== undefined && <AlertsForm settings={answer} onSaved={again} />}
    </Panel>
  );
}

interface AlertsFormProps {
  readonly settings: AlertSettings;
  readonly onSaved: () => void;
}

function AlertsForm({ settings, onSaved }: AlertsFormProps) {
  const client = useClient();
  const saved = useSavedDraft<AlertSettings, AlertDraft, AlertErrors>(
    {
      // what a channel could not be told is no reason to forget what was typed
      stored: { ...settings, trouble: {} },
      read: readAlerts,
      check: (draft) => checkAlerts(draft, settings),
      save: async (draft) => {
        await client.call('alert.set', buildAlerts(draft));
        onSaved();
      },
      dropSecrets,
    },
    {},
  );
  const { draft, errors } = saved;
  const type = (change: Partial<AlertDraft>): void => saved.type({ ...draft, ...change }, () => ({}));
  const number = (name: 'disk' | 'memory' | 'days' | 'cap', hint?: string) => (
    <Field label={words[name]} error={errors[name]} {...(hint === undefined ? {} : { hint })}>
      <Input
        inputMode="decimal"
        value={draft[name]}
        onChange={({ target: { value } }) =>
          type(
            name === 'disk'
              ? { disk: value }
              : name === 'memory'
                ? { memory: value }
                : name === 'days'
                  ? { days: value }
                  : { cap: value },
          )
        }
      />
    </Field>
  );

  return (
    <form className={styles['form']} ref={saved.form} onSubmit={saved.save} noValidate>
      <ChannelFields draft={draft} errors={errors} settings={settings} onType={type} />
      <QuietFields draft={draft} error={errors.quiet} onType={type} />
      <fieldset className={styles['part']}>
        <legend>{words.kindsTitle}</legend>
        <div className={styles['kinds']}>
          {alertKinds.map((kind) => (
            <Switch
              key={kind}
              label={words.kinds[kind]}
              checked={draft.told[kind]}
              onChange={(on) => type({ told: { ...draft.told, [kind]: on } })}
            />
          ))}
        </div>
      </fieldset>
      <fieldset className={styles['part']}>
        <legend>{words.limits}</legend>
        <div className={styles['numbers']}>
          {number('disk')}
          {number('memory')}
          {number('days')}
        </div>
        {number('cap', words.capHint)}
      </fieldset>
      {alertChannelSchema.options.map((channel) => {
        const trouble = settings.trouble[channel];
        return trouble === undefined ? null : (
          <p key={channel} className={styles['trouble']} role="alert">
            {words.failed(channel, trouble.message)}
          </p>
        );
      })}
      {saved.error !== undefined && <ErrorPanel error={saved.error} />}
      <p className={styles['save']}>
        <Button type="submit" busy={saved.busy} disabled={!saved.isTyped}>
          {words.save}
        </Button>
        <TestButton disabled={saved.isTyped} />
        <span role="status">{saved.isSaved && words.saved}</span>
      </p>
    </form>
  );
}

/** Of what is saved: a test of something else would prove nothing. */
function TestButton({ disabled }: { readonly disabled: boolean }) {
  const client = useClient();
  const action = useAction();
  const [tests, setTests] = useState<readonly AlertTestView[]>([]);
  return (
    <>
      <Button
        busy={action.busy}
        disabled={disabled}
        onClick={() => {
          setTests([]);
          void action.run(async () => setTests(await client.call('alert.test', {})));
        }}
      >
        {words.test}
      </Button>
      <span role="status">
        {tests.map(({ channel, problem }) => (
          <span key={channel} className={problem === undefined ? undefined : styles['trouble']}>
            {problem === undefined ? words.tested(channel) : words.failed(channel, problem.message)}{' '}
          </span>
        ))}
        {action.error !== undefined && <span className={styles['trouble']}>{action.error.message}</span>}
      </span>
    </>
  );
}

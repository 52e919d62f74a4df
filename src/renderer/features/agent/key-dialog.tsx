import { useRef, useState, type SubmitEvent } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { KeyCheck } from '../../../shared/model/models.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { useFocusWrong } from '../../ui/focus-wrong.ts';
import { Select } from '../../ui/select.tsx';
import { TypedInput } from '../../ui/typed-field.tsx';
import { useAction } from '../../use-action.ts';
import { useFormCheck } from '../../use-form-check.ts';
import styles from './agent.module.css';
import { buildChoice, checkDraft, type KeyDraft, type KeyErrors } from './key-draft.ts';

const words = text.agent.key;

interface KeyDialogProps {
  readonly instance: InstanceView;
  readonly begin: KeyDraft;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** Pasted once, tried, given to the gateway. */
export function KeyDialog({ instance: { id: instanceId }, begin, onChanged, onClose }: KeyDialogProps) {
  const client = useClient();
  const action = useAction();
  const [draft, setDraft] = useState(begin);
  const checked = useFormCheck<KeyErrors>({});
  const [check, setCheck] = useState<KeyCheck>();
  const form = useRef<HTMLFormElement>(null);
  useFocusWrong(form, checked.found);

  const type = (change: Partial<KeyDraft>): void => {
    checked.mend(() => ({}));
    setDraft((before) => ({ ...before, ...change }));
  };
  const give = (untested: boolean): void => {
    const wrong = checkDraft(draft);
    checked.find(wrong);
    if (Object.keys(wrong).length > 0) return;
    void action
      .run(async () => {
        setCheck(
          await client.call('models.setKey', {
            instanceId,
            choice: buildChoice(draft),
            key: draft.key.trim(),
            untested,
          }),
        );
      })
      .then((wentWell) => {
        if (wentWell) onChanged();
      });
  };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    give(false);
  };
  if (check !== undefined) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={words.title}
        actions={
          <Button variant="primary" autoFocus onClick={onClose}>
            {text.common.close}
          </Button>
        }
      >
        <p role="status">{check.says}</p>
      </Dialog>
    );
  }
  const form_ = { draft, errors: checked.errors, type };
  const canSkip = action.error?.code === 'provider.unreachable' && !action.busy;
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.title}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          {canSkip && <Button onClick={() => give(true)}>{words.untested}</Button>}
          <Button variant="primary" type="submit" form="provider-key" busy={action.busy}>
            {words.go}
          </Button>
        </>
      }
    >
      <p>{words.lead}</p>
      <form id="provider-key" className={styles['form']} ref={form} onSubmit={submit} noValidate>
        <Field label={words.provider} {...(draft.provider === 'openai' ? { hint: words.openaiHint } : {})}>
          <Select value={draft.provider} onChange={(event) => type({ provider: event.target.value })}>
            {Object.entries(words.providers).map(([id, label]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
            {begin.provider === 'listed' && <option value="listed">{begin.id}</option>}
          </Select>
        </Field>
        {draft.provider === 'custom' && (
          <>
            <TypedInput within={form_} field="id" label={words.id} hint={words.idHint} code />
            <TypedInput within={form_} field="url" label={words.url} hint={words.urlHint} code />
          </>
        )}
        <TypedInput within={form_} field="key" label={words.key} type="password" autoFocus />
      </form>
      {action.error !== undefined && <ErrorPanel error={action.error} />}
    </Dialog>
  );
}

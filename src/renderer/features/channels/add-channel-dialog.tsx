import { useCallback, useState, type SubmitEvent } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ChannelCheck, ChannelField } from '../../../shared/model/channels.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useAction } from '../../use-action.ts';
import { useAnswer } from '../../use-asked.ts';
import styles from '../agent/agent.module.css';
import type { NamedChannel } from './channel-address.ts';
import { buildWish, isSameWish, knownFields, type ChannelDraft, type ChannelWish } from './channel-draft.ts';

const words = text.channels.dialog;

interface AddChannelDialogProps {
  readonly instance: InstanceView;
  /** One that is there, whose token is replaced. */
  readonly renewed?: NamedChannel;
  readonly onClose: () => void;
}

/** Two channels have a form of their own; of the others OpenClaw says what they need. */
export function AddChannelDialog({ instance, renewed, onClose }: AddChannelDialogProps) {
  const client = useClient();
  const said =
    renewed === undefined
      ? { title: words.title, go: words.go, anyway: words.anyway }
      : { title: words.renewTitle(renewed.label), go: words.renewGo, anyway: words.renewAnyway };
  const instanceId = instance.id;
  const [channel, setChannel] = useState(renewed?.address.channel ?? 'telegram');
  const askKinds = useCallback(() => client.call('channels.kinds', { instanceId }), [client, instanceId]);
  const kinds = useAnswer(askKinds);
  const askFields = useCallback(
    async (): Promise<readonly ChannelField[]> =>
      knownFields[channel] ?? (await client.call('channels.fields', { instanceId, channel })),
    [client, instanceId, channel],
  );
  const fields = useAnswer(askFields);
  const [draft, setDraft] = useState<ChannelDraft>({});
  const [check, setCheck] = useState<ChannelCheck>();
  const [isEmpty, setIsEmpty] = useState(false);
  const [sent, setSent] = useState<ChannelWish>();
  const action = useAction();
  // of the channel that was chosen before, while the other is asked about
  const shown = fields.asking ? undefined : fields.answer;

  const wish = shown && buildWish(channel, shown, draft);

  const add = (anyway: boolean): void => {
    if (shown === undefined || wish === undefined) return;
    const nothing = shown.length > 0 && Object.keys({ ...wish.settings, ...wish.secrets }).length === 0;
    setIsEmpty(nothing);
    if (nothing) return;
    setSent(wish);
    void action.run(async () => {
      setCheck(await client.call('channels.add', { instanceId, ...wish, ...renewed?.address, anyway }));
    });
  };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    add(false);
  };
  const pick = (next: string): void => {
    setChannel(next);
    setDraft({});
    setIsEmpty(false);
  };
  if (check !== undefined) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={said.title}
        actions={
          <Button variant="primary" autoFocus onClick={onClose}>
            {text.common.close}
          </Button>
        }
      >
        <p role="status">{check.identity ?? channel}</p>
        {check.warnings.map((warning) => (
          <p key={warning} className={styles['warn']}>
            {warning}
          </p>
        ))}
        {check.inviteUrl !== undefined && <p className={styles['facts']}>{`${words.invite}: ${check.inviteUrl}`}</p>}
      </Dialog>
    );
  }
  // the warnings were of what was sent, and not of what was typed since
  const isDoubtful = action.error?.code === 'channel.doubtful' && !action.busy && isSameWish(sent, wish);
  return (
    <Dialog
      open
      onClose={onClose}
      title={said.title}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          {isDoubtful && <Button onClick={() => add(true)}>{said.anyway}</Button>}
          <Button variant="primary" type="submit" form="channel" busy={action.busy} disabled={shown === undefined}>
            {said.go}
          </Button>
        </>
      }
    >
      <p>{words.lead}</p>
      <form id="channel" className={styles['form']} onSubmit={submit} noValidate>
        <Field label={words.channel}>
          <Select value={channel} disabled={renewed !== undefined} onChange={(event) => pick(event.target.value)}>
            {(kinds.answer ?? [{ id: channel, label: channel }]).map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        {shown === undefined && fields.error === undefined && <p className={styles['note']}>{words.asking}</p>}
        {shown?.length === 0 && <p className={styles['note']}>{words.nothing}</p>}
        {shown?.map((field, index) => (
          <OneField
            key={`${channel} ${field.key}`}
            field={field}
            value={draft[field.key]}
            error={isEmpty && index === 0 ? words.missing : undefined}
            onType={(value) => {
              setIsEmpty(false);
              setDraft((before) => ({ ...before, [field.key]: value }));
            }}
          />
        ))}
      </form>
      {kinds.error !== undefined && <ErrorPanel error={kinds.error} onRetry={kinds.again} />}
      {fields.error !== undefined && <ErrorPanel error={fields.error} onRetry={fields.again} />}
      {action.error !== undefined && <ErrorPanel error={action.error} />}
    </Dialog>
  );
}

interface OneFieldProps {
  readonly field: ChannelField;
  readonly value: string | boolean | undefined;
  readonly error: string | undefined;
  readonly onType: (value: string | boolean) => void;
}

function OneField({ field: { label, help, secret, kind }, value, error, onType }: OneFieldProps) {
  if (kind === 'switch') {
    return (
      <Switch
        label={label}
        {...(help === undefined ? {} : { hint: help })}
        checked={value === true}
        onChange={onType}
      />
    );
  }
  return (
    <Field label={label} hint={help} error={error}>
      <Input
        code
        type={secret ? 'password' : 'text'}
        value={typeof value === 'string' ? value : ''}
        onChange={(event) => onType(event.target.value)}
      />
    </Field>
  );
}

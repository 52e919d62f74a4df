import { useState, type SubmitEvent } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { pairingCodeSchema, type ChannelView, type PairingRequest } from '../../../shared/model/channels.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import { useAction } from '../../use-action.ts';
import styles from '../agent/agent.module.css';

const words = text.channels.pairing;

interface PairingPanelProps {
  readonly instance: InstanceView;
  readonly requests: readonly PairingRequest[];
  readonly channels: readonly ChannelView[];
  readonly asking: boolean;
  readonly onChanged: () => void;
}

/** Who wrote for the first time: let in as they are listed here, or by the code that the bot gave them. */
export function PairingPanel({
  instance: { id: instanceId },
  requests,
  channels,
  asking,
  onChanged,
}: PairingPanelProps) {
  const client = useClient();
  const action = useAction();
  const [code, setCode] = useState('');
  const [codeError, setCodeError] = useState<string>();
  const [picked, setPicked] = useState<string>();
  const [isLetIn, setIsLetIn] = useState(false);
  const channel = picked ?? channels[0]?.id;
  const act = (work: () => Promise<unknown>): void => {
    setIsLetIn(false);
    void action.run(work).then(onChanged);
  };
  const letIn = (work: () => Promise<unknown>): void =>
    act(async () => {
      await work();
      setIsLetIn(true);
    });
  const approveCode = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const parsed = pairingCodeSchema.safeParse(code);
    setCodeError(parsed.success ? undefined : words.codeWrong);
    if (!parsed.success || channel === undefined) return;
    letIn(async () => {
      await client.call('channels.approveCode', { instanceId, channel, code: parsed.data });
      setCode('');
    });
  };
  return (
    <Panel
      heading={words.title}
      flush
      actions={
        <Button size="small" busy={asking} onClick={onChanged}>
          {words.again}
        </Button>
      }
    >
      {requests.length === 0 && <p className={`${styles['inset'] ?? ''} ${styles['note'] ?? ''}`}>{words.none}</p>}
      <ul aria-label={words.title}>
        {requests.map((request) => {
          const { requestId, sender, name, createdAt, account } = request;
          const who = name ?? sender;
          const one = { instanceId, channel: request.channel, requestId, account };
          return (
            <li key={requestId} className={styles['row']}>
              <div className={styles['what']}>
                <p className={styles['name']}>
                  {who}
                  <span className={styles['dim']}>{request.channel}</span>
                </p>
                <p className={styles['facts']}>
                  {sender}, <time dateTime={createdAt}>{formatMoment(createdAt)}</time>
                </p>
              </div>
              <div className={styles['buttons']}>
                <Button
                  size="small"
                  disabled={action.busy}
                  aria-label={words.dismissOf(who)}
                  onClick={() => act(() => client.call('channels.dismiss', one))}
                >
                  {words.dismiss}
                </Button>
                <Button
                  size="small"
                  variant="primary"
                  disabled={action.busy}
                  aria-label={words.approveOf(who)}
                  onClick={() => letIn(() => client.call('channels.approve', one))}
                >
                  {words.approve}
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
      <div className={styles['inset']}>
        {channel !== undefined && (
          <form className={styles['pair']} onSubmit={approveCode} noValidate>
            <Field label={words.codeChannel}>
              <Select value={channel} onChange={(event) => setPicked(event.target.value)}>
                {[...new Map(channels.map(({ id, label }) => [id, label]))].map(([id, label]) => (
                  <option key={id} value={id}>
                    {label}
                  </option>
                ))}
              </Select>
            </Field>
            <Field label={words.code} hint={words.codeHint} error={codeError}>
              <Input code value={code} onChange={(event) => setCode(event.target.value)} />
            </Field>
            <Button type="submit" busy={action.busy}>
              {words.codeGo}
            </Button>
          </form>
        )}
        <p className={styles['note']} role="status">
          {isLetIn && words.done}
        </p>
        {action.error !== undefined && <ErrorPanel error={action.error} />}
      </div>
    </Panel>
  );
}

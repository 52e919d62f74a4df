import { MessagesSquare } from 'lucide-react';
import { useCallback, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useAnswer } from '../../use-asked.ts';
import styles from '../agent/agent.module.css';
import { Answered } from '../agent/answered.tsx';
import { GatewayNeeded } from '../agent/gateway-needed.tsx';
import { AddChannelDialog } from './add-channel-dialog.tsx';
import { addressOf, type NamedChannel } from './channel-address.ts';
import { ChannelRow } from './channel-row.tsx';
import { PairingPanel } from './pairing-panel.tsx';
import { ScanDialog } from './scan-dialog.tsx';

const words = text.channels;

/** What is asked of a person in a dialog. */
type Opened = { readonly is: 'add' } | { readonly is: 'renew' | 'scan'; readonly named: NamedChannel };

/** Where people reach the agent, and who asks to. */
export function ChannelsTab({ instance }: { readonly instance: InstanceView }) {
  const [opened, setOpened] = useState<Opened>();
  const [changes, setChanges] = useState(0);
  const close = (): void => {
    setOpened(undefined);
    setChanges((count) => count + 1);
  };
  return (
    <>
      <GatewayNeeded instance={instance}>
        <Channels instance={instance} changes={changes} onOpen={setOpened} />
      </GatewayNeeded>
      {/* what is typed here outlives a gateway that stops */}
      {opened?.is === 'add' && <AddChannelDialog instance={instance} onClose={close} />}
      {opened?.is === 'renew' && <AddChannelDialog instance={instance} renewed={opened.named} onClose={close} />}
      {opened?.is === 'scan' && <ScanDialog instance={instance} named={opened.named} onClose={close} />}
    </>
  );
}

interface ChannelsProps {
  readonly instance: InstanceView;
  readonly changes: number;
  readonly onOpen: (opened: Opened) => void;
}

function Channels({ instance, changes, onOpen }: ChannelsProps) {
  const client = useClient();
  const instanceId = instance.id;
  const ask = useCallback(() => client.call('channels.list', { instanceId }), [client, instanceId]);
  const view = useAnswer(ask, changes);
  const { again, answer, asking } = view;
  const add = (how: { readonly variant?: 'primary'; readonly size?: 'small' }, label: string) => (
    <Button {...how} onClick={() => onOpen({ is: 'add' })}>
      {label}
    </Button>
  );
  return (
    <div className={styles['page']}>
      <div className={styles['columns']}>
        <Panel
          heading={words.title}
          flush
          actions={answer !== undefined && answer.channels.length > 0 && add({ size: 'small' }, words.add)}
        >
          <Answered asked={view}>
            {({ channels }) =>
              channels.length === 0 ? (
                <Empty
                  icon={<MessagesSquare size={18} aria-hidden />}
                  title={words.none}
                  action={add({ variant: 'primary' }, words.addFirst)}
                >
                  {words.noneHint}
                </Empty>
              ) : (
                <ul aria-label={words.title}>
                  {channels.map((channel) => (
                    <ChannelRow
                      key={`${channel.id} ${channel.account}`}
                      instance={instance}
                      channel={channel}
                      named={addressOf(channel, channels)}
                      onChanged={again}
                      onRenew={() => onOpen({ is: 'renew', named: addressOf(channel, channels) })}
                      onScan={() => onOpen({ is: 'scan', named: addressOf(channel, channels) })}
                    />
                  ))}
                </ul>
              )
            }
          </Answered>
        </Panel>
        {answer !== undefined && (
          <PairingPanel
            instance={instance}
            requests={answer.requests}
            channels={answer.channels}
            asking={asking}
            onChanged={again}
          />
        )}
      </div>
    </div>
  );
}

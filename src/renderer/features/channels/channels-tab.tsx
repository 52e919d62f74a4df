import { MessagesSquare } from 'lucide-react';
import { useCallback, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ChannelView } from '../../../shared/model/channels.ts';
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
import { ChannelRow } from './channel-row.tsx';
import { PairingPanel } from './pairing-panel.tsx';
import { ScanDialog } from './scan-dialog.tsx';

const words = text.channels;

type Asked = { readonly is: 'add'; readonly channel?: string } | { readonly is: 'scan'; readonly channel: ChannelView };

/** Where people reach the agent, and who asks to. */
export function ChannelsTab({ instance }: { readonly instance: InstanceView }) {
  return (
    <GatewayNeeded instance={instance}>
      <Channels instance={instance} />
    </GatewayNeeded>
  );
}

function Channels({ instance }: { readonly instance: InstanceView }) {
  const client = useClient();
  const instanceId = instance.id;
  const [asked, setAsked] = useState<Asked>();
  const ask = useCallback(() => client.call('channels.list', { instanceId }), [client, instanceId]);
  const view = useAnswer(ask);
  const { again, answer, asking } = view;
  const close = (): void => {
    setAsked(undefined);
    again();
  };
  const add = (how: { readonly variant?: 'primary'; readonly size?: 'small' }, label: string) => (
    <Button {...how} onClick={() => setAsked({ is: 'add' })}>
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
                      onChanged={again}
                      onRenew={() => setAsked({ is: 'add', channel: channel.id })}
                      onScan={() => setAsked({ is: 'scan', channel })}
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
      {asked?.is === 'add' && (
        <AddChannelDialog
          instance={instance}
          {...(asked.channel === undefined ? {} : { channel: asked.channel })}
          onClose={close}
        />
      )}
      {asked?.is === 'scan' && <ScanDialog instance={instance} channel={asked.channel} onClose={close} />}
    </div>
  );
}

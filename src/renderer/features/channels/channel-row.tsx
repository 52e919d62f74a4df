import { Ellipsis, QrCode, RefreshCw, RotateCw, Square, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ChannelView } from '../../../shared/model/channels.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { useAction } from '../../use-action.ts';
import styles from '../agent/agent.module.css';
import type { NamedChannel } from './channel-address.ts';

const words = text.channels;

interface ChannelRowProps {
  readonly instance: InstanceView;
  readonly channel: ChannelView;
  readonly named: NamedChannel;
  readonly onChanged: () => void;
  readonly onRenew: () => void;
  readonly onScan: () => void;
}

export function ChannelRow({
  instance: { id: instanceId },
  channel: view,
  named: { label, address },
  onChanged,
  onRenew,
  onScan,
}: ChannelRowProps) {
  const client = useClient();
  const action = useAction();
  const [isAsked, setIsAsked] = useState(false);
  const { account, state, identity, lastError, lastInboundAt, alsoAt, policy, allowed, scans } = view;
  const act = (what: 'channels.restart' | 'channels.stop' | 'channels.remove'): void => {
    void action.run(() => client.call(what, { instanceId, ...address })).finally(onChanged);
  };
  const facts = [
    account === 'default' || address.account !== undefined ? undefined : account,
    policy === undefined ? undefined : words.policy[policy],
    lastInboundAt === undefined ? undefined : words.lastIn(formatMoment(lastInboundAt)),
  ].filter((one) => one !== undefined);
  return (
    <li className={styles['row']}>
      <div className={styles['what']}>
        <p className={styles['name']}>
          {label}
          {identity !== undefined && <span>{identity}</span>}
          <span className={styles['dim']} role="status">
            {words.states[state]}
          </span>
        </p>
        {facts.length > 0 && <p className={styles['facts']}>{facts.join(' · ')}</p>}
        {allowed.length > 0 && <p className={styles['facts']}>{words.allowed(allowed.join(', '))}</p>}
        {lastError !== undefined && <p className={styles['bad']}>{lastError}</p>}
        {alsoAt !== undefined && <p className={styles['warn']}>{words.alsoAt(alsoAt)}</p>}
      </div>
      <Menu
        trigger={
          <IconButton label={words.more(label)} icon={<Ellipsis size={16} aria-hidden />} disabled={action.busy} />
        }
        items={[
          ...(scans ? [{ label: words.scan, icon: <QrCode size={14} aria-hidden />, onSelect: onScan }] : []),
          { label: words.restart, icon: <RotateCw size={14} aria-hidden />, onSelect: () => act('channels.restart') },
          { label: words.stop, icon: <Square size={14} aria-hidden />, onSelect: () => act('channels.stop') },
          { label: words.renew, icon: <RefreshCw size={14} aria-hidden />, onSelect: onRenew },
          { label: words.remove, icon: <Trash2 size={14} aria-hidden />, onSelect: () => setIsAsked(true) },
        ]}
      />
      {action.error !== undefined && (
        <div className={styles['wide']}>
          <ErrorPanel error={action.error} />
        </div>
      )}
      <ConfirmDialog
        open={isAsked}
        title={words.removeTitle(label)}
        body={address.account === undefined ? words.removeBody : words.removeAccountBody}
        go={words.removeGo}
        danger
        onGo={() => act('channels.remove')}
        onClose={() => setIsAsked(false)}
      />
    </li>
  );
}

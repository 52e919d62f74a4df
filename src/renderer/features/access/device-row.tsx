import { Ellipsis, LogOut, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { DeviceRequest, PairedDevice } from '../../../shared/model/device.ts';
import type { InstanceId } from '../../../shared/model/ids.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { useAction, type Action } from '../../use-action.ts';
import styles from './devices-panel.module.css';

const words = text.devices;

interface RequestRowProps {
  readonly instanceId: InstanceId;
  readonly request: DeviceRequest;
  readonly onChanged: () => void;
}

export function RequestRow({ instanceId, request, onChanged }: RequestRowProps) {
  const client = useClient();
  const action = useAction();
  const [isAsked, setIsAsked] = useState(false);
  const { requestId, name, scopes, from, askedAt, isKnown } = request;
  const act = (what: 'approve' | 'reject'): void => {
    void action.run(() => client.call(`device.${what}`, { instanceId, requestId })).then(onChanged);
  };
  return (
    <Row
      device={request}
      action={action}
      facts={[words.asked(formatMoment(askedAt)), ...(isKnown ? [words.known] : []), words.asks(list(scopes))]}
    >
      <Button size="small" disabled={action.busy} aria-label={words.rejectOf(name)} onClick={() => act('reject')}>
        {words.reject}
      </Button>
      <Button
        size="small"
        variant="primary"
        busy={action.busy}
        aria-label={words.approveOf(name)}
        onClick={() => setIsAsked(true)}
      >
        {words.approve}
      </Button>
      <ConfirmDialog
        open={isAsked}
        title={words.approveTitle(name)}
        body={words.approveBody(list(scopes), from ?? words.somewhere)}
        go={words.approve}
        onGo={() => act('approve')}
        onClose={() => setIsAsked(false)}
      />
    </Row>
  );
}

interface PairedRowProps {
  readonly instanceId: InstanceId;
  readonly device: PairedDevice;
  readonly onChanged: () => void;
}

export function PairedRow({ instanceId, device, onChanged }: PairedRowProps) {
  const client = useClient();
  const action = useAction();
  const [isAsked, setIsAsked] = useState(false);
  const { deviceId, name, scopes, isOwn } = device;
  const act = (what: 'rotate' | 'remove'): void => {
    void action.run(() => client.call(`device.${what}`, { instanceId, deviceId })).then(onChanged);
  };
  const rotate = { label: words.rotate, icon: <LogOut size={14} aria-hidden />, onSelect: () => act('rotate') };
  const remove = {
    label: words.remove,
    icon: <Trash2 size={14} aria-hidden />,
    onSelect: () => setIsAsked(true),
    danger: true,
  };
  return (
    <Row device={device} action={action} facts={[describeSeen(device), words.may(list(scopes))]}>
      <Menu
        trigger={
          <IconButton label={words.more(name)} icon={<Ellipsis size={16} aria-hidden />} disabled={action.busy} />
        }
        // Removed, Hardshell would be back with the next question.
        items={isOwn ? [rotate] : [rotate, remove]}
      />
      <ConfirmDialog
        open={isAsked}
        title={words.removeTitle(name)}
        body={words.removeBody}
        go={words.removeGo}
        danger
        onGo={() => act('remove')}
        onClose={() => setIsAsked(false)}
      />
    </Row>
  );
}

interface RowProps {
  readonly device: DeviceRequest | PairedDevice;
  readonly facts: readonly string[];
  readonly action: Action;
  readonly children: ReactNode;
}

function Row({ device: { name, isOwn, platform, from, roles, deviceId }, facts, action, children }: RowProps) {
  return (
    <li className={styles['row']}>
      <div className={styles['what']}>
        <p className={styles['name']} title={deviceId}>
          {name}
          {isOwn && <span className={styles['dim']}>{words.own}</span>}
        </p>
        <p className={styles['facts']}>
          {[...roles, platform, from].map((word) => word !== undefined && <span key={word}>{word}</span>)}
        </p>
        <p className={styles['facts']}>
          {facts.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
      </div>
      <div className={styles['buttons']}>{children}</div>
      {action.error !== undefined && (
        <div className={styles['trouble']}>
          <ErrorPanel error={action.error} />
        </div>
      )}
    </li>
  );
}

const list = (scopes: readonly string[]): string => (scopes.length === 0 ? words.nothing : scopes.join(', '));

function describeSeen({ isConnected, seenAt, pairedAt, tokens }: PairedDevice): string {
  if (tokens.length > 0 && tokens.every(({ isRevoked }) => isRevoked)) return words.revoked;
  if (isConnected) return words.connected;
  if (seenAt !== undefined) return words.seen(formatMoment(seenAt));
  return pairedAt === undefined ? words.revoked : words.paired(formatMoment(pairedAt));
}

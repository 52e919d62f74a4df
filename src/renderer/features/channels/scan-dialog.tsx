import { useCallback, useEffect, useRef, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ChannelLogin } from '../../../shared/model/channels.ts';
import { followScan } from '../../../shared/channel-scan.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { useAction } from '../../use-action.ts';
import styles from '../agent/agent.module.css';
import type { NamedChannel } from './channel-address.ts';

const words = text.channels.scanning;

interface ScanDialogProps {
  readonly instance: InstanceView;
  readonly named: NamedChannel;
  readonly onClose: () => void;
}

/** Shows the code of the moment until a phone has scanned one: each is good for some seconds. */
export function ScanDialog({ instance: { id: instanceId }, named: { label, address }, onClose }: ScanDialogProps) {
  const client = useClient();
  const { run, error, busy } = useAction();
  const [login, setLogin] = useState<ChannelLogin>();
  const isOpen = useRef(true);
  const [hadCode, setHadCode] = useState(false);
  const scan = useCallback(
    (anew: boolean) => {
      setLogin(undefined);
      setHadCode(false);
      void run(async () => {
        const codes = followScan({
          begin: () => client.call('channels.login', { instanceId, ...address, anew }),
          wait: (before) => client.call('channels.login', { instanceId, ...address, before }),
          isOver: () => !isOpen.current,
          nowMs: () => performance.now(),
        });
        for await (const code of codes) {
          if (code.qr !== undefined) setHadCode(true);
          setLogin(code);
        }
      });
    },
    [run, client, instanceId, address],
  );
  useEffect(() => {
    isOpen.current = true;
    scan(false);
    return () => {
      isOpen.current = false;
    };
  }, [scan]);
  const isDone = login?.connected === true;
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.title(label)}
      actions={
        <>
          {!isDone && !busy && error === undefined && !hadCode && (
            <Button onClick={() => scan(true)}>{words.anew}</Button>
          )}
          {!isDone && !busy && (error !== undefined || hadCode) && (
            <Button onClick={() => scan(false)}>{words.again}</Button>
          )}
          <Button variant={isDone ? 'primary' : 'plain'} onClick={onClose}>
            {text.common.close}
          </Button>
        </>
      }
    >
      <p>{words.lead}</p>
      <div className={styles['code']} role="status">
        {isDone ? <p>{words.done}</p> : login?.qr !== undefined && <img src={login.qr} alt={words.alt} />}
        {login === undefined && error === undefined && <p className={styles['note']}>{words.waiting}</p>}
        {login !== undefined && !isDone && <p className={styles['note']}>{login.says}</p>}
      </div>
      {error !== undefined && <ErrorPanel error={error} />}
    </Dialog>
  );
}

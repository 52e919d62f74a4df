import { useCallback, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ChangeView } from '../../../shared/contract/operation.ts';
import type { ServerKey } from '../../../shared/model/ssh-key.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useAnswer } from '../../use-asked.ts';
import { ChangeDialog } from '../run/change-dialog.tsx';
import styles from './ssh-key-panel.module.css';

const words = text.sshKey;

type Wish = 'install' | 'withoutPasswords' | 'withPasswords' | 'remove';

const changes: Readonly<Record<Wish, ChangeView>> = {
  install: { kind: 'ssh-key', wish: { key: 'install', passwords: 'as-is' } },
  withoutPasswords: { kind: 'ssh-key', wish: { key: 'install', passwords: 'off' } },
  withPasswords: { kind: 'ssh-key', wish: { key: 'as-is', passwords: 'on' } },
  remove: { kind: 'ssh-key', wish: { key: 'remove', passwords: 'as-is' } },
};

/** The key of this panel on the server of an instance; on this computer nobody signs in, and there is nothing to see. */
export function SshKeyPanel({ instance }: { readonly instance: InstanceView }) {
  const client = useClient();
  const [wish, setWish] = useState<Wish>();
  const { id: instanceId, lastRun } = instance;
  const ask = useCallback(() => client.call('ssh-key.read', { instanceId }), [client, instanceId]);
  const { answer, error, again } = useAnswer(ask, lastRun);
  const login = answer?.login;
  if (answer !== undefined && login === undefined) return null;
  const close = (): void => setWish(undefined);

  return (
    <Panel heading={words.title} actions={answer !== undefined && <Wishes answer={answer} onWish={setWish} />}>
      {error !== undefined && <ErrorPanel error={error} onRetry={again} />}
      {answer === undefined && error === undefined && <Skeleton width="60%" />}
      {answer !== undefined && <Known answer={answer} />}
      {wish !== undefined && login !== undefined && (
        <ChangeDialog
          instance={instance}
          change={changes[wish]}
          title={words[wish].title(login)}
          lead={words[wish].lead}
          go={words[wish].go}
          cancel={text.common.cancel}
          onBack={close}
          onBegun={close}
        />
      )}
    </Panel>
  );
}

function Wishes({ answer: { key }, onWish }: { readonly answer: ServerKey; readonly onWish: (wish: Wish) => void }) {
  const button = (wish: Wish, label: string = words[wish].button) => (
    <Button key={wish} size="small" onClick={() => onWish(wish)}>
      {label}
    </Button>
  );
  if (key === undefined) return button('install');
  const main =
    key.provenAt === undefined
      ? button('install', words.goOn)
      : button(key.passwordsOffAt === undefined ? 'withoutPasswords' : 'withPasswords');
  return (
    <span className={styles['wishes']}>
      {main}
      {button('remove')}
    </span>
  );
}

function Known({ answer: { login, key, sharedWith } }: { readonly answer: ServerKey }) {
  const shared = sharedWith.length > 0 && <p className={styles['more']}>{words.shared(sharedWith.join(', '))}</p>;
  if (key === undefined)
    return (
      <>
        <p className={styles['note']}>{words.lead}</p>
        {shared}
      </>
    );
  return (
    <>
      <KeyValue
        rows={[
          { key: words.login, value: <span className={styles['long']}>{login}</span> },
          {
            key: words.key,
            value: (
              <span className={styles['key']}>
                <code className={styles['long']}>{key.fingerprint}</code>
                <CopyButton value={key.line} label={words.copyKey} />
              </span>
            ),
          },
          { key: words.made, value: formatMoment(key.madeAt) },
          {
            key: words.passwords,
            value: key.passwordsOffAt === undefined ? words.asServer : words.off(formatMoment(key.passwordsOffAt)),
          },
        ]}
      />
      {key.provenAt === undefined && <p className={styles['more']}>{words.unproven}</p>}
      {shared}
    </>
  );
}

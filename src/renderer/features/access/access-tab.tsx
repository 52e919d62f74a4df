import { useCallback, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { closedIngress } from '../../../shared/model/ingress.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useAnswer } from '../../use-asked.ts';
import { AccessDialog } from './access-dialog.tsx';
import styles from './access-tab.module.css';
import { CertificatePanel } from './certificate-panel.tsx';
import { DevicesPanel } from './devices-panel.tsx';
import { ExposurePanel } from './exposure-panel.tsx';
import { SshKeyPanel } from './ssh-key-panel.tsx';
import { TokenChangePanel } from './token-change-panel.tsx';
import { VisitorsPanel } from './visitors-panel.tsx';

const words = text.access.tab;

/** Who can reach an instance, with which certificate, how often, and what is open beside that. */
export function AccessTab({ instance }: { readonly instance: InstanceView }) {
  const client = useClient();
  const [isChanging, setIsChanging] = useState(false);
  const { id, target, ingress = closedIngress, lastRun, suspension } = instance;
  const ask = useCallback(() => client.call('ingress.status', { instanceId: id }), [client, id]);
  const { answer, error, again } = useAnswer(ask, `${lastRun ?? ''} ${suspension?.at ?? ''}`);
  const isLocal = target.kind === 'local';
  const isOpen = ingress.access.mode !== 'tunnel';
  const isOwn = instance.adopted === undefined;
  const change = (
    <Button
      size="small"
      disabled={!isOwn}
      title={isOwn ? undefined : text.import.cannot('ingress')}
      onClick={() => setIsChanging(true)}
    >
      {words.change}
    </Button>
  );

  return (
    <div className={styles['page']}>
      {error !== undefined && <ErrorPanel error={error} onRetry={again} />}
      {answer?.problem !== undefined && <ErrorPanel error={answer.problem} onRetry={again} />}
      <div className={styles['columns']}>
        <div className={styles['stack']}>
          <Panel heading={words.reach} actions={!isLocal && change}>
            <KeyValue
              rows={[
                { key: words.mode, value: text.access.modes[ingress.access.mode] },
                {
                  key: words.url,
                  value: isOpen ? <PublicUrl url={answer?.url} isAsked={error === undefined} /> : words.onlyHardshell,
                },
              ]}
            />
            <p className={styles['note']}>
              {!isOwn
                ? text.import.cannot('ingress')
                : isLocal
                  ? words.localOnly
                  : text.access.modeHints[ingress.access.mode]}
            </p>
          </Panel>
          {isOpen && <CertificatePanel status={answer} />}
          {isOpen && <VisitorsPanel limits={ingress.limits} limitedBy={answer?.limitedBy} actions={change} />}
        </div>
        <div className={styles['stack']}>
          <TokenChangePanel instance={instance} />
          <SshKeyPanel instance={instance} />
          <DevicesPanel instance={instance} />
          <ExposurePanel instance={instance} />
        </div>
      </div>
      {isChanging && <AccessDialog instance={instance} onClose={() => setIsChanging(false)} />}
    </div>
  );
}

function PublicUrl({ url, isAsked }: { readonly url: string | undefined; readonly isAsked: boolean }) {
  if (url === undefined) return isAsked ? <Skeleton width="180px" /> : '–';
  return (
    <span className={styles['url']}>
      <a href={url} target="_blank" rel="noreferrer">
        {url}
      </a>
      <CopyButton value={url} label={words.copyUrl} />
    </span>
  );
}

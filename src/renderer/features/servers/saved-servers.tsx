import { Server } from 'lucide-react';
import { useState } from 'react';
import type { SavedServerView } from '../../../shared/contract/server.ts';
import { formatHop } from '../../../shared/model/target.ts';
import { useClient } from '../../live.ts';
import { formatRoute, goTo } from '../../router.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useAction } from '../../use-action.ts';
import { useAsked } from '../../use-asked.ts';
import styles from './servers-page.module.css';

const t = text.servers;

export function SavedServers() {
  const client = useClient();
  const { answer: servers, error, again } = useAsked('server.list');
  const [asked, setAsked] = useState<SavedServerView>();
  const action = useAction();

  const forget = (server: SavedServerView): void =>
    void action
      .run(() => Promise.all(server.instances.map(({ id }) => client.call('login.forget', { instanceId: id }))))
      .then(again);

  return (
    <Panel
      heading={t.saved}
      flush={servers !== undefined && servers.length > 0}
      actions={
        <>
          <Button size="small" onClick={() => goTo({ page: 'import' })}>
            {text.import.open}
          </Button>
          <Button size="small" onClick={() => goTo({ page: 'new', place: 'server' })}>
            {t.add}
          </Button>
        </>
      }
    >
      {servers === undefined && error === undefined && <Skeleton height="36px" />}
      {error !== undefined && <ErrorPanel error={error} onRetry={again} />}
      {action.error !== undefined && <ErrorPanel error={action.error} />}
      {servers?.length === 0 && (
        <Empty icon={<Server size={18} aria-hidden />} title={t.none}>
          {t.noneHint}
        </Empty>
      )}
      <ul>
        {servers?.map((server) => (
          <li key={formatHop(server.target)} className={styles['server']}>
            <Server size={16} aria-hidden />
            <div className={styles['who']}>
              <code>{formatHop(server.target)}</code>
              <span className={styles['dim']}>
                {t.login}: {server.rememberedLogin ? t.remembered : t.notRemembered}
                {server.target.identityFile !== undefined && ` · ${t.identity} ${server.target.identityFile}`}
                {server.target.jumps.length > 0 && ` · ${t.jumps} ${server.target.jumps.map(formatHop).join(', ')}`}
              </span>
            </div>
            <span className={styles['instances']}>
              {server.instances.map(({ id, name }) => (
                <a key={id} href={formatRoute({ page: 'instance', instanceId: id, tab: 'overview' })}>
                  {name}
                </a>
              ))}
            </span>
            {server.rememberedLogin && (
              <Button size="small" onClick={() => setAsked(server)}>
                {t.forget}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {asked !== undefined && (
        <ConfirmDialog
          open
          title={t.forgetTitle(formatHop(asked.target))}
          body={t.forgetBody}
          go={t.forgetGo}
          danger
          onGo={() => forget(asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Panel>
  );
}

import { useCallback, useState } from 'react';
import { Archive } from 'lucide-react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ChangeView } from '../../../shared/contract/operation.ts';
import type { Backup } from '../../../shared/model/backup.ts';
import { useClient } from '../../live.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { formatBytes, formatMoment } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { More } from '../../ui/more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useAnswer } from '../../use-asked.ts';
import { ChangeDialog } from '../run/change-dialog.tsx';
import { BackupRow } from './backup-row.tsx';
import styles from './backups.module.css';
import { PolicyPanel } from './policy-panel.tsx';
import { RestoreDialog } from './restore-dialog.tsx';
import { SheetPanel } from './sheet-panel.tsx';

const words = text.backups;
const backUp: ChangeView = { kind: 'backup' };
const forget: ChangeView = { kind: 'forget' };

type Asked =
  { readonly is: 'backup' } | { readonly is: 'forget' } | { readonly is: 'restore'; readonly backup: Backup };

/** What was kept of an instance, how to have it back, and what is done without being asked. */
export function BackupsTab({ instance }: { readonly instance: InstanceView }) {
  const client = useClient();
  const changes = useStore((state) => state.backupChanges);
  const [asked, setAsked] = useState<Asked>();
  const ask = useCallback(() => client.call('backup.list', {}), [client]);
  const { answer: all, error, again } = useAnswer(ask, `${String(changes)} ${instance.lastRun ?? ''}`);
  const own = all?.filter(({ instanceId }) => instanceId === instance.id);
  const others = all?.filter(({ instanceId }) => instanceId !== instance.id) ?? [];
  const close = (): void => setAsked(undefined);
  const isDeployed = instance.phase === 'deployed';
  const row = (backup: Backup) => (
    <BackupRow
      key={backup.id}
      backup={backup}
      ofOther={backup.instanceId !== instance.id}
      {...(isDeployed && instance.adopted === undefined
        ? { onRestore: () => setAsked({ is: 'restore', backup }) }
        : {})}
      onChanged={again}
    />
  );
  const now = (how: { readonly variant?: 'primary'; readonly size?: 'small' }) => (
    <Button {...how} disabled={!isDeployed} onClick={() => setAsked({ is: 'backup' })}>
      {words.now}
    </Button>
  );

  return (
    <div className={styles['page']}>
      <div className={styles['columns']}>
        <Panel heading={words.title} flush actions={own !== undefined && own.length > 0 && now({ size: 'small' })}>
          {error !== undefined && (
            <div className={styles['inset']}>
              <ErrorPanel error={error} onRetry={again} />
            </div>
          )}
          {own === undefined && error === undefined && (
            <div className={styles['inset']}>
              <Skeleton width="60%" />
              <Skeleton width="45%" />
            </div>
          )}
          {own?.length === 0 && (
            <Empty icon={<Archive size={18} aria-hidden />} title={words.none} action={now({ variant: 'primary' })}>
              {isDeployed ? words.noneHint : words.notDeployed}
            </Empty>
          )}
          <ul aria-label={words.title}>{own?.map(row)}</ul>
          {instance.leftState !== undefined && (
            <div className={styles['left']}>
              <p>
                {words.left.what(formatBytes(instance.leftState.bytes), formatMoment(instance.leftState.at))}{' '}
                <span className={styles['dim']}>{words.left.why}</span>
              </p>
              <Button size="small" onClick={() => setAsked({ is: 'forget' })}>
                {words.left.remove}
              </Button>
            </div>
          )}
          {others.length > 0 && (
            <div className={styles['others']}>
              <More label={words.others(others.length)} open={false}>
                <p className={styles['note']}>{words.othersHint}</p>
                <ul>{others.map(row)}</ul>
              </More>
            </div>
          )}
        </Panel>
        <div className={styles['stack']}>
          <PolicyPanel instance={instance} />
          <SheetPanel />
        </div>
      </div>
      {asked?.is === 'backup' && (
        <ChangeDialog
          instance={instance}
          change={backUp}
          title={words.plan.backupTitle(instance.name)}
          lead={words.plan.backupLead}
          go={words.plan.backupGo}
          cancel={text.common.cancel}
          onBack={close}
          onBegun={close}
        />
      )}
      {asked?.is === 'forget' && (
        <ChangeDialog
          instance={instance}
          change={forget}
          title={words.left.title(instance.name)}
          lead={words.left.lead}
          go={words.left.go}
          cancel={text.common.cancel}
          onBack={close}
          onBegun={close}
        />
      )}
      {asked?.is === 'restore' && <RestoreDialog instance={instance} backup={asked.backup} onClose={close} />}
    </div>
  );
}

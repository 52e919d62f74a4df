import { CircleCheck, Ellipsis, FileCheck, Pin, Trash2, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { describeCopy } from '../../../shared/backup-words.ts';
import type { Backup, BackupCopy } from '../../../shared/model/backup.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatBytes, formatMoment } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { useReach } from '../../use-reach.ts';
import { ReachTrouble } from '../run/reach-trouble.tsx';
import styles from './backups.module.css';
import { pickLogin } from './pick-login.ts';

const words = text.backups;

interface BackupRowProps {
  readonly backup: Backup;
  readonly ofOther: boolean;
  /** Absent: there is nothing that it could be restored into. */
  readonly onRestore?: () => void;
  readonly onChanged: () => void;
}

export function BackupRow({ backup, ofOther, onRestore, onChanged }: BackupRowProps) {
  const client = useClient();
  const [doing, setDoing] = useState<'verify' | 'remove'>();
  const [isAsked, setIsAsked] = useState(false);
  const { id: backupId, createdAt, copies } = backup;
  const action = useReach(backupId);
  const when = formatMoment(createdAt);
  const act = (what: 'verify' | 'remove'): void => {
    setDoing(what);
    void action.run(async (reach) => {
      await client.call(`backup.${what}`, { backupId, ...pickLogin(reach) });
      onChanged();
    });
  };
  return (
    <li className={styles['row']}>
      <div className={styles['what']}>
        <p className={styles['when']}>
          <time dateTime={createdAt}>{when}</time>
          <span className={styles['dim']}>
            {ofOther ? words.of(backup.instanceName) : words.reasons[backup.reason]}
          </span>
        </p>
        <p className={styles['facts']}>
          <span>{formatBytes(backup.bytes)}</span>
          <span>{words.version(backup.version)}</span>
          {backup.pinned === true && (
            <span className={styles['mark']}>
              <Pin size={12} aria-hidden />
              {words.pinned}
            </span>
          )}
        </p>
        <p className={styles['facts']}>{copies.length === 0 ? words.nowhere : copies.map(formatCopy).join(' · ')}</p>
        <p className={styles['mark']} data-level={backup.verifiedAt === undefined ? 'warn' : 'ok'} role="status">
          <Verified backup={backup} doing={action.busy ? doing : undefined} />
        </p>
      </div>
      <div className={styles['buttons']}>
        {onRestore !== undefined && (
          <Button size="small" disabled={action.busy} aria-label={words.restoreOf(when)} onClick={onRestore}>
            {words.restore}
          </Button>
        )}
        <Menu
          trigger={
            <IconButton label={words.more(when)} icon={<Ellipsis size={16} aria-hidden />} disabled={action.busy} />
          }
          items={[
            {
              label: words.verify,
              icon: <FileCheck size={14} aria-hidden />,
              onSelect: () => act('verify'),
            },
            {
              label: words.remove,
              icon: <Trash2 size={14} aria-hidden />,
              onSelect: () => setIsAsked(true),
              danger: true,
            },
          ]}
        />
      </div>
      {action.error !== undefined && (
        <div className={styles['trouble']}>
          <ReachTrouble action={action} />
        </div>
      )}
      <ConfirmDialog
        open={isAsked}
        title={words.removeTitle}
        body={words.removeBody(when, copies.length)}
        go={words.removeGo}
        danger
        onGo={() => act('remove')}
        onClose={() => setIsAsked(false)}
      />
    </li>
  );
}

interface VerifiedProps {
  readonly backup: Backup;
  readonly doing: 'verify' | 'remove' | undefined;
}

function Verified({ backup: { verifiedAt }, doing }: VerifiedProps) {
  if (doing !== undefined) return doing === 'verify' ? words.verifying : words.removing;
  if (verifiedAt === undefined) {
    return (
      <>
        <TriangleAlert size={12} aria-hidden />
        {words.unverified}
      </>
    );
  }
  return (
    <>
      <CircleCheck size={12} aria-hidden />
      {words.verified(formatMoment(verifiedAt))}
    </>
  );
}

function formatCopy(copy: BackupCopy): string {
  return copy.at === 'machine' || copy.at === 'here' ? words.copies[copy.at] : describeCopy(copy);
}

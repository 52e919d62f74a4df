import {
  CircleArrowUp,
  CirclePause,
  Ellipsis,
  ExternalLink,
  Play,
  RefreshCw,
  RotateCw,
  Square,
  Trash2,
  Undo2,
} from 'lucide-react';
import { Suspense, useEffect } from 'react';
import type { InstanceStatusView, InstanceView } from '../../../shared/contract/instance.ts';
import { lazyPart } from '../../lazy-part.ts';
import { goTo } from '../../router.ts';
import { askFor, useStore, type Question } from '../../store.ts';
import { text } from '../../text/index.ts';
import { formatLogin } from '../../text/place-text.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { findNewer, useNewest } from '../../use-newest.ts';
import { useUptime } from '../../use-uptime.ts';
import { ForgetDialog } from './forget-dialog.tsx';
import type { InstanceActions } from './instance-actions.ts';
import styles from './instance-frame.module.css';
import type { InstanceDeed } from './instance-turns.ts';
import { findLoginField } from './login-error.ts';
import { RemoveDialog } from './remove-dialog.tsx';
import { SuspendDialog } from './suspend-dialog.tsx';

const t = text.instance.header;
const UpdateDialog = lazyPart(async () => (await import('../updates/update-dialog.tsx')).UpdateDialog);
const RollbackDialog = lazyPart(async () => (await import('../updates/rollback-dialog.tsx')).RollbackDialog);

interface InstanceHeaderProps {
  readonly instance: InstanceView;
  readonly status: InstanceStatusView | undefined;
  readonly actions: InstanceActions;
}

export function InstanceHeader({ instance, status, actions }: InstanceHeaderProps) {
  const uptime = useUptime(status);
  const newest = useNewest();
  const newer = findNewer(status?.version ?? instance.version, newest);
  // what was adopted stays as it was set up
  const isOwn = instance.adopted === undefined;
  const canUpdate = instance.phase === 'deployed' && isOwn;
  const canGoBack = canUpdate && (instance.wayBack !== undefined || instance.pendingUpdate !== undefined);
  const instanceId = instance.id;
  const question = useStore((state) => state.question);
  const asked = question?.instanceId === instanceId ? question.what : undefined;
  const setAsked = (what: Question['what']): void => askFor({ instanceId, what });
  const close = (): void => askFor(undefined);
  // whoever goes away is not asked when they come back
  useEffect(
    () => () => {
      if (useStore.getState().question?.instanceId === instanceId) askFor(undefined);
    },
    [instanceId],
  );
  const state = status?.state ?? 'unknown';
  const asksForLogin = findLoginField(status?.error, instance.target) !== undefined;
  const isUp = state === 'running' || state === 'starting';
  const canStart = state === 'stopped' || state === 'failed';
  // also one that stands still, or cannot be reached now: it is to stay so
  const canSuspend = instance.phase === 'deployed' && state !== 'suspended' && state !== 'not-deployed';
  const isDoing = (deed: InstanceDeed): boolean => actions.doing.includes(deed);
  const { name } = instance;

  return (
    <header className={styles['header']}>
      <div className={styles['names']}>
        <h1>{name}</h1>
        <div className={styles['facts']}>
          <StatusDot state={state} {...(asksForLogin ? { word: t.asksForLogin } : {})} />
          {status !== undefined &&
            status.error === undefined &&
            status.because !== '' &&
            !isUp &&
            instance.suspension === undefined && <span>{status.because}</span>}
          <span>{formatLogin(instance.target)}</span>
          <span>{t.version(status?.version ?? instance.version)}</span>
          {!isOwn && <span title={text.import.adoptedLead}>{text.import.adopted}</span>}
          {newer !== undefined && <span className={styles['newer']}>{text.updates.newer(newer)}</span>}
          {uptime !== undefined && <span>{t.up(uptime)}</span>}
        </div>
      </div>
      <div className={styles['buttons']}>
        <Button
          variant="primary"
          icon={<ExternalLink size={14} aria-hidden />}
          disabled={!isUp}
          onClick={() => goTo({ page: 'instance', instanceId: instance.id, tab: 'dashboard' })}
        >
          {t.open}
        </Button>
        {canStart && (
          <Button
            icon={<Play size={14} aria-hidden />}
            busy={isDoing('start')}
            onClick={() => actions.control('start')}
          >
            {t.start}
          </Button>
        )}
        {isUp && (
          <>
            <Button
              icon={<RotateCw size={14} aria-hidden />}
              busy={isDoing('restart')}
              disabled={isDoing('stop')}
              onClick={() => setAsked('restart')}
            >
              {t.restart}
            </Button>
            <Button
              icon={<Square size={12} aria-hidden />}
              busy={isDoing('stop')}
              disabled={isDoing('restart')}
              onClick={() => setAsked('stop')}
            >
              {t.stop}
            </Button>
          </>
        )}
        {state === 'suspended' && instance.suspension === undefined && (
          <Button icon={<Play size={14} aria-hidden />} busy={isDoing('resume')} onClick={actions.resume}>
            {text.instance.suspend.resume}
          </Button>
        )}
        {canSuspend && (
          <Button
            icon={<CirclePause size={14} aria-hidden />}
            busy={isDoing('suspend')}
            disabled={!isOwn}
            title={isOwn ? undefined : text.import.cannot('suspend')}
            onClick={() => setAsked('suspend')}
          >
            {text.instance.suspend.button}
          </Button>
        )}
        {canUpdate && (newer !== undefined || instance.pendingUpdate !== undefined) && (
          <Button icon={<CircleArrowUp size={14} aria-hidden />} onClick={() => setAsked('update')}>
            {text.updates.button}
          </Button>
        )}
        <Menu
          trigger={<IconButton label={t.more} icon={<Ellipsis size={16} aria-hidden />} />}
          items={[
            {
              label: isDoing('look') ? t.checking : t.check,
              icon: <RefreshCw size={14} aria-hidden />,
              onSelect: actions.look,
              disabled: actions.doing.length > 0,
            },
            ...(canUpdate
              ? [
                  {
                    label: text.updates.menu,
                    icon: <CircleArrowUp size={14} aria-hidden />,
                    onSelect: () => setAsked('update'),
                  },
                ]
              : []),
            ...(canGoBack
              ? [
                  {
                    label: text.updates.rollback,
                    icon: <Undo2 size={14} aria-hidden />,
                    onSelect: () => setAsked('rollback'),
                  },
                ]
              : []),
            {
              label: t.remove,
              icon: <Trash2 size={14} aria-hidden />,
              onSelect: () => setAsked('remove'),
              danger: true,
            },
          ]}
        />
      </div>
      <ConfirmDialog
        open={asked === 'stop'}
        title={text.instance.confirm.stopTitle(name)}
        body={text.instance.confirm.stopBody}
        go={text.instance.confirm.stop}
        onGo={() => actions.control('stop')}
        onClose={close}
      />
      <ConfirmDialog
        open={asked === 'restart'}
        title={text.instance.confirm.restartTitle(name)}
        body={text.instance.confirm.restartBody}
        go={text.instance.confirm.restart}
        onGo={() => actions.control('restart')}
        onClose={close}
      />
      {asked === 'suspend' && <SuspendDialog name={name} onGo={actions.suspend} onClose={close} />}
      <Suspense>
        {asked === 'update' && isOwn && <UpdateDialog instance={instance} onClose={close} />}
        {asked === 'rollback' && <RollbackDialog instance={instance} onClose={close} />}
      </Suspense>
      {asked === 'remove' && isOwn && <RemoveDialog instance={instance} onClose={close} />}
      {asked === 'remove' && !isOwn && <ForgetDialog instance={instance} onClose={close} />}
    </header>
  );
}

import type { ReactNode } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { goTo, instanceTabs, type InstanceTab } from '../../router.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useInstanceActions } from './instance-actions.ts';
import styles from './instance-frame.module.css';
import { InstanceHeader } from './instance-header.tsx';
import { findLoginField, isHostKeyError } from './login-error.ts';
import { NotDeployed } from './not-deployed.tsx';
import { SignInPanel } from './sign-in-panel.tsx';
import { SuspendedPanel } from './suspended-panel.tsx';

const tabs = instanceTabs.map((id) => ({ id, label: text.instance.tabs[id] }));

interface InstanceFrameProps {
  readonly instance: InstanceView;
  readonly tab: InstanceTab;
  readonly children: ReactNode;
}

/** What stays while the tabs of an instance change: who it is, how it is, what stands in the way. */
export function InstanceFrame({ instance, tab, children }: InstanceFrameProps) {
  const status = useStore((state) => state.statuses[instance.id]);
  const actions = useInstanceActions(instance);
  const error = actions.error ?? status?.error;
  const field = findLoginField(error, instance.target);
  const isDeployed = instance.phase === 'deployed' && status?.state !== 'not-deployed';

  return (
    <div className={styles['page']}>
      <InstanceHeader instance={instance} status={status} actions={actions} />
      {instance.suspension !== undefined && (
        <div className={styles['trouble']}>
          <SuspendedPanel suspension={instance.suspension} actions={actions} />
        </div>
      )}
      {error !== undefined && (
        <div className={styles['trouble']}>
          {field === undefined ? (
            <ErrorPanel
              error={error}
              onRetry={actions.retry}
              actions={
                isHostKeyError(error) && (
                  <Button onClick={() => goTo({ page: 'servers' })}>{text.instance.states.hostKeys}</Button>
                )
              }
            />
          ) : (
            <SignInPanel key={field} instance={instance} field={field} error={error} />
          )}
        </div>
      )}
      {isDeployed ? (
        <Tabs
          label={text.instance.tabs.label}
          tabs={tabs}
          selected={tab}
          onSelect={(id) => goTo({ page: 'instance', instanceId: instance.id, tab: id })}
        >
          {children}
        </Tabs>
      ) : (
        <NotDeployed instance={instance} />
      )}
    </div>
  );
}

import { Suspense, useEffect } from 'react';
import { CloudOff } from 'lucide-react';
import type { InstanceView } from '../shared/contract/instance.ts';
import { BrowserDashboard } from './features/dashboard/browser-dashboard.tsx';
import { DesktopDashboard } from './features/dashboard/desktop-dashboard.tsx';
import { InstanceFrame } from './features/instance/instance-frame.tsx';
import { InstanceSkeleton } from './features/instance/instance-skeleton.tsx';
import { useInstanceWatch, type InstanceWatch } from './instance-watch.ts';
import { lazyPart } from './lazy-part.ts';
import { readAgain, useClient } from './live.ts';
import { goTo, type InstanceTab } from './router.ts';
import { useStore } from './store.ts';
import { text } from './text/index.ts';
import { Button } from './ui/button.tsx';
import { Empty } from './ui/empty.tsx';

// graphs, terminals and logs are large: nobody waits for them who has only opened the window
const OverviewTab = lazyPart(async () => (await import('./features/overview/overview-tab.tsx')).OverviewTab);
const TerminalTab = lazyPart(async () => (await import('./features/terminal/terminal-tab.tsx')).TerminalTab);
const AccessTab = lazyPart(async () => (await import('./features/access/access-tab.tsx')).AccessTab);
const AgentTab = lazyPart(async () => (await import('./features/agent/agent-tab.tsx')).AgentTab);
const ChannelsTab = lazyPart(async () => (await import('./features/channels/channels-tab.tsx')).ChannelsTab);
const DiagnosticsTab = lazyPart(
  async () => (await import('./features/diagnostics/diagnostics-tab.tsx')).DiagnosticsTab,
);
const BackupsTab = lazyPart(async () => (await import('./features/backups/backups-tab.tsx')).BackupsTab);
const ConfigurationTab = lazyPart(
  async () => (await import('./features/configuration/configuration-tab.tsx')).ConfigurationTab,
);
const LogsTab = lazyPart(async () => (await import('./features/logs/logs-tab.tsx')).LogsTab);

interface InstancePageProps {
  readonly instanceId: string;
  readonly tab: InstanceTab;
}

export function InstancePage({ instanceId, tab }: InstancePageProps) {
  const client = useClient();
  const instances = useStore((state) => state.instances);
  const error = useStore((state) => state.loadErrors.instances);
  const instance = instances?.find(({ id }) => id === instanceId);
  if (instances === undefined) return <InstanceSkeleton error={error} onRetry={() => readAgain(client)} />;
  if (instance === undefined) {
    return (
      <Empty
        alone
        icon={<CloudOff size={18} aria-hidden />}
        title={text.instance.states.gone}
        action={<Button onClick={() => goTo({ page: 'home' })}>{text.shell.goHome}</Button>}
      >
        {text.instance.states.goneHint}
      </Empty>
    );
  }
  return <WatchedInstance instance={instance} tab={tab} />;
}

function WatchedInstance({ instance, tab }: { readonly instance: InstanceView; readonly tab: InstanceTab }) {
  const client = useClient();
  const door = useStore((state) => state.info?.door);
  const watch = useInstanceWatch(instance.id);
  useEffect(() => {
    if (door !== 'desktop') return undefined;
    // hidden while another tab is looked at, freed when the instance is left
    return () => void client.call('dashboard.close', { instanceId: instance.id }).catch(() => undefined);
  }, [client, door, instance.id]);
  return (
    <InstanceFrame instance={instance} tab={tab}>
      <Suspense>
        <TabContent instance={instance} tab={tab} watch={watch} />
      </Suspense>
    </InstanceFrame>
  );
}

interface TabContentProps {
  readonly instance: InstanceView;
  readonly tab: InstanceTab;
  readonly watch: InstanceWatch;
}

function TabContent({ instance, tab, watch }: TabContentProps) {
  const info = useStore((state) => state.info);
  switch (tab) {
    case 'dashboard':
      if (info === undefined) return null;
      return info.door === 'desktop' ? (
        <DesktopDashboard instance={instance} />
      ) : (
        <BrowserDashboard instance={instance} />
      );
    case 'overview':
      return <OverviewTab instance={instance} watch={watch} />;
    case 'terminal':
      return <TerminalTab instance={instance} />;
    case 'logs':
      return <LogsTab instance={instance} />;
    case 'configuration':
      return <ConfigurationTab key={instance.id} instance={instance} />;
    case 'agent':
      return <AgentTab instance={instance} />;
    case 'channels':
      return <ChannelsTab instance={instance} />;
    case 'backups':
      return <BackupsTab instance={instance} />;
    case 'diagnostics':
      return <DiagnosticsTab instance={instance} />;
    case 'access':
      return <AccessTab instance={instance} />;
  }
}

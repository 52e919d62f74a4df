import { Suspense, useEffect } from 'react';
import { ActivityPage } from './features/activity/activity-page.tsx';
import { EmptyPage } from './features/empty/empty-page.tsx';
import { RunPage } from './features/run/run-page.tsx';
import { WizardPage } from './features/wizard/wizard-page.tsx';
import { lazyPart } from './lazy-part.ts';
import { readAgain, useClient } from './live.ts';
import { isPaletteKey } from './palette-key.ts';
import { formatRoute, goTo, useRoute, type Route } from './router.ts';
import { openPalette, useStore } from './store.ts';
import { Shell } from './shell/shell.tsx';
import { Nowhere } from './shell/nowhere.tsx';
import { ErrorBoundary } from './ui/error-boundary.tsx';
import { ErrorPanel } from './ui/error-panel.tsx';
import { TooltipProvider } from './ui/tooltip.tsx';

const InstancePage = lazyPart(async () => (await import('./instance-page.tsx')).InstancePage);
const ImportPage = lazyPart(async () => (await import('./features/import/import-page.tsx')).ImportPage);
const ServersPage = lazyPart(async () => (await import('./features/servers/servers-page.tsx')).ServersPage);
const SettingsPage = lazyPart(async () => (await import('./features/settings/settings-page.tsx')).SettingsPage);
const AdoptDialog = lazyPart(async () => (await import('./features/backups/adopt-dialog.tsx')).AdoptDialog);
const UpdateAllDialog = lazyPart(
  async () => (await import('./features/updates/update-all-dialog.tsx')).UpdateAllDialog,
);
const Palette = lazyPart(async () => (await import('./features/palette/palette.tsx')).Palette);

export function App() {
  const route = useRoute();
  const paletteOpen = useStore((state) => state.paletteOpen);
  const adoptOpen = useStore((state) => state.adoptOpen);
  const updateAllOpen = useStore((state) => state.updateAllOpen);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!isPaletteKey(event, event.target instanceof Element ? event.target : null)) return;
      event.preventDefault();
      openPalette();
    };
    // before a terminal takes the key for itself
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, []);
  return (
    <TooltipProvider>
      <Shell route={route}>
        <ErrorBoundary at={formatRoute(route)}>
          <Suspense>
            <Page route={route} />
          </Suspense>
        </ErrorBoundary>
      </Shell>
      <Suspense>{paletteOpen && <Palette />}</Suspense>
      <Suspense>{adoptOpen && <AdoptDialog />}</Suspense>
      <Suspense>{updateAllOpen && <UpdateAllDialog />}</Suspense>
    </TooltipProvider>
  );
}

function Page({ route }: { readonly route: Route }) {
  switch (route.page) {
    case 'home':
      return <Home />;
    case 'new':
      return route.place === undefined ? <EmptyPage /> : <WizardPage key={route.place} place={route.place} />;
    case 'import':
      return <ImportPage key={route.place} {...(route.place === undefined ? {} : { place: route.place })} />;
    case 'instance':
      return <InstancePage key={route.instanceId} instanceId={route.instanceId} tab={route.tab} />;
    case 'run':
      return <RunPage key={route.runId} runId={route.runId} />;
    case 'activity':
      return <ActivityPage />;
    case 'servers':
      return <ServersPage />;
    case 'settings':
      return <SettingsPage />;
    case 'nowhere':
      return <Nowhere />;
  }
}

/** With instances: the first of them. Without: where one could live. */
function Home() {
  const client = useClient();
  const instances = useStore((state) => state.instances);
  const error = useStore((state) => state.loadErrors.instances);
  const first = instances?.[0];
  useEffect(() => {
    if (first !== undefined) goTo({ page: 'instance', instanceId: first.id, tab: 'overview' }, { replace: true });
  }, [first]);
  if (instances === undefined) {
    return error === undefined ? null : <ErrorPanel error={error} onRetry={() => readAgain(client)} />;
  }
  return first === undefined ? <EmptyPage /> : null;
}

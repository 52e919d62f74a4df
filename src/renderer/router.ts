import { useSyncExternalStore } from 'react';

export const instanceTabs = ['dashboard', 'overview', 'terminal', 'logs'] as const;
export type InstanceTab = (typeof instanceTabs)[number];

export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'new'; readonly place?: 'local' | 'server' }
  | { readonly page: 'instance'; readonly instanceId: string; readonly tab: InstanceTab }
  | { readonly page: 'run'; readonly runId: string }
  | { readonly page: 'activity' }
  | { readonly page: 'servers' }
  | { readonly page: 'settings' }
  | { readonly page: 'nowhere' };

/** Pure. */
export function parseRoute(hash: string): Route {
  const [head = '', id = '', tab = ''] = hash.replace(/^#?\/?/, '').split('/');
  switch (head) {
    case '':
      return { page: 'home' };
    case 'new':
      return id === 'local' || id === 'server' ? { page: 'new', place: id } : { page: 'new' };
    case 'instance': {
      const known = instanceTabs.find((name) => name === (tab === '' ? 'overview' : tab));
      return id === '' || known === undefined ? { page: 'nowhere' } : { page: 'instance', instanceId: id, tab: known };
    }
    case 'run':
      return id === '' ? { page: 'nowhere' } : { page: 'run', runId: id };
    case 'activity':
    case 'servers':
    case 'settings':
      return { page: head };
    default:
      return { page: 'nowhere' };
  }
}

/** Pure. `parseRoute` reads it back. */
export function formatRoute(route: Route): string {
  switch (route.page) {
    case 'home':
    case 'nowhere':
      return '#/';
    case 'new':
      return route.place === undefined ? '#/new' : `#/new/${route.place}`;
    case 'instance':
      return `#/instance/${route.instanceId}/${route.tab}`;
    case 'run':
      return `#/run/${route.runId}`;
    default:
      return `#/${route.page}`;
  }
}

export function goTo(route: Route, how: { readonly replace?: boolean } = {}): void {
  if (how.replace === true) {
    history.replaceState(null, '', formatRoute(route));
    // replaceState alone tells nobody
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    location.hash = formatRoute(route);
  }
}

function subscribe(changed: () => void): () => void {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash));
}

import { useSyncExternalStore } from 'react';

export const instanceTabs = [
  'dashboard',
  'overview',
  'terminal',
  'logs',
  'configuration',
  'agent',
  'channels',
  'backups',
  'diagnostics',
  'access',
] as const;
export type InstanceTab = (typeof instanceTabs)[number];

/** Where a new instance may live. */
export const newPlaces = ['local', 'server', 'docker'] as const;
export type NewPlace = (typeof newPlaces)[number];

export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'new'; readonly place?: NewPlace }
  /** `place`: what is typed there already. */
  | { readonly page: 'import'; readonly place?: string }
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
    case 'new': {
      const place = newPlaces.find((name) => name === id);
      return place === undefined ? { page: 'new' } : { page: 'new', place };
    }
    case 'import': {
      const place = decode(hash.replace(/^#?\/?import\/?/, ''));
      return place === '' ? { page: 'import' } : { page: 'import', place };
    }
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

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Typed by hand, and cut in the middle of a letter.
    return '';
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
    case 'import':
      return route.place === undefined ? '#/import' : `#/import/${encodeURIComponent(route.place)}`;
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

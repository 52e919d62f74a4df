import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute, type Route } from './router.ts';

describe('the router', () => {
  it.each<Route>([
    { page: 'home' },
    { page: 'new' },
    { page: 'new', place: 'server' },
    { page: 'instance', instanceId: 'i-0000000000000000', tab: 'terminal' },
    { page: 'run', runId: 'r-000000000-00000000' },
    { page: 'activity' },
    { page: 'servers' },
    { page: 'settings' },
  ])('reads what it wrote: %o', (route) => {
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  it('knows what is nowhere', () => {
    for (const hash of ['#/instance', '#/instance/i-1/weather', '#/run', '#/elsewhere']) {
      expect(parseRoute(hash)).toEqual({ page: 'nowhere' });
    }
    expect(parseRoute('')).toEqual({ page: 'home' });
    expect(parseRoute('#/instance/i-1')).toMatchObject({ tab: 'overview' });
  });
});

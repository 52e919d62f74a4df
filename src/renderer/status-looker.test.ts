import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { InstanceState, InstanceStatusView, InstanceView } from '../shared/contract/instance.ts';
import type { Client } from './client.ts';

vi.stubGlobal('localStorage', { getItem: () => null });
vi.stubGlobal('navigator', { platform: '' });
const { useStore } = await import('./store.ts');
const { createStatusLooker, FRESH_MS } = await import('./status-looker.ts');

const begunAt = Date.parse('2026-11-21T10:00:00.000Z');
const instance = (id: string, more: Partial<InstanceView> = {}): InstanceView =>
  ({
    id,
    phase: 'deployed',
    target: { kind: 'ssh', host: 'a.example.org', user: 'root', jumps: [] },
    ...more,
  }) as unknown as InstanceView;

/** A door that says how an instance is as soon as it is asked, and a clock that stands still. */
function openLooker() {
  const asked: string[] = [];
  const world = { now: begunAt, open: '', error: undefined as InstanceStatusView['error'] };
  const call = (_: string, { instanceId }: { readonly instanceId: string }): Promise<InstanceStatusView> => {
    asked.push(instanceId);
    const state: InstanceState = world.error === undefined ? 'running' : 'unreachable';
    const at = new Date(world.now).toISOString();
    return Promise.resolve({ instanceId, state, because: '', at, error: world.error } as InstanceStatusView);
  };
  const looker = createStatusLooker({ call } as unknown as Client, {
    now: () => world.now,
    isOpen: (id) => id === world.open,
  });
  /** Whom it asks while this happens. */
  const askedBy = async (happens: () => void): Promise<string[]> => {
    asked.length = 0;
    happens();
    await new Promise((resolve) => void setTimeout(resolve, 0));
    return [...asked];
  };
  return { world, looker, askedBy };
}

beforeEach(() => useStore.setState({ statuses: {} }));

describe('how the instances of the list are', () => {
  it('is asked when they appear, and not at every change of the list', async () => {
    const { looker, askedBy } = openLooker();
    const list = [instance('a'), instance('b'), instance('unfinished', { phase: 'deploying' })];
    expect(await askedBy(() => looker.look(list))).toEqual(['a', 'b']);
    expect(await askedBy(() => looker.look([...list, instance('c')]))).toEqual(['c']);
  });

  it('is asked again after a lost connection', async () => {
    const { world, looker, askedBy } = openLooker();
    const list = [instance('a')];
    await askedBy(() => looker.look(list));
    world.now += 1_000;
    looker.distrust();
    expect(await askedBy(() => looker.look(list))).toEqual(['a']);
    expect(await askedBy(() => looker.look(list))).toEqual([]);
  });

  it('is asked again when it is old, but of the one whose page is open: that tells by itself', async () => {
    const { world, looker, askedBy } = openLooker();
    const list = [instance('a'), instance('b')];
    await askedBy(() => looker.look(list));
    world.open = 'b';
    world.now += FRESH_MS - 1;
    expect(await askedBy(() => looker.look(list))).toEqual([]);
    world.now += 2;
    expect(await askedBy(() => looker.look(list))).toEqual(['a']);
  });

  it('is not asked again where a login is missing: servers shut out who fails often', async () => {
    const { world, looker, askedBy } = openLooker();
    const list = [instance('a')];
    world.error = { code: 'host.auth-failed', message: 'Not accepted.', retry: true };
    await askedBy(() => looker.look(list));
    world.now += 2 * FRESH_MS;
    expect(await askedBy(() => looker.look(list))).toEqual([]);
  });
});

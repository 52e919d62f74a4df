import { describe, expect, it, vi } from 'vitest';
import type { Core, InstanceLink, Tunnel } from '../core/index.ts';
import { instanceIdSchema } from '../shared/model/ids.ts';
import { Secret } from '../shared/secret.ts';
import type { DashboardView } from './dashboard-view.ts';
import { createDashboards } from './dashboards.ts';
import type { DashboardMemory, WindowState } from './window-state.ts';

const ADDRESS = 'http://127.0.0.1:43210/#bootstrapToken=once';
const { openExternal } = vi.hoisted(() => ({ openExternal: vi.fn<(address: string) => Promise<void>>() }));
// There is no Electron in a unit test, and no browser is to be opened by one.
vi.mock('electron', () => ({ shell: { openExternal } }));

const view: DashboardView = {
  load: () => Promise.resolve(),
  showCalmPage: () => Promise.resolve(),
  place: () => undefined,
  zoom: () => undefined,
  find: () => undefined,
  forget: () => Promise.resolve(),
  asksForLogin: () => Promise.resolve(false),
  [Symbol.dispose]: () => undefined,
};

const instanceId = instanceIdSchema.parse('i-0123456789abcdef');

/** A machine whose tunnels close when they are told to. */
function createMachine() {
  const waiting: (() => void)[] = [];
  let openTunnels = 0;
  let mostTunnels = 0;
  const openTunnel = (): Promise<Tunnel> => {
    openTunnels += 1;
    mostTunnels = Math.max(mostTunnels, openTunnels);
    return Promise.resolve({
      port: 43_210,
      isUp: true,
      onChange: () => ({ [Symbol.dispose]: () => undefined }),
      [Symbol.asyncDispose]: () =>
        new Promise<void>((resolve) =>
          waiting.push(() => {
            openTunnels -= 1;
            resolve();
          }),
        ),
    });
  };
  const link = {
    openTunnel,
    onStatus: () => ({ [Symbol.dispose]: () => undefined }),
    buildSignIn: () => Promise.resolve(new Secret(ADDRESS)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  } as unknown as InstanceLink;
  const core = {
    instances: { link: () => Promise.resolve(link), token: () => Promise.resolve(new Secret('t0ken')) },
  } as unknown as Core;
  const states: string[] = [];
  const memory: DashboardMemory = { port: 43_210, signedIn: true };
  const dashboards = createDashboards({
    core,
    state: { dashboard: () => memory, keepDashboard: () => undefined } as unknown as WindowState,
    window: () => ({}) as unknown as NonNullable<ReturnType<Parameters<typeof createDashboards>[0]['window']>>,
    onState: ({ state }) => states.push(state),
    openView: () => view,
  });
  return {
    dashboards,
    states,
    mostTunnels: () => mostTunnels,
    letTunnelsClose: () => {
      for (const close of waiting.splice(0)) close();
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the dashboards over the window', () => {
  it('open again when the one before has let go of its port, and has said that it is closed', async () => {
    const { dashboards, states, mostTunnels, letTunnelsClose } = createMachine();
    const { actions } = dashboards;
    await actions.open({ instanceId });
    await settled();
    const closed = actions.close({ instanceId });
    const opened = actions.open({ instanceId });
    await settled();
    expect(states).toEqual(['opening', 'shown']);
    letTunnelsClose();
    await Promise.all([closed, opened]);
    await settled();
    expect(mostTunnels()).toBe(1);
    expect(states).toEqual(['opening', 'shown', 'closed', 'opening', 'shown']);
    const ended = dashboards[Symbol.asyncDispose]();
    await settled();
    letTunnelsClose();
    await ended;
  });

  it('say it where this computer has no browser for one, without the address', async () => {
    const { dashboards, letTunnelsClose } = createMachine();
    await dashboards.actions.open({ instanceId });
    openExternal.mockRejectedValueOnce(new Error(`Failed to open: ${ADDRESS}`));
    const refused: unknown = await dashboards.actions.openOutside({ instanceId }).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'usage.invalid',
      message: 'This computer opened no browser for the dashboard.',
    });
    expect((refused as Error).cause).toBeUndefined();
    const ended = dashboards[Symbol.asyncDispose]();
    await settled();
    letTunnelsClose();
    await ended;
  });
});

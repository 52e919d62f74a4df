import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InstanceLink, InstanceStatus, Tunnel } from '../core/index.ts';
import type { Instance } from '../shared/model/instance.ts';
import { AppError } from '../shared/app-error.ts';
import { Secret } from '../shared/secret.ts';
import { openDashboard, type Dashboard } from './dashboard.ts';
import type { DashboardView } from './dashboard-view.ts';
import type { DashboardMemory } from './window-state.ts';

const PORT = 43_210;
const plain = `http://127.0.0.1:${PORT}/`;
const signIn = `${plain}#token=t0ken`;

interface World {
  memory: DashboardMemory | undefined;
  asksForLogin: boolean;
  answers: boolean;
  readonly shown: string[];
  readonly states: string[];
  askedPort: number | undefined;
  closed: number;
  readonly forgotten: string[];
  /** As the machine says how the gateway is. */
  say(state: InstanceStatus['state']): void;
  setUp(isUp: boolean): void;
  onGone(): void;
}

function createWorld(): World & { open(): Promise<Dashboard> } {
  const listeners = new Set<(isUp: boolean) => void>();
  let isUp = true;
  let hear: ((status: InstanceStatus) => void) | undefined;
  const tunnel: Tunnel = {
    port: PORT,
    get isUp() {
      return isUp;
    },
    onChange(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    [Symbol.asyncDispose]() {
      world.closed += 1;
      return Promise.resolve();
    },
  };
  const unused = () => Promise.reject(new AppError('internal.bug'));
  const link: InstanceLink = {
    onStatus(listener) {
      hear = listener;
      return { [Symbol.dispose]: () => (hear = undefined) };
    },
    onSample: () => ({ [Symbol.dispose]: () => undefined }),
    history: unused,
    call: unused,
    openShell: unused,
    openLogs: unused,
    openTunnel(preferredPort) {
      world.askedPort = preferredPort;
      return Promise.resolve(tunnel);
    },
    buildSignIn: () => Promise.resolve(new Secret(`${plain}#bootstrapToken=once`)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const view: DashboardView = {
    load(address) {
      world.shown.push(address);
      return world.answers ? Promise.resolve() : Promise.reject(new Error('ERR_CONNECTION_REFUSED'));
    },
    showCalmPage() {
      world.shown.push('calm');
      return Promise.resolve();
    },
    place: () => undefined,
    zoom: () => undefined,
    find: () => undefined,
    forget(secret) {
      world.forgotten.push(secret.reveal());
      return Promise.resolve();
    },
    asksForLogin: () => Promise.resolve(world.asksForLogin && world.shown.at(-1) !== signIn),
    [Symbol.dispose]() {
      world.closed += 1;
    },
  };
  const world = {
    memory: undefined as DashboardMemory | undefined,
    asksForLogin: false,
    answers: true,
    shown: [] as string[],
    states: [] as string[],
    askedPort: undefined as number | undefined,
    closed: 0,
    forgotten: [] as string[],
    say: (state: InstanceStatus['state']): void => hear?.({ state, because: '', instance: { id: 'i-0' } as Instance }),
    setUp(next: boolean) {
      isUp = next;
      for (const listener of [...listeners]) listener(next);
    },
    onGone: (): void => undefined,
    open: () =>
      openDashboard({
        link,
        token: () => Promise.resolve(new Secret('t0ken')),
        memory: {
          read: () => world.memory,
          keep: (memory) => {
            world.memory = memory;
          },
        },
        openView: ({ onGone }) => {
          world.onGone = onGone;
          return view;
        },
        onState: ({ state }) => world.states.push(state),
      }),
  };
  return world;
}

describe('a dashboard', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('is signed in by its first load, and by itself from then on', async () => {
    const world = createWorld();
    await using first = await world.open();
    await pass(10_000);
    expect(world.shown).toEqual([signIn]);
    expect(world.memory).toEqual({ port: PORT, signedIn: true });
    first.reload();
    await pass(10_000);
    expect(world.shown).toEqual([signIn, plain]);
    expect(world.states).toEqual(['opening', 'shown', 'shown']);
  });

  it('asks for the port that it was signed in through, and signs in anew through another one', async () => {
    const world = createWorld();
    world.memory = { port: 40_000, signedIn: true };
    await using open = new AsyncDisposableStack();
    open.use(await world.open());
    await pass(10_000);
    expect(world.askedPort).toBe(40_000);
    expect(world.shown).toEqual([signIn]);
  });

  it('signs in once more where the page asks for it, and not for ever', async () => {
    const world = createWorld();
    world.memory = { port: PORT, signedIn: true };
    world.asksForLogin = true;
    await using open = new AsyncDisposableStack();
    open.use(await world.open());
    await pass(60_000);
    expect(world.shown).toEqual([plain, signIn]);
  });

  it('tries again where the gateway goes away while it signs in once more', async () => {
    const world = createWorld();
    world.memory = { port: PORT, signedIn: true };
    world.asksForLogin = true;
    await using open = new AsyncDisposableStack();
    open.use(await world.open());
    await pass(2_000);
    world.answers = false;
    await pass(1_500);
    world.answers = true;
    await pass(10_000);
    expect(world.shown).toEqual([plain, signIn, 'calm', signIn]);
    expect(world.states).toEqual(['opening', 'shown', 'reconnecting', 'shown']);
    expect(world.memory).toEqual({ port: PORT, signedIn: true });
  });

  it('shows a calm page while nothing answers, and comes back', async () => {
    const world = createWorld();
    world.memory = { port: PORT, signedIn: true };
    world.answers = false;
    await using open = new AsyncDisposableStack();
    open.use(await world.open());
    await pass(500);
    expect(world.shown).toEqual([plain, 'calm']);
    world.answers = true;
    await pass(10_000);
    expect(world.shown).toEqual([plain, 'calm', plain]);
    expect(world.states).toEqual(['opening', 'reconnecting', 'shown']);
  });

  it('leaves the page alone in a blip, and takes it away when the tunnel stays down', async () => {
    const world = createWorld();
    world.memory = { port: PORT, signedIn: true };
    await using open = new AsyncDisposableStack();
    open.use(await world.open());
    await pass(10_000);
    world.setUp(false);
    await pass(1_000);
    world.setUp(true);
    await pass(10_000);
    expect(world.shown).toEqual([plain]);
    world.setUp(false);
    await pass(5_000);
    expect(world.shown).toEqual([plain, 'calm']);
    world.setUp(true);
    await pass(10_000);
    expect(world.shown).toEqual([plain, 'calm', plain]);
  });

  it('gives way while the gateway restarts, and comes back when it runs', async () => {
    const world = createWorld();
    world.memory = { port: PORT, signedIn: true };
    await using dashboard = await world.open();
    await pass(10_000);
    world.say('starting');
    await pass(3_000);
    expect(world.shown).toEqual([plain, 'calm']);
    expect(world.states.at(-1)).toBe('reconnecting');
    dashboard.tellAgain();
    expect(world.states.slice(-2)).toEqual(['reconnecting', 'reconnecting']);
    world.say('running');
    await pass(1_000);
    expect(world.shown).toEqual([plain, 'calm', plain]);
    // nobody but us may be cut off from it
    world.say('unreachable');
    await pass(10_000);
    expect(world.shown).toHaveLength(3);
  });

  it('takes the token from what the page keeps, long before Chromium writes that down', async () => {
    const world = createWorld();
    await using dashboard = await world.open();
    await pass(1_000);
    expect(world.forgotten.length).toBeGreaterThan(1);
    expect(new Set(world.forgotten)).toEqual(new Set(['t0ken']));
    await pass(10_000);
    const before = world.forgotten.length;
    dashboard.reload();
    await pass(10_000);
    expect(world.forgotten).toHaveLength(before);
  });

  it('frees everything when it is closed, in the middle of a load as well', async () => {
    const world = createWorld();
    world.answers = false;
    const dashboard = await world.open();
    await pass(500);
    await dashboard[Symbol.asyncDispose]();
    const before = world.shown.length;
    world.setUp(false);
    world.onGone();
    await pass(60_000);
    expect(world.shown).toHaveLength(before);
    expect(world.closed).toBe(2);
    expect(world.states.at(-1)).toBe('closed');
  });
});

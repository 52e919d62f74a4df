import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InstanceLink, Tunnel } from '../core/index.ts';
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
  setUp(isUp: boolean): void;
  onGone(): void;
}

function createWorld(): World & { open(): Promise<Dashboard> } {
  const listeners = new Set<(isUp: boolean) => void>();
  let isUp = true;
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
    onStatus: () => ({ [Symbol.dispose]: () => undefined }),
    onSample: () => ({ [Symbol.dispose]: () => undefined }),
    history: unused,
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
    await using dashboard = await world.open();
    expect(dashboard.view).toBeDefined();
    await pass(10_000);
    expect(world.askedPort).toBe(40_000);
    expect(world.shown).toEqual([signIn]);
  });

  it('signs in once more where the page asks for it, and not for ever', async () => {
    const world = createWorld();
    world.memory = { port: PORT, signedIn: true };
    world.asksForLogin = true;
    await using dashboard = await world.open();
    expect(dashboard.view).toBeDefined();
    await pass(60_000);
    expect(world.shown).toEqual([plain, signIn]);
  });

  it('shows a calm page while nothing answers, and comes back', async () => {
    const world = createWorld();
    world.memory = { port: PORT, signedIn: true };
    world.answers = false;
    await using dashboard = await world.open();
    expect(dashboard.view).toBeDefined();
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
    await using dashboard = await world.open();
    expect(dashboard.view).toBeDefined();
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

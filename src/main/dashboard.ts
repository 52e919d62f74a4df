import type { InstanceLink, Tunnel } from '../core/index.ts';
import { toAppError } from '../shared/app-error.ts';
import type { DashboardState } from '../shared/contract/dashboard.ts';
import type { Secret } from '../shared/secret.ts';
import type { DashboardView } from './dashboard-view.ts';
import { pause } from './pause.ts';
import { texts } from './text.ts';
import type { DashboardMemory } from './window-state.ts';

/** The page reconnects by itself after a moment without a network; only what lasts longer is worth a page of ours. */
const BLIP_MS = 2_000;
/** The page opens its own connection first; what it shows before that says nothing. */
const LOGIN_SHOWS_AFTER_MS = 3_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 10_000;

export interface Dashboard extends AsyncDisposable {
  readonly view: DashboardView;
  /** Loads the page again, signing in where it has to. */
  reload(): void;
  /** An address for another browser on this computer, good for one use. */
  buildSignIn(): Promise<Secret>;
}

interface DashboardOptions {
  readonly link: InstanceLink;
  readonly token: () => Promise<Secret>;
  readonly memory: { read(): DashboardMemory | undefined; keep(memory: DashboardMemory): void };
  readonly openView: (how: { origin: () => string; onGone: () => void }) => DashboardView;
  readonly onState: (state: Omit<DashboardState, 'instanceId'>) => void;
}

/** OpenClaw's own page of one instance, signed in, for as long as this lives. */
export async function openDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { link, memory, onState } = options;
  onState({ state: 'opening', because: texts.dashboardConnecting });
  const tunnel = await link.openTunnel(memory.read()?.port);
  const origin = `http://127.0.0.1:${tunnel.port}`;
  const ending = new AbortController();
  /** Of the load that is under way: each new one gives the one before it up. */
  let loading = new AbortController();
  const view = options.openView({ origin: () => origin, onGone: () => begin() });

  const signInAddress = async (): Promise<string> =>
    `${origin}/#token=${encodeURIComponent((await options.token()).reveal())}`;
  const knowsUs = (): boolean => {
    const known = memory.read();
    return known?.port === tunnel.port && known.signedIn;
  };

  /** Loads until it is there. A device that the gateway has forgotten is signed in once more, not for ever. */
  const load = async (signal: AbortSignal): Promise<void> => {
    let mayTryToken = true;
    let address = `${origin}/`;
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_RETRY_MS)) {
      if (!tunnel.isUp) await untilUp(tunnel, signal);
      if (!knowsUs() && mayTryToken) {
        address = await signInAddress();
        mayTryToken = false;
      }
      signal.throwIfAborted();
      try {
        await view.load(address);
        break;
      } catch {
        // not there yet, or not any more: the gateway restarts, the tunnel comes back; the person sees that it is tried again
        signal.throwIfAborted();
        onState({ state: 'reconnecting', because: texts.dashboardLost });
        await view.showCalmPage();
        await pause(waitMs, signal);
      }
    }
    signal.throwIfAborted();
    onState({ state: 'shown' });
    await pause(LOGIN_SHOWS_AFTER_MS, signal);
    if ((await view.asksForLogin()) && mayTryToken) {
      await view.load(await signInAddress());
      await pause(LOGIN_SHOWS_AFTER_MS, signal);
    }
    const signedIn = !(await view.asksForLogin());
    signal.throwIfAborted();
    memory.keep({ port: tunnel.port, signedIn });
    if (!signedIn) onState({ state: 'shown', because: texts.dashboardAsksLogin });
  };

  const begin = (): void => {
    loading.abort();
    if (ending.signal.aborted) return;
    loading = new AbortController();
    const { signal } = loading;
    load(signal).catch((error: unknown) => {
      if (!signal.aborted) onState({ state: 'failed', error: toAppError(error).toReport() });
    });
  };

  let blip: NodeJS.Timeout | undefined;
  let wasLost = false;
  const changes = tunnel.onChange((isUp) => {
    clearTimeout(blip);
    if (isUp) {
      if (wasLost) begin();
      wasLost = false;
      return;
    }
    blip = setTimeout(() => {
      wasLost = true;
      loading.abort();
      onState({ state: 'reconnecting', because: texts.dashboardLost });
      // a view that has been closed meanwhile shows nothing
      void view.showCalmPage().catch(() => undefined);
    }, BLIP_MS);
  });
  begin();

  return {
    view,
    reload: begin,
    buildSignIn: () => link.buildSignIn(tunnel),
    async [Symbol.asyncDispose]() {
      ending.abort();
      loading.abort();
      clearTimeout(blip);
      changes[Symbol.dispose]();
      view[Symbol.dispose]();
      await tunnel[Symbol.asyncDispose]();
      onState({ state: 'closed' });
    },
  };
}

function untilUp(tunnel: Tunnel, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const changes = tunnel.onChange((isUp) => {
      if (!isUp) return;
      changes[Symbol.dispose]();
      resolve();
    });
    signal.addEventListener(
      'abort',
      () => {
        changes[Symbol.dispose]();
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      },
      { once: true },
    );
  });
}

import type { InstanceLink, InstanceStatus, Tunnel } from '../core/index.ts';
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
/** Chromium writes what a page keeps for its session to the disk five seconds later: until then it has to be gone. */
const FORGET_EVERY_MS = 500;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 10_000;

/** The machine itself says that nothing can answer now. A gateway that we alone do not reach may still answer its page. */
const AWAY: ReadonlySet<InstanceStatus['state']> = new Set(['starting', 'stopped', 'failed']);

type State = Omit<DashboardState, 'instanceId'>;

export interface Dashboard extends AsyncDisposable {
  readonly view: DashboardView;
  /** Tells once more what was told last, to a page that was not there then. */
  tellAgain(): void;
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
  readonly onState: (state: State) => void;
}

/** OpenClaw's own page of one instance, signed in, for as long as this lives. */
export async function openDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { link, memory } = options;
  let told: State = { state: 'opening', because: texts.dashboardConnecting };
  const onState = (state: State): void => {
    told = state;
    options.onState(state);
  };
  onState(told);
  const tunnel = await link.openTunnel(memory.read()?.port);
  const origin = `http://127.0.0.1:${tunnel.port}`;
  const ending = new AbortController();
  /** Of the load that is under way: each new one gives the one before it up. */
  let loading = new AbortController();
  const view = options.openView({ origin: () => origin, onGone: () => begin() });

  const signInAddress = (token: Secret): string => `${origin}/#token=${encodeURIComponent(token.reveal())}`;
  const knowsUs = (): boolean => {
    const known = memory.read();
    return known?.port === tunnel.port && known.signedIn;
  };

  /**
   * Gives the page the time that it needs to sign in. It then has a key of its own, and the token that it was given goes from
   * what it keeps: files of this folder would have it.
   */
  const settle = async (given: Secret | undefined, signal: AbortSignal): Promise<void> => {
    for (let waitedMs = 0; waitedMs < LOGIN_SHOWS_AFTER_MS; waitedMs += FORGET_EVERY_MS) {
      if (given !== undefined) await view.forget(given);
      await pause(FORGET_EVERY_MS, signal);
    }
    if (given !== undefined) await view.forget(given);
  };

  /** Loads until it is there. @returns the token that it was given, where it needed one */
  const show = async (needsToken: boolean, signal: AbortSignal): Promise<Secret | undefined> => {
    let given: Secret | undefined;
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_RETRY_MS)) {
      if (!tunnel.isUp) await untilUp(tunnel, signal);
      if (needsToken) given ??= await options.token();
      signal.throwIfAborted();
      try {
        await view.load(given === undefined ? `${origin}/` : signInAddress(given));
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
    return given;
  };

  /** A device that the gateway has forgotten is signed in once more, not for ever. */
  const load = async (signal: AbortSignal): Promise<void> => {
    const given = await show(!knowsUs(), signal);
    await settle(given, signal);
    if (given === undefined && (await view.asksForLogin())) await settle(await show(true, signal), signal);
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
  let isAway = false;
  let wasUp = tunnel.isUp;
  const reconsider = (): void => {
    const isUp = tunnel.isUp && !isAway;
    if (isUp === wasUp) return;
    wasUp = isUp;
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
  };
  const changes = tunnel.onChange(reconsider);
  begin();
  const statuses = link.onStatus(({ state }) => {
    isAway = AWAY.has(state);
    reconsider();
  });

  return {
    view,
    tellAgain: () => options.onState(told),
    reload: begin,
    buildSignIn: () => link.buildSignIn(tunnel),
    async [Symbol.asyncDispose]() {
      ending.abort();
      loading.abort();
      clearTimeout(blip);
      changes[Symbol.dispose]();
      statuses[Symbol.dispose]();
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

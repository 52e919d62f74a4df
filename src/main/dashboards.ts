import { shell, type BrowserWindow } from 'electron';
import type { Core } from '../core/index.ts';
import { AppError, toAppError } from '../shared/app-error.ts';
import type { DashboardState } from '../shared/contract/dashboard.ts';
import type { InstanceId } from '../shared/model/ids.ts';
import type { DashboardActions } from '../panel/index.ts';
import { openDashboard, type Dashboard } from './dashboard.ts';
import type { openDashboardView } from './dashboard-view.ts';
import { texts } from './text.ts';
import type { WindowState } from './window-state.ts';

interface DashboardsDeps {
  readonly core: Core;
  readonly state: WindowState;
  /** Undefined while the window is closed. */
  readonly window: () => BrowserWindow | undefined;
  readonly onState: (state: DashboardState) => void;
  readonly openView: typeof openDashboardView;
}

export interface Dashboards extends AsyncDisposable {
  readonly actions: DashboardActions;
  /** The window is gone, or its page is another one: what lay over it goes as well. */
  closeAll(): Promise<void>;
}

/** The dashboards that lie over the window, at most one of each instance. */
export function createDashboards({ core, state, window, onState, openView }: DashboardsDeps): Dashboards {
  const open = new Map<InstanceId, Promise<Dashboard>>();
  const closing = new Map<InstanceId, Promise<void>>();

  const openOne = async (instanceId: InstanceId): Promise<Dashboard> => {
    // The one before has the port, and so the origin, that the page is signed in at; and it has yet to say that it is closed.
    await closing.get(instanceId)?.catch(() => undefined);
    const over = window();
    if (over === undefined) throw new AppError('usage.invalid', { message: 'There is no window to show it in.' });
    const link = await core.instances.link(instanceId);
    try {
      const dashboard = await openDashboard({
        link,
        token: () => core.instances.token(instanceId),
        memory: {
          read: () => state.dashboard(instanceId),
          keep: (memory) => state.keepDashboard(instanceId, memory),
        },
        openView: (how) => openView({ window: over, instanceId, ...how }),
        onState: (now) => onState({ instanceId, ...now }),
      });
      return {
        ...dashboard,
        async [Symbol.asyncDispose]() {
          await dashboard[Symbol.asyncDispose]();
          await link[Symbol.asyncDispose]();
        },
      };
    } catch (error) {
      await link[Symbol.asyncDispose]();
      onState({ instanceId, state: 'failed', error: toAppError(error).toReport() });
      throw error;
    }
  };
  const find = async (instanceId: InstanceId): Promise<Dashboard> => {
    const dashboard = await open.get(instanceId);
    if (dashboard === undefined) throw new AppError('usage.invalid', { message: 'That dashboard is not open.' });
    return dashboard;
  };
  const closeOne = async (opening: Promise<Dashboard>): Promise<void> => {
    // one that could not be opened has said so to whoever opened it
    await (await opening.catch(() => undefined))?.[Symbol.asyncDispose]();
  };
  const close = async (instanceId: InstanceId): Promise<void> => {
    const opening = open.get(instanceId);
    if (opening === undefined) return closing.get(instanceId);
    open.delete(instanceId);
    const closed = closeOne(opening).finally(() => {
      if (closing.get(instanceId) === closed) closing.delete(instanceId);
    });
    closing.set(instanceId, closed);
    await closed;
  };
  const closeAll = async (): Promise<void> => {
    await Promise.allSettled([...open.keys(), ...closing.keys()].map(close));
  };

  const actions: DashboardActions = {
    async open({ instanceId, bounds }) {
      const known = open.get(instanceId);
      const opening = known ?? openOne(instanceId);
      if (known === undefined) {
        open.set(instanceId, opening);
        opening.catch(() => {
          if (open.get(instanceId) === opening) open.delete(instanceId);
        });
      }
      const dashboard = await opening;
      dashboard.view.place(bounds);
      if (known !== undefined) dashboard.tellAgain();
      return { url: null };
    },
    async place({ instanceId, bounds }) {
      // It may have been closed while the page was being laid out.
      (await open.get(instanceId))?.view.place(bounds);
      return null;
    },
    async reload({ instanceId }) {
      (await find(instanceId)).reload();
      return null;
    },
    async zoom({ instanceId, step }) {
      (await find(instanceId)).view.zoom(step);
      return null;
    },
    async find({ instanceId, text, direction }) {
      (await find(instanceId)).view.find(text, direction);
      return null;
    },
    async openOutside({ instanceId }) {
      const address = await (await find(instanceId)).buildSignIn();
      // The address becomes an argument of the browser, which others of this computer can read: it is good for one use.
      try {
        await shell.openExternal(address.reveal());
      } catch {
        // Without its cause: an address that lets somebody in may stand in it.
        throw new AppError('usage.invalid', { message: texts.browserNotOpened, hint: texts.browserNotOpenedHint });
      }
      return null;
    },
    async close({ instanceId }) {
      await close(instanceId);
      return null;
    },
  };
  return { actions, closeAll, [Symbol.asyncDispose]: closeAll };
}

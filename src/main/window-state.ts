import ElectronStore from 'electron-store';
import { z } from 'zod';
import { themeSchema, type Theme } from '../shared/contract/app.ts';
import type { Rectangle } from './visible-bounds.ts';

/*
 * What belongs to the window and to no other door: where it was, its theme, whether the tray goes on watching without it, and
 * through which port each dashboard was signed in.
 */

const rectangleSchema = z.strictObject({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) });

/** Origins have ports in them, and a page's device token belongs to its origin. */
const dashboardSchema = z.strictObject({ port: z.int().min(1).max(65_535), signedIn: z.boolean() });
export type DashboardMemory = z.infer<typeof dashboardSchema>;

const stateSchema = z.strictObject({
  bounds: rectangleSchema.optional(),
  maximised: z.boolean(),
  theme: themeSchema,
  watchesAlone: z.boolean().default(false),
  dashboards: z.record(z.string(), dashboardSchema),
});
type State = z.infer<typeof stateSchema>;

const fresh: State = { maximised: false, theme: 'system', watchesAlone: false, dashboards: {} };

export interface WindowState {
  readonly bounds: Rectangle | undefined;
  readonly maximised: boolean;
  readonly theme: Theme;
  /** Whether instances are watched while no window is open. */
  readonly watchesAlone: boolean;
  keepPlace(bounds: Rectangle, maximised: boolean): void;
  keepTheme(theme: Theme): void;
  keepWatchesAlone(watches: boolean): void;
  /** Of instances whose dashboard was open here. */
  readonly dashboardIds: readonly string[];
  dashboard(instanceId: string): DashboardMemory | undefined;
  keepDashboard(instanceId: string, memory: DashboardMemory): void;
  forgetDashboard(instanceId: string): void;
}

/** @param folder absolute, of this account alone */
export function openWindowState(folder: string): WindowState {
  // A window that has forgotten its place is no loss; one that does not open because of it would be.
  const store = new ElectronStore<{ state: unknown }>({ cwd: folder, name: 'window', clearInvalidConfig: true });
  const parsed = stateSchema.safeParse(store.get('state'));
  let state = parsed.success ? parsed.data : fresh;
  const keep = (change: Partial<State>): void => {
    state = { ...state, ...change };
    try {
      store.set('state', state);
    } catch {
      // A disk that is full, say: it counts until the end. To close a window must not fail by it.
    }
  };
  return {
    get bounds() {
      return state.bounds;
    },
    get maximised() {
      return state.maximised;
    },
    get theme() {
      return state.theme;
    },
    get watchesAlone() {
      return state.watchesAlone;
    },
    keepPlace: (bounds, maximised) => keep({ bounds, maximised }),
    keepTheme: (theme) => keep({ theme }),
    keepWatchesAlone: (watchesAlone) => keep({ watchesAlone }),
    get dashboardIds() {
      return Object.keys(state.dashboards);
    },
    dashboard: (instanceId) => state.dashboards[instanceId],
    keepDashboard: (instanceId, memory) => keep({ dashboards: { ...state.dashboards, [instanceId]: memory } }),
    forgetDashboard(instanceId) {
      const others = Object.entries(state.dashboards).filter(([id]) => id !== instanceId);
      keep({ dashboards: Object.fromEntries(others) });
    },
  };
}

import type { Core } from '../core/index.ts';
import { toAppError } from '../shared/app-error.ts';
import type { PanelLog } from '../panel/index.ts';
import type { WindowState } from './window-state.ts';

interface ForgottenDashboardsDeps {
  readonly core: Pick<Core, 'instances' | 'onChange'>;
  readonly state: Pick<WindowState, 'dashboardIds' | 'forgetDashboard'>;
  /** Empties what the page of that instance has kept on this computer. */
  readonly clear: (instanceId: string) => Promise<void>;
  readonly log: PanelLog;
}

/** What OpenClaw's page kept here, its own key among it, goes with its instance, whoever has removed that. */
export function forgetDashboards({ core, state, clear, log }: ForgottenDashboardsDeps): Disposable {
  const look = async (): Promise<void> => {
    try {
      const here = new Set<string>((await core.instances.list()).map(({ id }) => id));
      for (const id of state.dashboardIds.filter((known) => !here.has(known))) {
        await clear(id);
        state.forgetDashboard(id);
      }
    } catch (error) {
      // With the next change it is tried again.
      log({ level: 'warn', message: toAppError(error).message });
    }
  };
  void look();
  return core.onChange((what) => {
    if (what === 'instances') void look();
  });
}

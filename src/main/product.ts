import { nativeTheme, session, type BrowserWindow } from 'electron';
import { createCore, type Core } from '../core/index.ts';
import { openCoreDeps } from '../native/core-deps.ts';
import type { Settings } from '../native/settings.ts';
import { createPanel, type Panel } from '../panel/index.ts';
import { openDashboardView, partitionOf } from './dashboard-view.ts';
import { createDashboards, type Dashboards } from './dashboards.ts';
import { forgetDashboards } from './forgotten-dashboards.ts';
import { tellOfGuards } from './guard-notices.ts';
import { gistOf, type LogEntry } from './log.ts';
import { notify } from './notifications.ts';
import { supervisorCommand } from './program-files.ts';
import { saveFile, saveSecret } from './save-secret.ts';
import { saveStream } from './save-stream.ts';
import { createSecretClipboard } from './secret-clipboard.ts';
import type { WindowState } from './window-state.ts';

/** Core, the panel that answers for it, and what only a desktop can do. */
export interface Product extends AsyncDisposable {
  readonly core: Core;
  readonly panel: Panel;
  readonly dashboards: Dashboards;
}

interface ProductOptions {
  readonly settings: Settings;
  readonly log: (entry: LogEntry) => void;
  readonly version: string;
  readonly state: WindowState;
  readonly window: () => BrowserWindow | undefined;
  readonly openWindow: () => void;
}

export async function openProduct(options: ProductOptions): Promise<Product> {
  const { settings, log, version, state, window, openWindow } = options;
  const served: { panel?: Panel } = {};
  /** What goes wrong beside what was asked is said in the window as well: nobody reads a desktop program's standard error. */
  const logAndSay = (entry: LogEntry): void => {
    log(entry);
    if (entry.level !== 'warn' && entry.level !== 'error') return;
    const details = gistOf(entry);
    const { level, message } = entry;
    served.panel?.announce('app.noticed', { level, message, ...(details === undefined ? {} : { details }) });
  };
  const deps = await openCoreDeps({ settings, version, supervisorCommand, log: logAndSay });
  const core = createCore(deps);
  const clipboard = createSecretClipboard();
  const dashboards = createDashboards({
    core,
    state,
    window,
    openView: openDashboardView,
    onState: (now) => served.panel?.announce('dashboard.changed', now),
  });
  const panel = createPanel({
    core,
    door: 'desktop',
    version,
    who: deps.who,
    dataDir: deps.dataDir,
    platform: deps.platform,
    log,
    actions: {
      setTheme(theme) {
        state.keepTheme(theme);
        nativeTheme.themeSource = theme;
      },
      copySecret: (secret) => clipboard.copy(secret),
      saveSecret: (name, secret) => saveSecret(window(), name, secret),
      saveFile: (name, content) => saveFile(window(), name, content),
      saveStream: (name, read) => saveStream(window(), name, read),
      notify: (title, body) => notify(title, body, openWindow),
      dashboard: dashboards.actions,
    },
  });
  served.panel = panel;
  const forgotten = forgetDashboards({
    core,
    state,
    clear: (instanceId) => session.fromPartition(partitionOf(instanceId)).clearStorageData(),
    log,
  });
  const guards = core.guards.watch();
  const backups = core.backups.watch();
  const updates = core.updates.watch();
  const alerts = core.alerts.watch({
    notify: (title, body) => notify(title, body, openWindow),
    isAtHand: () => window() !== undefined,
  });
  const guardNotices = await tellOfGuards({
    core,
    notify: (title, body) => notify(title, body, openWindow),
    log,
  });
  return {
    core,
    panel,
    dashboards,
    async [Symbol.asyncDispose]() {
      forgotten[Symbol.dispose]();
      guardNotices[Symbol.dispose]();
      await guards[Symbol.asyncDispose]();
      await backups[Symbol.asyncDispose]();
      await updates[Symbol.asyncDispose]();
      await alerts[Symbol.asyncDispose]();
      await clipboard[Symbol.asyncDispose]();
      await dashboards[Symbol.asyncDispose]();
      await panel[Symbol.asyncDispose]();
      await core[Symbol.asyncDispose]();
    },
  };
}

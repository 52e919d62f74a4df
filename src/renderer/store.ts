import { create } from 'zustand';
import type { AppInfo, Theme } from '../shared/contract/app.ts';
import type { InstanceStatusView, InstanceView } from '../shared/contract/instance.ts';
import type { ExposureReportView } from '../shared/contract/operation.ts';
import type { Alert } from '../shared/model/alert.ts';
import type { RunSnapshot } from '../shared/model/run.ts';
import type { ErrorReport } from '../shared/app-error.ts';
import type { Connection } from './client.ts';
import { readTheme } from './theme.ts';

interface Notice {
  readonly id: number;
  readonly level: 'warn' | 'error';
  readonly message: string;
}

/** What is asked about once more before it is done, on the page of its instance. */
export interface Question {
  readonly instanceId: string;
  readonly what: 'stop' | 'restart' | 'suspend' | 'remove' | 'update' | 'rollback';
}

/** What every page stands on. */
export type Loaded = 'info' | 'instances' | 'runs';

interface State {
  readonly connection: Connection;
  readonly info: AppInfo | undefined;
  /** Undefined: not asked yet. */
  readonly instances: readonly InstanceView[] | undefined;
  readonly statuses: Readonly<Record<string, InstanceStatusView>>;
  /** By id. Those of the list have no lines; one that was opened, or that runs here, has. */
  readonly runs: Readonly<Record<string, RunSnapshot>>;
  readonly runsLoaded: boolean;
  /** Why it is not there, of each of the three that is not. */
  readonly loadErrors: Readonly<Partial<Record<Loaded, ErrorReport | undefined>>>;
  /** What was seen to be open, by instance and its last run. */
  readonly exposures: Readonly<Record<string, ExposureReportView>>;
  readonly theme: Theme;
  readonly notices: readonly Notice[];
  readonly paletteOpen: boolean;
  /** Whether backups are being taken over from somewhere. */
  readonly adoptOpen: boolean;
  /** How often backups were made, read back or removed: whoever lists them asks again. */
  readonly backupChanges: number;
  /** What is wrong, or was, as the door has told it. */
  readonly alerts: readonly Alert[];
  readonly question: Question | undefined;
  /** Of OpenClaw, as the registry said when it was asked last; without a version it did not answer. */
  readonly newest: { readonly askedAt: number; readonly version?: string } | undefined;
  readonly updateAllOpen: boolean;
}

export const useStore = create<State>(() => ({
  connection: 'connecting',
  info: undefined,
  instances: undefined,
  statuses: {},
  runs: {},
  runsLoaded: false,
  loadErrors: {},
  exposures: {},
  theme: readTheme(),
  notices: [],
  paletteOpen: false,
  adoptOpen: false,
  backupChanges: 0,
  alerts: [],
  question: undefined,
  newest: undefined,
  updateAllOpen: false,
}));

export function openPalette(): void {
  useStore.setState({ paletteOpen: true });
}

export function openAdopt(): void {
  useStore.setState({ adoptOpen: true });
}

export function openUpdateAll(): void {
  useStore.setState({ updateAllOpen: true });
}

export function closeUpdateAll(): void {
  useStore.setState({ updateAllOpen: false });
}

export function askFor(question: Question | undefined): void {
  useStore.setState({ question });
}

let lastNotice = 0;

export function notice(level: Notice['level'], message: string): void {
  lastNotice += 1;
  const added = { id: lastNotice, level, message };
  useStore.setState(({ notices }) => ({
    notices: [...notices.filter((old) => old.message !== message), added].slice(-3),
  }));
}

export function dismissNotice(id: number): void {
  useStore.setState(({ notices }) => ({ notices: notices.filter((old) => old.id !== id) }));
}

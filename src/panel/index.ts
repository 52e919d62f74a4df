export { createPanel } from './panel.ts';
export type { Panel } from './panel.ts';
export type { DashboardActions, DoorActions, PanelDeps, PanelLog, PanelSession, SessionPipe } from './ports.ts';

import type { dashboardCalls } from '../../shared/contract/dashboard.ts';
import type { Handlers } from '../context.ts';

export const dashboardHandlers: Handlers<keyof typeof dashboardCalls> = {
  'dashboard.open': (input, { panel }) => panel.actions.dashboard.open(input),
  'dashboard.place': (input, { panel }) => panel.actions.dashboard.place(input),
  'dashboard.reload': (input, { panel }) => panel.actions.dashboard.reload(input),
  'dashboard.zoom': (input, { panel }) => panel.actions.dashboard.zoom(input),
  'dashboard.find': (input, { panel }) => panel.actions.dashboard.find(input),
  'dashboard.openOutside': (input, { panel }) => panel.actions.dashboard.openOutside(input),
  'dashboard.close': (input, { panel }) => panel.actions.dashboard.close(input),
};

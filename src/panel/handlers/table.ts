import type { Handlers } from '../context.ts';
import { appHandlers } from './app.ts';
import { dashboardHandlers } from './dashboard.ts';
import { deploymentHandlers, removalHandlers } from './deployment.ts';
import { instanceHandlers } from './instance.ts';
import { runHandlers } from './run.ts';
import { serverHandlers } from './server.ts';
import { streamHandlers } from './stream.ts';

/** Every call of the contract with the one handler that answers it, at every door. */
export const handlers: Handlers = {
  ...appHandlers,
  ...instanceHandlers,
  ...deploymentHandlers,
  ...removalHandlers,
  ...runHandlers,
  ...serverHandlers,
  ...streamHandlers,
  ...dashboardHandlers,
};

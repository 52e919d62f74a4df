import type { Handlers } from '../context.ts';
import { alertHandlers } from './alert.ts';
import { appHandlers } from './app.ts';
import { backupHandlers } from './backup.ts';
import { configurationHandlers } from './configuration.ts';
import { dashboardHandlers } from './dashboard.ts';
import { deploymentHandlers, removalHandlers } from './deployment.ts';
import { diagnosisHandlers } from './diagnosis.ts';
import { deviceHandlers } from './device.ts';
import { importHandlers } from './import.ts';
import { instanceHandlers } from './instance.ts';
import { modelHandlers } from './models.ts';
import { operationHandlers } from './operation.ts';
import { runHandlers } from './run.ts';
import { serverHandlers } from './server.ts';
import { streamHandlers } from './stream.ts';
import { updateHandlers } from './update.ts';

/** Every call of the contract with the one handler that answers it, at every door. */
export const handlers: Handlers = {
  ...appHandlers,
  ...instanceHandlers,
  ...deploymentHandlers,
  ...removalHandlers,
  ...operationHandlers,
  ...importHandlers,
  ...deviceHandlers,
  ...backupHandlers,
  ...updateHandlers,
  ...configurationHandlers,
  ...modelHandlers,
  ...diagnosisHandlers,
  ...alertHandlers,
  ...runHandlers,
  ...serverHandlers,
  ...streamHandlers,
  ...dashboardHandlers,
};

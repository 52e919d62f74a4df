import { en } from './en.ts';
import { enAccess } from './en-access.ts';
import { enAgent, enChannels } from './en-agent.ts';
import { enAlerts } from './en-alerts.ts';
import { enBackups } from './en-backups.ts';
import { enConfiguration } from './en-configuration.ts';
import { enDiagnostics } from './en-diagnostics.ts';
import { enDevices } from './en-devices.ts';
import { enSshKey } from './en-ssh-key.ts';
import { enImport } from './en-import.ts';
import { enInstance } from './en-instance.ts';
import { enLimits } from './en-limits.ts';
import { enRun } from './en-run.ts';
import { enUpdates } from './en-updates.ts';
import { enTools } from './en-tools.ts';
import { enWizard } from './en-wizard.ts';

/** Every text that a person reads. */
export const text = {
  ...en,
  wizard: enWizard,
  run: enRun,
  import: enImport,
  instance: enInstance,
  access: enAccess,
  agent: enAgent,
  channels: enChannels,
  alerts: enAlerts,
  backups: enBackups,
  configuration: enConfiguration,
  diagnostics: enDiagnostics,
  devices: enDevices,
  sshKey: enSshKey,
  limits: enLimits,
  updates: enUpdates,
  ...enTools,
};

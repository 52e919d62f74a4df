import type { z } from 'zod';
import { alertCalls, alertEvents } from './alert.ts';
import { appCalls, appEvents } from './app.ts';
import { backupCalls, backupEvents } from './backup.ts';
import { configurationCalls } from './configuration.ts';
import { dashboardCalls, dashboardEvents } from './dashboard.ts';
import { deploymentCalls, deploymentEvents } from './deployment.ts';
import { diagnosisCalls } from './diagnosis.ts';
import { importCalls } from './import.ts';
import { instanceCalls, instanceEvents, removalCalls } from './instance.ts';
import { modelCalls } from './models.ts';
import { deviceCalls } from './device.ts';
import { operationCalls } from './operation.ts';
import { runCalls, runEvents } from './run.ts';
import { serverCalls } from './server.ts';
import { streamCalls, streamEvents } from './stream.ts';
import { updateCalls } from './update.ts';

/** Everything that the interface can ask a door. Every door serves all of it, by the same handlers. */
export const calls = {
  ...appCalls,
  ...instanceCalls,
  ...deploymentCalls,
  ...removalCalls,
  ...operationCalls,
  ...deviceCalls,
  ...importCalls,
  ...backupCalls,
  ...updateCalls,
  ...configurationCalls,
  ...modelCalls,
  ...diagnosisCalls,
  ...alertCalls,
  ...runCalls,
  ...serverCalls,
  ...streamCalls,
  ...dashboardCalls,
} as const;

/** Everything that a door tells without being asked. Events announce, they never command. */
export const events = {
  ...appEvents,
  ...instanceEvents,
  ...deploymentEvents,
  ...backupEvents,
  ...alertEvents,
  ...runEvents,
  ...streamEvents,
  ...dashboardEvents,
} as const;

export type CallName = keyof typeof calls;
/** What a caller gives: defaults may be left out. */
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>;
/** What a handler receives. */
export type CallRequest<N extends CallName> = z.output<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>;

export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;

export const callNames = Object.keys(calls) as CallName[];

export function isCallName(name: unknown): name is CallName {
  return typeof name === 'string' && Object.hasOwn(calls, name);
}

import type { InstallationId, InstanceId, RunId } from '../src/shared/model/ids.ts';
import type { RunEvent } from '../src/shared/model/run.ts';

/** The first event of a run with one step. */
export const runBegan = {
  type: 'run.started',
  runId: 'r-000000000-00000000' as RunId,
  seq: 0,
  at: '2026-01-01T10:00:00.000Z',
  kind: 'deploy',
  instanceId: `i-${'0'.repeat(16)}` as InstanceId,
  instanceName: 'home',
  place: 'local',
  who: 'anna@laptop',
  installation: `h-${'0'.repeat(16)}` as InstallationId,
  steps: [{ id: 'node', title: 'Install Node.js', stage: 0 }],
} as const satisfies RunEvent;

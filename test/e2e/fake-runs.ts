import type { RehearsedView } from '../../src/shared/contract/deployment.ts';
import type { RunSnapshot, StepState } from '../../src/shared/model/run.ts';
import { instances, now, plan } from './fake-data.ts';

/*
 * Invented, for looking at screens.
 */

const planned: StepState[] = plan.map(([step, title, stage]) => ({
  id: step,
  title,
  stage,
  status: 'waiting',
  lastLines: [],
}));

/** A run whose first `done` steps are over. */
export function makeRun(
  runId: string,
  done: number,
  status: RunSnapshot['status'],
  minutesAgo: number,
  code?: string,
): RunSnapshot {
  const started = now - minutesAgo * 60_000;
  const at = (index: number): string => new Date(started + index * 9_400).toISOString();
  const error =
    code === undefined
      ? undefined
      : {
          code,
          message: code === 'run.interrupted' ? 'The run was interrupted.' : 'A download failed.',
          hint:
            code === 'run.interrupted'
              ? 'Run it again: it continues where it stopped.'
              : 'Check the network of the machine, then try again.',
          retry: true,
          details: {
            command: 'curl -fsSL https://registry.npmjs.org/openclaw/-/openclaw-2026.9.6.tgz',
            exitCode: 6,
            stderr: 'curl: (6) Could not resolve host: registry.npmjs.org',
          },
        };
  const all = planned.map((step, index): StepState => {
    const because = plan[index]?.[3] ?? '';
    if (index < done)
      return {
        ...step,
        status: plan[index]?.[4] === undefined ? 'satisfied' : 'applied',
        because,
        startedAt: at(index),
        endedAt: at(index + 1),
        lastLines: index === 5 ? ['added 412 packages in 38s'] : [],
      };
    if (index > done || status === 'succeeded') return step;
    const lines = [
      'npm http fetch GET 200 https://registry.npmjs.org/openclaw',
      'npm http fetch GET 200 https://registry.npmjs.org/zod',
      'npm http fetch GET 200 https://registry.npmjs.org/ws',
    ];
    return {
      ...step,
      status: status === 'failed' && code !== 'run.interrupted' ? 'failed' : 'running',
      because,
      startedAt: at(index),
      lastLines: lines,
      ...(status === 'running'
        ? { progress: { done: 31 * 1024 ** 2, total: 84 * 1024 ** 2, unit: 'bytes' as const } }
        : {}),
      ...(error === undefined || status !== 'failed' ? {} : { error, endedAt: at(index + 2) }),
    };
  });
  return {
    runId,
    seq: 40,
    status,
    kind: 'deploy',
    instanceId: instances[0]?.id ?? '',
    instanceName: 'atlas',
    place: 'ssh://root@atlas.example.org',
    who: 'anna@laptop',
    startedAt: new Date(started).toISOString(),
    ...(status === 'running' ? {} : { endedAt: at(done + 2) }),
    steps: all,
    ...(error === undefined ? {} : { error }),
  };
}

export const runs: RunSnapshot[] = [
  makeRun('r-running00-00000001', 5, 'running', 1),
  makeRun('r-failed000-00000002', 5, 'failed', 190, 'download.failed'),
  makeRun('r-broken000-00000003', 7, 'failed', 1500, 'run.interrupted'),
  makeRun('r-done00000-00000004', 11, 'succeeded', 3000),
  makeRun('r-cancel000-00000005', 3, 'cancelled', 6000),
  { ...makeRun('r-local0000-00000006', 11, 'succeeded', 9000), instanceName: 'home', place: 'local' },
];

/** What some steps of the invented plan would type; another types nothing. */
export const rehearsals: Readonly<Record<string, readonly RehearsedView[]>> = {
  packages: [
    {
      what: 'Installing ca-certificates, xz-utils',
      command: {
        runAs: 'root',
        text: 'export DEBIAN_FRONTEND=noninteractive\napt-get update -qq\napt-get install -y -qq ca-certificates xz-utils',
      },
    },
  ],
};

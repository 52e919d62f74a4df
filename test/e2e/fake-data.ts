import type { AppInfo } from '../../src/shared/contract/app.ts';
import type { FindingView, PreviewView, RehearsedView, StepPreviewView } from '../../src/shared/contract/deployment.ts';
import type { InstanceStatusView, InstanceView, MetricSample } from '../../src/shared/contract/instance.ts';
import type { RunSnapshot, StepState } from '../../src/shared/model/run.ts';
import type { InstanceId, RunId } from '../../src/shared/model/ids.ts';

/*
 * Invented, for looking at screens.
 */

export const now = Date.now();
export const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();
const id = (digit: string): InstanceId => `i-${digit.repeat(16)}` as InstanceId;

export const info: AppInfo = {
  door: 'browser',
  version: '0.1.0',
  platform: 'linux',
  who: 'anna@laptop',
  dataDir: '/home/anna/.local/share/hardshell',
  secretsBackend: 'keychain',
  mirrors: {
    npm: { url: 'https://registry.npmjs.org', from: 'default' },
    node: { url: 'https://mirror.example/node', from: 'settings' },
    installer: { url: 'https://openclaw.ai/install.sh', from: 'default' },
  },
  copiesSecrets: false,
};

const base = {
  createdAt: ago(60 * 24 * 9),
  phase: 'deployed' as const,
  version: '2026.9.6',
  nodeVersion: '24.21.0',
  port: 18789,
  telemetry: false,
  installer: 'pinned' as const,
};

export const instances: InstanceView[] = [
  {
    ...base,
    id: id('a'),
    name: 'atlas',
    target: { kind: 'ssh', host: 'atlas.example.org', user: 'root', jumps: [] },
    provider: 'anthropic',
    model: 'anthropic/claude-opus-5',
  },
  { ...base, id: id('b'), name: 'home', target: { kind: 'local' }, port: 18790 },
  {
    ...base,
    id: id('c'),
    name: 'the one in the cellar with a long name',
    target: { kind: 'ssh', host: '192.168.178.42', user: 'anna', jumps: [] },
  },
  { ...base, id: id('d'), name: 'workshop', target: { kind: 'ssh', host: 'workshop.lan', jumps: [] } },
];

export const statuses: InstanceStatusView[] = [
  {
    instanceId: id('a'),
    state: 'running',
    because: 'The gateway answers.',
    version: '2026.9.6',
    uptimeMs: 183_000_000,
    at: ago(0),
  },
  { instanceId: id('b'), state: 'stopped', because: 'It was stopped here.', version: '2026.9.6', at: ago(0) },
  {
    instanceId: id('c'),
    state: 'unreachable',
    because: 'The server did not answer.',
    at: ago(0),
    error: {
      code: 'host.unreachable',
      message: 'The server did not answer.',
      hint: 'Check the address and port, and that the server is running.',
      retry: true,
    },
  },
  {
    instanceId: id('d'),
    state: 'unreachable',
    because: 'workshop.lan did not accept the login of anna.',
    at: ago(0),
    error: {
      code: 'host.auth-failed',
      message: 'workshop.lan did not accept the login of anna.',
      hint: 'Check the user name, and the key or password.',
      retry: false,
    },
  },
];

export const samples: MetricSample[] = Array.from({ length: 720 }, (_, index) => ({
  at: now - (720 - index) * 120_000,
  cpu: Math.min(1, Math.max(0.01, 0.16 + 0.1 * Math.sin(index / 31) + 0.22 * Math.max(0, Math.sin(index / 7)) ** 6)),
  memoryUsedBytes: (1.3 + 0.25 * Math.sin(index / 90)) * 1024 ** 3,
  memoryTotalBytes: 3.8 * 1024 ** 3,
  diskUsedBytes: (11.2 + index / 1000) * 1024 ** 3,
  diskTotalBytes: 38 * 1024 ** 3,
}));

export const findings: FindingView[] = [
  { id: 'os', title: 'Operating system', level: 'ok', because: 'Debian GNU/Linux 13 (trixie).' },
  { id: 'arch', title: 'Processor', level: 'ok', because: '64-bit x86.' },
  { id: 'systemd', title: 'Service manager', level: 'ok', because: 'systemd 257.' },
  { id: 'memory', title: 'Memory', level: 'fix', because: '1.9 GB and no swap: a swap file of 2.0 GB is made.' },
  { id: 'disk', title: 'Disk space', level: 'ok', because: '31.4 GB free.' },
  { id: 'clock', title: 'Clock', level: 'ok', because: 'Right, to the second.' },
  { id: 'port', title: 'Port', level: 'ok', because: 'Port 18789 is free.' },
  { id: 'installs', title: 'Other installs of OpenClaw', level: 'ok', because: 'None.' },
  {
    id: 'firewall',
    title: 'Firewall',
    level: 'warn',
    because: 'ufw is installed and off: whatever listens here can be reached from outside.',
  },
  { id: 'node', title: 'Node.js', level: 'ok', because: '24.21.0 fits OpenClaw 2026.9.6.' },
  { id: 'network', title: 'Downloads', level: 'ok', because: 'registry.npmjs.org and nodejs.org answer.' },
];

export const refused: FindingView[] = findings.map((finding) =>
  finding.id === 'disk'
    ? {
        ...finding,
        level: 'refuse',
        because: 'Only 412 MB are free; OpenClaw needs 3.0 GB.',
        error: {
          code: 'preflight.disk-full',
          message: 'Only 412 MB are free; OpenClaw needs 3.0 GB.',
          hint: 'Free some space, then try again.',
          retry: true,
        },
      }
    : finding,
);

const plan: readonly (readonly [string, string, number, string, 'safe' | 'restart' | undefined])[] = [
  ['claim', 'Claim this server for this instance', 0, 'Nothing here says whose it is.', 'safe'],
  ['packages', 'Install packages', 1, 'ca-certificates and xz-utils are missing.', 'safe'],
  ['swap', 'Make a swap file', 1, '1.9 GB of memory and no swap.', 'safe'],
  ['account', 'Create the account openclaw', 2, 'There is no such account.', 'safe'],
  ['node', 'Install Node.js 24.21.0', 3, 'It is not there.', 'safe'],
  ['openclaw', 'Install OpenClaw 2026.9.6', 4, 'It is not there.', 'safe'],
  ['login-path', 'Put openclaw on the PATH', 5, 'Already there.', undefined],
  ['config', 'Write openclaw.json', 6, 'gateway.port, gateway.bind and 3 more differ.', 'safe'],
  ['service', 'Run the gateway as a service', 7, 'There is no unit.', 'restart'],
  ['gateway', 'Wait until the gateway is ready', 8, 'It does not answer yet.', 'safe'],
  ['token', 'Keep the token in the keychain', 9, 'It is not there.', 'safe'],
];

export const steps: StepPreviewView[] = plan.map(([step, title, stage, because, severity]) => ({
  id: step,
  title,
  stage,
  check: severity === undefined ? { is: 'satisfied', because } : { is: 'needed', because, severity },
}));

export function makePreview(look: string): PreviewView {
  const instance = instances[0];
  if (instance === undefined) throw new Error('There is none.');
  return {
    previewId: 'r-mabcdefgh-0000aaaa' as RunId,
    instance,
    findings: look === 'refused' ? refused : findings,
    steps,
  };
}

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

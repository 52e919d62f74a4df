import type { AppInfo } from '../../src/shared/contract/app.ts';
import type { FindingView, PreviewView, StepPreviewView } from '../../src/shared/contract/deployment.ts';
import type { InstanceStatusView, InstanceView, MetricSample } from '../../src/shared/contract/instance.ts';
import type { BackupId, InstanceId, RunId } from '../../src/shared/model/ids.ts';

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
    caddy: { url: 'https://dl.cloudsmith.io/public/caddy/stable', from: 'default' },
    docker: { url: 'https://download.docker.com/linux', from: 'default' },
    image: { url: 'ghcr.io/openclaw/openclaw', from: 'default' },
  },
  copiesSecrets: false,
  savesSecrets: false,
  savesLogs: false,
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

/** One that others have made, and that was adopted. */
export const adoptedContainer: InstanceView = {
  ...base,
  id: id('9'),
  name: 'helper',
  target: { kind: 'docker' },
  container: { engineId: 'an-engine', image: 'ghcr.io/openclaw/openclaw:latest' },
  adopted: {
    kind: 'container',
    container: 'openclaw-openclaw-gateway-1',
    hostname: '0123456789ab',
    uid: 1000,
    gid: 1000,
    home: '/home/node',
    stateDir: '/home/node/.openclaw',
    configPath: '/home/node/.openclaw/openclaw.json',
    packageDir: '/app',
    program: ['openclaw'],
    port: 18_789,
    mounts: { '/home/node/.openclaw': '/srv/openclaw/config' },
  },
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
  {
    ...base,
    id: id('b'),
    name: 'home',
    target: { kind: 'local' },
    port: 18790,
    updates: { schedule: { every: 'week', weekday: 0, hour: 3 } },
    leftState: { at: ago(60 * 26), bytes: 1_312_000_000 },
    wayBack: { version: '2026.9.5', backup: 'b-0000000000000002' as BackupId, at: ago(60 * 20) },
  },
  {
    ...base,
    id: id('c'),
    name: 'the one in the cellar with a long name',
    target: { kind: 'ssh', host: '192.168.178.42', user: 'anna', jumps: [] },
  },
  { ...base, id: id('d'), name: 'workshop', target: { kind: 'ssh', host: 'workshop.lan', jumps: [] } },
  {
    ...base,
    ...contained(16),
    id: id('e'),
    name: 'research',
    target: { kind: 'docker', server: { kind: 'ssh', host: 'atlas.example.org', user: 'root', jumps: [] } },
    port: 28789,
    provider: 'openrouter',
    model: 'openrouter/google/gemini-3.1-pro-preview',
    ingress: {
      access: { mode: 'domain', host: 'research.example.org' },
      limits: { rate: 5, burst: 20, connections: 50, allow: ['203.0.113.0/24'] },
    },
    guard: { cpu: { abovePercent: 90, forSeconds: 300 }, disk: { aboveBytes: 8 * 1024 ** 3 } },
  },
  {
    ...base,
    ...contained(32),
    id: id('f'),
    name: 'scraper',
    target: { kind: 'docker' },
    port: 28790,
    provider: 'openai',
    guard: { cpu: { abovePercent: 90, forSeconds: 300 } },
    suspension: { at: ago(42), by: 'guard', because: 'CPU above 90 % for 5 min' },
  },
];

function contained(network: number): Pick<InstanceView, 'container' | 'limits'> {
  return {
    container: {
      engineId: 'an-invented-engine',
      image: `ghcr.io/openclaw/openclaw@sha256:${'0123456789abcdef'.repeat(4)}`,
      subnet: `10.88.0.${String(network)}/28`,
      address: `10.88.0.${String(network + 2)}`,
      proxyAddress: `10.88.0.${String(network + 3)}`,
    },
    limits: { memoryBytes: 2 * 1024 ** 3, cpus: 2 },
  };
}

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
  { instanceId: id('e'), state: 'running', because: 'The gateway answers.', uptimeMs: 51_000_000, at: ago(0) },
  { instanceId: id('f'), state: 'suspended', because: 'CPU above 90 % for 5 min', at: ago(0) },
];

export const samples: MetricSample[] = Array.from({ length: 720 }, (_, index) => ({
  at: now - (720 - index) * 120_000,
  cpu: Math.min(1, Math.max(0.01, 0.16 + 0.1 * Math.sin(index / 31) + 0.22 * Math.max(0, Math.sin(index / 7)) ** 6)),
  memoryUsedBytes: (1.3 + 0.25 * Math.sin(index / 90)) * 1024 ** 3,
  memoryTotalBytes: 3.8 * 1024 ** 3,
  diskUsedBytes: (11.2 + index / 1000) * 1024 ** 3,
  diskTotalBytes: 38 * 1024 ** 3,
}));

/** Of a container: its share of what it may take, and volumes whose size has no end that is known. */
export const containerSamples: MetricSample[] = samples.map((sample) => ({
  ...sample,
  memoryTotalBytes: 2 * 1024 ** 3,
  diskUsedBytes: sample.diskUsedBytes / 12,
  diskTotalBytes: 0,
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

export const plan: readonly (readonly [string, string, number, string, 'safe' | 'restart' | undefined])[] = [
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

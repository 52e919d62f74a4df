import type { Finding, Preview, StepPreview } from '../../src/core/index.ts';
import { instanceSchema, type Instance } from '../../src/shared/model/instance.ts';
import { needed, satisfied } from '../../src/shared/model/run.ts';

export const RUN_ID = 'r-0mhw3k2p1a-12345678';

export function anInstance(more: Record<string, unknown> = {}): Instance {
  return instanceSchema.parse({
    id: 'i-0123456789abcdef',
    name: 'research',
    target: { kind: 'ssh', host: '203.0.113.7', user: 'root', jumps: [] },
    createdAt: '2026-09-18T09:00:00.000Z',
    phase: 'deployed',
    version: '2026.9.6',
    nodeVersion: '24.21.0',
    port: 18789,
    telemetry: false,
    installer: 'pinned',
    token: { backend: 'keychain', key: 'gateway-token' },
    ...more,
  });
}

export const FINDINGS: readonly Finding[] = [
  { id: 'os', title: 'Operating system', level: 'ok', because: 'Debian 12, x86_64' },
  { id: 'memory', title: 'Memory', level: 'fix', because: '1.0 GB and no swap: a swap file of 2 GB is made' },
  { id: 'firewall', title: 'Firewall', level: 'warn', because: 'ufw is off' },
  { id: 'port', title: 'Port 18789', level: 'ok', because: 'free' },
];

export const STEPS: readonly StepPreview[] = [
  { id: 'account', title: 'Create the account openclaw', stage: 0, check: satisfied('it is there, with linger') },
  { id: 'swap', title: 'Make a swap file of 2 GB', stage: 0, check: satisfied('2 GB of swap') },
  { id: 'node', title: 'Install Node.js 24.21.0', stage: 1, check: needed('there is none') },
  { id: 'package', title: 'Install OpenClaw 2026.9.6', stage: 1, check: needed('2026.9.5 is installed') },
  { id: 'config', title: 'Write openclaw.json', stage: 2, check: needed('gateway.bind is not set', 'restart') },
  { id: 'ready', title: 'Wait until the gateway is ready', stage: 3, check: needed('it does not run') },
];

export function aPreview(more: Partial<Preview> = {}): Preview {
  return { id: RUN_ID, instance: anInstance(), findings: FINDINGS, steps: STEPS, ...more };
}

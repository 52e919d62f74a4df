import { Secret } from '../../src/shared/secret.ts';
import type { Evidence } from '../../src/core/diagnosis/evidence.ts';
import type { Look } from '../../src/core/diagnosis/look.ts';
import type { UnitState } from '../../src/core/facts/unit.ts';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import { anInstance } from '../cli/samples.ts';

/*
 * Recorded from a healthy server and a healthy container; each case changes what its break changes there.
 */

export const TOKEN = '0123456789abcdef0123456789abcdef';
export const GIB = 1024 ** 3;
export const NOW = Date.parse('2026-11-21T12:00:00Z');

export const config = {
  gateway: {
    mode: 'local',
    bind: 'loopback',
    port: 18_789,
    auth: { mode: 'token', token: TOKEN },
    controlUi: { allowedOrigins: ['http://127.0.0.1:18789', 'http://localhost:18789'] },
  },
  channels: { telegram: { enabled: true, botToken: '123456789:AAsecret' } },
};
export type Config = Record<string, unknown>;
export const withGateway = (more: object): Config => ({ ...config, gateway: { ...config.gateway, ...more } });

export const unit: UnitState = {
  loadState: 'loaded',
  activeState: 'active',
  subState: 'running',
  result: 'success',
  unitFileState: 'enabled',
  mainPid: 812,
  startedAtMs: NOW - 3_600_000,
  fragmentPath: serverLayout.unitPath,
  dropInPaths: [],
  execStart: `${serverLayout.node} ${serverLayout.packageDir}/dist/index.js gateway --port 18789`,
  restarts: 0,
  exitCode: undefined,
  memoryMaxBytes: 3 * GIB,
  memoryHighBytes: 2.7 * GIB,
  needsReload: false,
};

const inside: Look = {
  at: NOW,
  node: 'v24.21.0',
  config: { is: 'read', text: '{}', mode: '0600', uid: 1001, bytes: 1200 },
  previous: [{ name: 'openclaw.json.bak', bytes: 1180, isJson: true, at: NOW - 60_000 }],
  state: {
    mode: '0700',
    uid: 1001,
    isWhole: true,
    bytes: 5_000_000,
    foreign: [],
    foreignCount: 0,
    open: [],
    openCount: 0,
    left: { files: 2, bytes: 2000 },
    sessions: { files: 9, bytes: 90_000 },
    traces: { files: 0, bytes: 0 },
  },
  disk: { totalBytes: 40 * GIB, freeBytes: 30 * GIB },
  package: { version: '2026.9.6', range: '>=24.15.0 <25 || >=26.1.0', changedAt: NOW - 7_200_000 },
};
export const look: Look = {
  ...inside,
  leftovers: [],
  elsewhere: [],
  units: [],
  unitText: `[Service]\nEnvironment=HOME=${serverLayout.home}\nEnvironment=OPENCLAW_STATE_DIR=${serverLayout.stateDir}\n`,
  process: { pid: 812, env: { HOME: serverLayout.home } },
};

export const evidenceOf = (value: Config): Evidence['config'] => ({ is: 'read', text: JSON.stringify(value), value });

const common: Omit<Evidence, 'place' | 'look'> = {
  instance: anInstance({ port: 18_789, createdAt: '2026-10-01T00:00:00Z' }),
  nowMs: NOW,
  token: new Secret(TOKEN),
  wanted: {
    port: 18_789,
    bind: 'loopback',
    origins: ['http://127.0.0.1:18789', 'http://localhost:18789'],
    proxy: undefined,
  },
  config: evidenceOf(config),
  backups: { newestAt: '2026-11-20T12:00:00Z' },
  otherBots: { other: ['987654321'] },
};

export const server: Evidence = {
  ...common,
  place: 'server',
  look,
  server: {
    layout: serverLayout,
    unit,
    linger: { enabled: true, busReady: true },
    memory: { totalBytes: 4 * GIB, availableBytes: 2 * GIB, limitBytes: undefined, swaps: [], diskSwapBytes: 0 },
    listeners: [
      {
        protocol: 'tcp',
        address: '127.0.0.1',
        port: 18_789,
        pid: 812,
        process: 'node',
        user: 'openclaw',
        unit: serverLayout.unit,
        isUserUnit: true,
        container: undefined,
      },
    ],
  },
};

export const found = {
  id: 'c1',
  name: 'openclaw-research',
  imageId: 'sha256:1',
  image: 'openclaw:2026.9.6',
  labels: {},
  state: 'running',
  exitCode: undefined,
  isOomKilled: false,
  health: 'healthy',
  startedAt: '2026-11-21T10:00:00Z',
  endedAt: undefined,
  restarts: 0,
  hostname: 'openclaw-research',
  command: [],
  env: ['HOME=/home/node'],
  memoryBytes: 2 * GIB,
  cpus: 2,
  restart: 'unless-stopped',
  ports: [{ address: '127.0.0.1', port: 18_790, containerPort: 18_789 }],
  networks: {},
  volumes: {},
  binds: {},
  user: '1000:1000',
} as const;

export const container: Evidence = {
  ...common,
  place: 'docker',
  look: inside,
  wanted: { ...common.wanted, bind: 'lan' },
  config: evidenceOf(withGateway({ bind: 'lan' })),
  container: { found, orphans: [] },
};

export const local: Evidence = {
  ...common,
  place: 'local',
  look: inside,
  supervised: { state: 'running', because: 'it was started', restarts: 0, startedAtMs: NOW - 3_600_000 },
};

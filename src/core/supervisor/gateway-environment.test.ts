import { describe, expect, it } from 'vitest';
import { buildEnvironment, buildSupervisorEnvironment } from './gateway-environment.ts';

const shell = {
  HOME: '/home/anna',
  LANG: 'de_DE.UTF-8',
  LC_TIME: 'C',
  PATH: '/usr/bin:/opt/data/node/bin:/bin',
  https_proxy: 'http://proxy:3128',
  NODE_EXTRA_CA_CERTS: '/etc/ssl/own.pem',
  OPENROUTER_API_KEY: 'sk-secret',
  AWS_SECRET_ACCESS_KEY: 'secret',
  OPENCLAW_SKIP_CHANNELS: '1',
  OPENCLAW_STATE_DIR: '/home/anna/.openclaw',
  NODE_OPTIONS: '--inspect',
  HARDSHELL_RUN: 'r-1',
  HARDSHELL_DATA_DIR: '/elsewhere',
  NOTHING: undefined,
};
const parts = { platform: 'linux', node: '/opt/data/node/bin/node', binDirs: ['/opt/data/i/bin'] } as const;

describe('buildEnvironment', () => {
  it('passes on home, language and network, nothing that may be a secret, and no setting of another OpenClaw', () => {
    expect(buildEnvironment({ ...parts, inherited: shell, env: { OPENCLAW_STATE_DIR: '/opt/data/i/state' } })).toEqual({
      HOME: '/home/anna',
      LANG: 'de_DE.UTF-8',
      LC_TIME: 'C',
      https_proxy: 'http://proxy:3128',
      NODE_EXTRA_CA_CERTS: '/etc/ssl/own.pem',
      PATH: '/opt/data/node/bin:/opt/data/i/bin:/usr/bin:/bin',
      OPENCLAW_STATE_DIR: '/opt/data/i/state',
    });
  });

  it('makes a PATH where there was none', () => {
    const { PATH } = buildEnvironment({ ...parts, inherited: {}, env: {} });
    expect(PATH).toBe('/opt/data/node/bin:/opt/data/i/bin:/usr/local/bin:/usr/bin:/bin');
  });

  it('knows how Windows writes paths and names', () => {
    const node = 'C:\\data\\node\\node.exe';
    const inherited = {
      Path: 'C:\\Windows;C:\\data\\node',
      SystemRoot: 'C:\\Windows',
      windir: 'C:\\Windows',
      TOKEN: 'x',
    };
    expect(buildEnvironment({ platform: 'win32', inherited, node, binDirs: ['C:\\i'], env: {} })).toEqual({
      SystemRoot: 'C:\\Windows',
      windir: 'C:\\Windows',
      PATH: 'C:\\data\\node;C:\\i;C:\\Windows',
    });
  });
});

describe('buildSupervisorEnvironment', () => {
  it('adds the settings of Hardshell and the data folder that is meant', () => {
    expect(buildSupervisorEnvironment(shell, '/data')).toEqual({
      HOME: '/home/anna',
      LANG: 'de_DE.UTF-8',
      LC_TIME: 'C',
      PATH: '/usr/bin:/opt/data/node/bin:/bin',
      https_proxy: 'http://proxy:3128',
      NODE_EXTRA_CA_CERTS: '/etc/ssl/own.pem',
      HARDSHELL_DATA_DIR: '/data',
    });
  });
});

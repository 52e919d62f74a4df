import { describe, expect, it } from 'vitest';
import { Secret } from '../../shared/secret.ts';
import { instanceIdSchema } from '../../shared/model/ids.ts';
import type { ContainerLook } from '../container-engine/container.ts';
import { layoutContainer } from '../openclaw/container-layout.ts';
import { chooseCandidate, expectReady, type Candidate } from './adopter.ts';
import { findOurs } from './docker-adopter.ts';
import { judgeContainer, runsGateway, type ReadContainer } from './found-container.ts';

const STATE = '/home/node/.openclaw';
const look: ContainerLook = {
  id: '0123456789abcdef',
  name: 'openclaw-openclaw-gateway-1',
  imageId: 'sha256:1',
  image: 'ghcr.io/openclaw/openclaw:latest',
  labels: { 'com.docker.compose.project': 'openclaw' },
  state: 'running',
  exitCode: undefined,
  isOomKilled: false,
  health: 'healthy',
  startedAt: undefined,
  endedAt: undefined,
  restarts: 0,
  hostname: '0123456789ab',
  command: ['node', 'dist/index.js', 'gateway', '--bind', 'lan', '--port', '18789'],
  env: ['OPENCLAW_GATEWAY_TOKEN=from-compose'],
  memoryBytes: 0,
  cpus: 0,
  restart: 'unless-stopped',
  ports: [{ address: '127.0.0.1', port: 28_789, containerPort: 18_789 }],
  networks: { openclaw_default: { address: '172.20.0.2' } },
  volumes: {},
  binds: { [STATE]: '/srv/openclaw/config', [`${STATE}/workspace`]: '/srv/openclaw/workspace' },
  user: 'node',
};
const read: ReadContainer = {
  probed: {
    uid: 1000,
    gid: 1000,
    home: '/home/node',
    state: STATE,
    config: `${STATE}/openclaw.json`,
    program: ['openclaw'],
    package: '/app',
    version: '2026.9.6',
  },
  config: {},
  env: {},
  auth: { place: 'environment', secret: new Secret('from-compose') },
};
const shown = { id: 'c-0123456789ab', kind: 'container', title: look.name } as const;

describe('A container that others have made', () => {
  it.each<[string, Partial<ContainerLook>, boolean]>([
    ["compose's gateway", {}, true],
    ["compose's command line beside it", { command: ['node', 'dist/index.js'] }, false],
    ['one of another name, by its port', { image: 'mine', command: ['run', 'gateway'], binds: {} }, true],
    ['one of another name, by its folders', { image: 'mine', command: ['run', 'gateway'], ports: [] }, true],
    ['a gateway of something else', { image: 'kong', command: ['gateway'], ports: [], binds: {} }, false],
  ])('%s', (_, more, isOne) => {
    expect(runsGateway({ ...look, ...more })).toBe(isOne);
  });

  it('keeps its name, its folders, its port and its account', () => {
    const { shown: facts, adoption } = judgeContainer(shown, look, read);
    expect(facts).toEqual({ ...shown, version: '2026.9.6', port: 28_789, stateDir: STATE, token: 'environment' });
    if (adoption === undefined) throw new Error('It cannot be adopted.');
    const id = instanceIdSchema.parse('i-0123456789abcdef');
    const layout = layoutContainer({ id, name: 'helper', adopted: adoption });
    expect(layout).toMatchObject({
      container: look.name,
      port: 18_789,
      mounts: look.binds,
      packageDir: '/app',
      uid: 1000,
    });
    expect(layout.backupsVolume).toBe('openclaw-helper-01234567-backups');
    expect(layout.backupContainer).not.toBe(look.name);
  });

  it.each<[string, Partial<ContainerLook>, Partial<ReadContainer>, string]>([
    ['an older one', {}, { probed: { ...read.probed, version: '2026.3.1' } }, 'import.too-old'],
    ['one whose state lies in no volume', { binds: {} }, {}, 'import.layout'],
    ['one that is published nowhere', { ports: [] }, {}, 'import.layout'],
    [
      'one that is published at another address',
      { ports: [{ address: '192.168.1.4', port: 1, containerPort: 18_789 }] },
      {},
      'import.layout',
    ],
    ['one with its file elsewhere', {}, { probed: { ...read.probed, config: '/etc/openclaw.json' } }, 'import.layout'],
  ])('%s is refused', (_, more, other, code) => {
    const candidate = judgeContainer(shown, { ...look, ...more }, { ...read, ...other });
    expect(candidate.shown.problem).toMatchObject({ code });
    expect(() => expectReady(candidate, ['token'])).toThrow(expect.objectContaining({ code }));
  });

  it('in the network of its machine it is reached at its own port', () => {
    const { shown: facts } = judgeContainer(shown, { ...look, ports: [], networks: { host: { address: '' } } }, read);
    expect(facts.port).toBe(18_789);
  });

  it('is told to be open where it is', () => {
    const open = judgeContainer(
      shown,
      { ...look, ports: [{ address: '0.0.0.0', port: 1, containerPort: 18_789 }] },
      read,
    );
    expect(open.findings.map(({ id }) => id)).toEqual(['published']);
    expect(judgeContainer(shown, look, read).findings).toEqual([]);
  });

  it('is ours by our labels, also of another installation', () => {
    const labels = { 'dev.hardshell.instance': 'i-0123456789abcdef', 'dev.hardshell.name': 'theirs' };
    expect(findOurs({ name: 'x', labels }, [])).toEqual({ ours: 'theirs' });
    expect(findOurs({ name: 'x', labels: {} }, [])).toBeUndefined();
  });
});

describe('Which one is meant', () => {
  const candidate = (id: string, ours?: string): Candidate => ({
    shown: { id, kind: 'container', title: id, ...(ours === undefined ? {} : { ours }) },
    findings: [],
  });
  const codeOf = (candidates: readonly Candidate[], which?: string): unknown => {
    try {
      return chooseCandidate(candidates, which).shown.id;
    } catch (error) {
      return (error as { code?: unknown }).code;
    }
  };
  it('the only one, the one that is not ours yet, or the one that is named', () => {
    expect(codeOf([candidate('a')])).toBe('a');
    expect(codeOf([candidate('a', 'mine'), candidate('b')])).toBe('b');
    expect(codeOf([candidate('a'), candidate('b')], 'b')).toBe('b');
    expect(codeOf([])).toBe('import.nothing');
    expect(codeOf([candidate('a'), candidate('b')])).toBe('import.several');
    expect(codeOf([candidate('a')], 'c')).toBe('import.unknown');
    expect(() => expectReady(candidate('a', 'mine'), [])).toThrow(expect.objectContaining({ code: 'import.ours' }));
  });
});

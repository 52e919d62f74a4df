import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStepBench, failure, type StepBench } from '../../../../test/lab/step-bench.ts';
import { backupSchema, type Backup } from '../../../shared/model/backup.ts';
import { installationIdSchema, instanceIdSchema } from '../../../shared/model/ids.ts';
import { FakeEngine, type FakeExec } from '../../container-engine/fake/fake-engine.ts';
import { openLocalHost } from '../../host/local/local-host.ts';
import type { Host } from '../../host/host.ts';
import { labelNames, layoutCanary, layoutContainer } from '../../openclaw/container-layout.ts';
import { labelInstance } from '../../openclaw/container-spec.ts';
import { MemoryVault } from '../backup/memory-vault.ts';
import type { Berth } from '../docker/seat.ts';
import { dockerCanaryStep, type CanaryWork } from './docker-canary.ts';

const [OLD, NEW] = ['hardshell/openclaw:old', 'hardshell/openclaw:new'];
const MINE = { id: instanceIdSchema.parse('i-00112233445566aa'), name: 'research' };
const labels = labelInstance(MINE, installationIdSchema.parse('h-0011223344556677'));
const layout = layoutContainer(MINE);
const canary = layoutCanary(layout);
const archive = Buffer.from('an archive');
const limits = { memoryBytes: 2 * 1024 ** 3, cpus: 2 };

let host: Host;
let engine: FakeEngine;
let bench: StepBench;
let vault: MemoryVault;
let backup: Backup;
/** Program by program, as they were run in containers. */
let ran: string[];
let version: string;
let isReady: () => string;

const exec: FakeExec = async ({ argv }, { container, input }) => {
  const [program, , , verb] = argv;
  if (program === 'openclaw') return { stdout: `OpenClaw ${version} (fake)\n` };
  if (verb === undefined) return { stdout: isReady() };
  ran.push(`${container.image.replace(/.*:/, '')} ${verb}`);
  const answers: Readonly<Record<string, object>> = {
    survey: { hasState: false, stateBytes: 0, freeBytes: 1e9 },
    unpack: { version: '2026.9.5', from: layout.stateDir, outside: [] },
    config: { text: '{}' },
  };
  if (verb === 'receive') expect(await input).toBe(archive.toString());
  const measured = { bytes: archive.length, sha256: backup.sha256 };
  return { stdout: `${JSON.stringify(verb === 'receive' ? measured : (answers[verb] ?? {}))}\n` };
};

beforeEach(async () => {
  host = await openLocalHost();
  engine = new FakeEngine({ images: [OLD, NEW], exec, run: () => undefined });
  bench = createStepBench(host);
  vault = new MemoryVault();
  [ran, version, isReady] = [[], '2026.9.6', () => 'ready'];
  const id = 'b-0123456789abcdef' as Backup['id'];
  const { encrypted, copy } = await vault.take(id, Readable.from([archive]));
  backup = backupSchema.parse({
    id,
    instanceId: MINE.id,
    instanceName: MINE.name,
    place: 'docker',
    createdAt: '2026-09-20T12:00:00.000Z',
    version: '2026.9.5',
    reason: 'update',
    bytes: archive.length,
    sha256: createHash('sha256').update(archive).digest('hex'),
    encrypted,
    copies: [copy],
  });
});
afterEach(() => host[Symbol.asyncDispose]());

function stepOf(more: Partial<CanaryWork> = {}) {
  const berth: Berth = {
    layout,
    labels,
    engine: { open: () => Promise.resolve(engine), find: () => Promise.resolve(engine) },
    seat: {
      port: 20_001,
      subnet: { subnet: '10.0.0.0/29', gateway: '10.0.0.1', address: '10.0.0.2', proxyAddress: '10.0.0.3' },
      keep: () => Promise.resolve(),
      movePort: () => Promise.resolve(),
      moveSubnet: () => Promise.resolve(),
    },
  };
  return dockerCanaryStep({
    berth,
    oldImage: OLD,
    readImage: () => NEW,
    version: '2026.9.6',
    limits,
    vault,
    options: {},
    readBackup: () => Promise.resolve(backup),
    isDone: () => Promise.resolve(undefined),
    ...more,
  });
}

/** Of what a trial makes: containers and volumes of its own. */
async function listCopies(): Promise<string[]> {
  const names = [...engine.state.containers.values()].map(({ look }) => look.name);
  const volumes = (await engine.volumes.list({})).map(({ name }) => name);
  return [...names, ...volumes].filter((name) => name.includes('-canary'));
}

it('starts the newer version on the backup, out of reach, and leaves nothing behind', async () => {
  const seen: unknown[] = [];
  isReady = () => {
    const trial = [...engine.state.containers.values()].find(({ look }) => look.name === canary.container);
    if (trial !== undefined) seen.push(trial.spec);
    return 'ready';
  };
  const step = stepOf();
  expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
  expect(ran).toEqual(
    ['survey', 'receive', 'unpack', 'config', 'settle', 'swap', 'clear'].map((verb) => `old ${verb}`),
  );
  expect(seen[0]).toMatchObject({
    image: NEW,
    network: { name: 'none' },
    publish: [],
    restart: 'no',
    env: { OPENCLAW_SKIP_CHANNELS: '1', OPENCLAW_SKIP_CRON: '1' },
    volumes: { [layout.stateDir]: canary.stateVolume, [layout.secretsDir]: canary.secretsVolume },
    labels: { [labelNames.instance]: MINE.id, [labelNames.role]: 'canary' },
    memoryBytes: limits.memoryBytes,
  });
  expect(await listCopies()).toEqual([]);
  // Once is enough.
  expect(await bench.check(step)).toMatchObject({ is: 'satisfied' });
});

it('says why it does not come up, and leaves nothing behind', async () => {
  engine.rules.run = ({ name }) =>
    name === canary.container ? { exitCode: 78, lines: ['no such plugin'] } : undefined;
  const error = await failure(bench.run(stepOf()));
  expect(error).toMatchObject({ code: 'update.failed', details: { exitCode: 78, lastLines: ['no such plugin'] } });
  expect(error.message).toContain('nothing that runs was touched');
  expect(await listCopies()).toEqual([]);
});

it('refuses an image that holds another version than its name says', async () => {
  version = '2026.9.5';
  const error = await failure(bench.run(stepOf()));
  expect(error).toMatchObject({ code: 'update.failed' });
  expect(error.message).toContain('holds OpenClaw 2026.9.5, and not 2026.9.6');
});

it('sweeps what a trial that was cut short has left, and touches nothing of others', async () => {
  const left = { ...labels, [labelNames.role]: 'canary' };
  await engine.volumes.create(canary.stateVolume, left);
  expect(await bench.run(stepOf())).toMatchObject({ is: 'satisfied' });
  expect(await listCopies()).toEqual([]);
  await engine.volumes.create(canary.stateVolume, { ...left, [labelNames.instance]: 'i-ffffffffffffffff' });
  expect(await failure(bench.run(stepOf()))).toMatchObject({ code: 'engine.conflict' });
  expect(await listCopies()).toEqual([canary.stateVolume]);
});

it('has nothing to try where a run before it has gone further', async () => {
  const step = stepOf({ isDone: () => Promise.resolve('a run before this one has tried it') });
  expect(await bench.check(step)).toMatchObject({ is: 'satisfied' });
});

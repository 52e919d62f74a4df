import { expect, test } from 'vitest';
import { judgeEngine, type EngineAnswers } from './preflight-engine.ts';

const GIB = 1024 ** 3;

const good: EngineAnswers = {
  engine: {
    id: 'e',
    version: '27.5.1',
    apiVersion: '1.47',
    isRootless: false,
    os: 'linux',
    arch: 'x86_64',
    cpus: 4,
    memoryBytes: 8 * GIB,
    storageDriver: 'overlay2',
    dataRoot: '/var/lib/docker',
    canLimit: { memory: true, cpus: true, pids: true },
  },
  name: 'docker',
  canInstall: false,
  limits: { memoryBytes: 2 * GIB, cpus: 2 },
  promisedBytes: 0,
  freeDiskBytes: 20 * GIB,
  hasImage: false,
  port: { port: 19_100, isTaken: false },
  foreign: undefined,
};
const engine = good.engine;
if (engine === undefined) throw new Error('there is one');

const levels = (answers: EngineAnswers): Record<string, string> =>
  Object.fromEntries(judgeEngine(answers).map(({ id, level }) => [id, level]));
const find = (answers: EngineAnswers, id: string) => judgeEngine(answers).find((finding) => finding.id === id);

test('an engine that can carry it', () => {
  expect(new Set(Object.values(levels(good)))).toEqual(new Set(['ok']));
  expect(find(good, 'engine')?.because).toBe('Docker 27.5.1 (API 1.47) at docker, run by root.');
});

test('no engine: on a server it is installed, here a person has to', () => {
  expect(judgeEngine({ ...good, engine: undefined, canInstall: true })).toMatchObject([{ id: 'engine', level: 'fix' }]);
  expect(judgeEngine({ ...good, engine: undefined })).toMatchObject([
    { id: 'engine', level: 'refuse', error: { code: 'engine.missing' } },
  ]);
});

test.each<[string, Partial<EngineAnswers>, string, string]>([
  ['less memory than OpenClaw needs', { engine: { ...engine, memoryBytes: GIB / 2 } }, 'memory', 'refuse'],
  ['a limit above what there is', { limits: { memoryBytes: 16 * GIB, cpus: 2 } }, 'memory', 'warn'],
  ['more promised than there is', { promisedBytes: 7 * GIB }, 'memory', 'warn'],
  ['more processors than there are', { limits: { memoryBytes: 2 * GIB, cpus: 5 } }, 'processors', 'refuse'],
  [
    'limits that are not enforced',
    { engine: { ...engine, canLimit: { memory: false, cpus: false, pids: true } } },
    'limits',
    'warn',
  ],
  ['a full disk', { freeDiskBytes: GIB }, 'disk', 'refuse'],
  ['a full disk, but nothing to fetch', { freeDiskBytes: GIB, hasImage: true }, 'disk', 'ok'],
  ['another processor', { engine: { ...engine, arch: 'armv7l' } }, 'arch', 'refuse'],
  ['another kind of containers', { engine: { ...engine, os: 'windows' } }, 'arch', 'refuse'],
  ['layers kept whole', { engine: { ...engine, storageDriver: 'vfs' } }, 'engine', 'warn'],
  ['a port of somebody else', { port: { port: 80, isTaken: true } }, 'port', 'refuse'],
  ['an instance of another Hardshell', { foreign: { container: 'c', installation: 'h-1' } }, 'occupant', 'refuse'],
])('%s', (_, change, id, level) => {
  expect(levels({ ...good, ...change })[id]).toBe(level);
});

test('where the disk cannot be seen nothing is said of it', () => {
  expect(find({ ...good, freeDiskBytes: undefined }, 'disk')).toBeUndefined();
});

import { expect, test } from 'vitest';
import type { Check } from '../../../shared/model/run.ts';
import type { DockerState } from '../../facts/docker.ts';
import { dockerEngineStep } from './docker-engine.ts';

const running: DockerState = {
  client: 'Docker version 27.5.1, build 9f9e405',
  engine: { version: '27.5.1', apiVersion: '1.47' },
  problem: undefined,
  unitLoadState: 'loaded',
  unitFileState: 'enabled',
};

const check = (state: Partial<DockerState>): Promise<Check> =>
  dockerEngineStep({ repository: 'https://download.docker.com/linux' }).check({
    read: () => Promise.resolve({ ...running, ...state }),
  } as never);

const stopped = { engine: undefined, problem: 'Cannot connect to the Docker daemon' };

test('an engine that answers is left as it is, whoever installed it', async () => {
  expect(await check({})).toEqual({ is: 'satisfied', because: 'Docker 27.5.1 answers' });
  // As a snap, in WSL, or without systemd: how it starts is somebody else's business.
  expect(await check({ unitLoadState: 'not-found', unitFileState: '' })).toMatchObject({ is: 'satisfied' });
  expect(await check({ engine: { version: '20.10.24+dfsg1', apiVersion: '1.41' } })).toMatchObject({ is: 'satisfied' });
});

test.each<[string, Partial<DockerState>]>([
  ['there is no Docker', { ...stopped, client: undefined, unitLoadState: 'not-found', unitFileState: '' }],
  ['there is a docker program, and no engine', { ...stopped, unitLoadState: 'not-found', unitFileState: '' }],
  ['Docker does not run (Cannot connect to the Docker daemon)', stopped],
  ['Docker does not start with the server', { unitFileState: 'disabled' }],
])('needed: %s', async (because, state) => {
  expect(await check(state)).toMatchObject({ is: 'needed', because });
});

test.each<[string, RegExp, Partial<DockerState>]>([
  ['engine.too-old', /too old/, { engine: { version: '19.03.15', apiVersion: '1.40' } }],
  ['engine.conflict', /Podman/, { client: 'podman version 5.4.2' }],
  ['engine.unreachable', /masked/, { ...stopped, unitLoadState: 'masked' }],
])('refused: %s', async (code, message, state) => {
  await expect(check(state)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as unknown });
});

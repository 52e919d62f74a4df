import { expect, test } from 'vitest';
import { parseDocker } from './docker.ts';

test('an engine that answers and starts with the server, as Debian 12 has it', () => {
  const text =
    'client=Docker version 20.10.24+dfsg1, build 297e128\nengine=20.10.24+dfsg1 1.41\nLoadState=loaded\nUnitFileState=enabled\nend=yes\n';
  expect(parseDocker(text)).toEqual({
    client: 'Docker version 20.10.24+dfsg1, build 297e128',
    engine: { version: '20.10.24+dfsg1', apiVersion: '1.41' },
    problem: undefined,
    unitLoadState: 'loaded',
    unitFileState: 'enabled',
  });
});

test('one that was stopped and switched off', () => {
  const text =
    'client=Docker version 20.10.24+dfsg1, build 297e128\nproblem=Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\nLoadState=loaded\nUnitFileState=disabled\nend=yes\n';
  expect(parseDocker(text)).toMatchObject({
    engine: undefined,
    problem: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    unitFileState: 'disabled',
  });
});

test('none at all', () => {
  expect(parseDocker('LoadState=not-found\nUnitFileState=\nend=yes\n')).toEqual({
    client: undefined,
    engine: undefined,
    problem: undefined,
    unitLoadState: 'not-found',
    unitFileState: '',
  });
});

test('an engine without systemd', () => {
  expect(
    parseDocker('client=Docker version 28.2.2, build e6534b4\nengine=20.10.24+dfsg1 1.41\nend=yes\n'),
  ).toMatchObject({ engine: { version: '20.10.24+dfsg1' }, unitLoadState: '', unitFileState: '' });
});

test('an answer without an engine in it', () => {
  expect(parseDocker('client=podman version 5.4.2\nengine=<no value>\nend=yes\n').engine).toBeUndefined();
});

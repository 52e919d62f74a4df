import { expect, test } from 'vitest';
import { query } from '../host/command.ts';
import type { ExecResult } from '../host/exec.ts';
import { parseFileState } from './file.ts';
import { parseNodeVersion, parsePackageVersion } from './install.ts';

const answer = (stdout: string, code = 0): ExecResult => ({
  command: query(['true']),
  code,
  signal: null,
  stdout,
  stderr: '',
  truncated: false,
});
const sum = '59a77b5f2666d9c85c489bd1911a6eebbd91ef22fe48b90a3b75f1b21f3844d4';

test('a file, with every byte of its text', () => {
  expect(parseFileState(answer(`600 openclaw:openclaw 9\n${sum}\n\n{ "a": 1 }\n\n`), '/x')).toEqual({
    text: '\n{ "a": 1 }\n\n',
    mode: '0600',
    owner: 'openclaw:openclaw',
    sha256: sum,
  });
  expect(parseFileState(answer(`4755 root:UNKNOWN 0\n${sum}\n`), '/x')).toMatchObject({
    text: '',
    mode: '4755',
    owner: 'root:UNKNOWN',
  });
});

test('no file, a huge file, a folder', () => {
  expect(parseFileState(answer('', 44), '/x')).toBeUndefined();
  expect(() => parseFileState(answer('600 a:b 9999999\n', 45), '/x')).toThrow(/too large/);
  expect(() => parseFileState(answer('755 root:root 4096\n', 1), '/x')).toThrow(/could not be understood/);
});

test.each([
  ['v24.21.0\n', '24.21.0'],
  ['v26.1.0-nightly20260101\n', '26.1.0-nightly20260101'],
  ['', undefined],
  ['Illegal instruction\n', undefined],
])('node --version: %j', (stdout, version) => {
  expect(parseNodeVersion({ stdout })).toBe(version);
});

test.each([
  ['{\n  "name": "openclaw",\n  "version": "2026.9.6",\n  "openclaw": {\n    "schemaVersions": {', '2026.9.6'],
  ['{"name":"openclaw","version":"2026.9.6-beta.1","descr', '2026.9.6-beta.1'],
  ['{\n  "name": "openclaw",\n  "openclaw": {\n    "version": "1.0.0"\n  },\n  "version": "2026.9.5",\n', '2026.9.5'],
  ['{\n  "name": "clawdbot",\n  "version": "2026.1.2"', undefined],
  ['{\n  "name": "openclaw",\n  "version": "latest"', undefined],
  ['{\n  "name": "openc', undefined],
  ['', undefined],
])('the beginning of a package.json: %j', (stdout, version) => {
  expect(parsePackageVersion({ stdout })).toBe(version);
});

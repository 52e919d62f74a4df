import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExtraCertificates } from './extra-certificates.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('the certificates that Node.js itself was given', async () => {
  const file = join(dir, 'company.pem');
  const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  await writeFile(file, pem);
  expect(await readExtraCertificates({ NODE_EXTRA_CA_CERTS: file })).toBe(pem);
});

test.each([
  ['nothing was said', undefined, undefined],
  ['it is empty', '', undefined],
  ['there is no such file', 'missing.pem', undefined],
  ['it holds something else', 'notes.txt', 'hello'],
])('none where %s', async (_why, name, content) => {
  const file = name === undefined || name === '' ? name : join(dir, name);
  if (file !== undefined && content !== undefined) await writeFile(file, content);
  expect(await readExtraCertificates({ NODE_EXTRA_CA_CERTS: file })).toBe('');
});

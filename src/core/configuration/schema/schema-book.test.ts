import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { anInstance } from '../../../../test/cli/samples.ts';
import { SCHEMA } from '../../../../test/configuration/a-schema.ts';
import { AppError } from '../../../shared/app-error.ts';
import { instanceIdSchema } from '../../../shared/model/ids.ts';
import type { InstanceLink } from '../../api-link.ts';
import { createSchemaBook } from './schema-book.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-schemas-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const instance = anInstance();
const signal = new AbortController().signal;

function openGateway() {
  const gateway = { runs: true, asked: 0, answer: { schema: SCHEMA, version: '2026.9.6' } as unknown, nowMs: 0 };
  const link = {
    call: () => {
      gateway.asked += 1;
      return gateway.runs ? Promise.resolve(gateway.answer) : Promise.reject(new AppError('gateway.unreachable'));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  } as unknown as InstanceLink;
  const book = createSchemaBook(dir, () => gateway.nowMs);
  return { gateway, book, read: (of = instance) => book.read(of, () => Promise.resolve(link), signal) };
}

it('asks once, and again when it is old or the version is another', async () => {
  const { gateway, read } = openGateway();
  const all = await Promise.all([read(), read(), read()]);
  expect(all.map(({ source }) => source)).toEqual(['gateway', 'gateway', 'gateway']);
  expect((await read()).schema).toEqual(SCHEMA);
  expect(gateway.asked).toBe(1);
  gateway.nowMs += 11 * 60_000;
  await read();
  expect(gateway.asked).toBe(2);
  await read({ ...instance, version: '2026.9.7' });
  expect(gateway.asked).toBe(3);
  expect(await readdir(dir)).toEqual([`${instance.id}@2026.9.7.json.gz`]);
});

it('keeps it for when the gateway does not run, also for another instance of that version', async () => {
  await openGateway().read();
  const { gateway, read } = openGateway();
  gateway.runs = false;
  expect(await read()).toMatchObject({ source: 'kept', schema: SCHEMA });
  const other = { ...instance, id: instanceIdSchema.parse('i-fedcba9876543210') };
  expect(await read(other)).toMatchObject({ source: 'kept', schema: SCHEMA });
  expect((await read({ ...other, version: '2025.1.1' })).source).toBe('none');
});

it('does not ask a gateway that is away at every letter', async () => {
  const { gateway, read } = openGateway();
  gateway.runs = false;
  expect((await read()).source).toBe('none');
  await read();
  expect(gateway.asked).toBe(1);
  gateway.nowMs += 31_000;
  gateway.runs = true;
  expect((await read()).source).toBe('gateway');
});

it('bears an answer that is none, and a file that is damaged', async () => {
  const { gateway, read } = openGateway();
  gateway.answer = { schema: 'nothing' };
  await writeFile(join(dir, `${instance.id}@${instance.version}.json.gz`), 'no archive');
  expect((await read()).source).toBe('none');
});

it('forgets an instance with its files', async () => {
  const { book, read } = openGateway();
  await read();
  await book.forget(instance.id);
  expect(await readdir(dir)).toEqual([]);
});

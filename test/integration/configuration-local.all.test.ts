import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended } from '../lab/person.ts';
import { localName, openLocalPerson, type LocalPerson } from '../supervisor/local-person.ts';

const minutes = 60_000;

// One story, told in order, by the command line.
describe.skipIf(process.platform !== 'linux')('The configuration of this computer', () => {
  let local: LocalPerson;
  let file = '';
  beforeAll(async () => {
    local = await openLocalPerson();
    expect((await local.deploy()).error).toBeUndefined();
    file = join(await local.instanceDir(), 'state', 'openclaw.json');
  }, 10 * minutes);
  afterAll(() => local[Symbol.asyncDispose]());

  const run = (args: readonly string[]): Promise<Ended> => local.person.run([...args, '--json']);
  const patch = (...settings: string[]): Promise<Ended> =>
    run(['config', localName, 'patch', '--yes', ...settings.flatMap((setting) => ['--set', setting])]);
  const read = async (): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;

  it('is changed through the gateway while it runs', { timeout: 5 * minutes }, async () => {
    expect((await patch('logging.level=debug')).error).toBeUndefined();
    expect(await read()).toMatchObject({ logging: { level: 'debug' } });
  });

  it('is changed in its file while it does not, if OpenClaw accepts it', { timeout: 5 * minutes }, async () => {
    expect((await run(['stop', localName])).error).toBeUndefined();
    const before = await readFile(file, 'utf8');
    expect((await patch('logging.level=loud')).error).toMatchObject({ code: 'config.rejected' });
    expect(await readFile(file, 'utf8')).toBe(before);
    expect((await patch('logging.level=trace', 'tools.profile=coding')).error).toBeUndefined();
    expect(await read()).toMatchObject({ logging: { level: 'trace' }, tools: { profile: 'coding' } });
    const left = (await readdir(join(file, '..'))).filter((name) => name.startsWith('.hardshell-config'));
    expect(left).toEqual([]);
  });

  it('starts with what was written', { timeout: 5 * minutes }, async () => {
    expect((await run(['start', localName])).error).toBeUndefined();
    await expect
      .poll(async () => (await run(['status', localName])).code, { timeout: 3 * minutes, interval: 1_000 })
      .toBe(0);
    const { result } = await run(['config', localName, 'get', 'logging.level']);
    expect(result).toMatchObject({ config: { source: 'gateway', value: 'trace' } });
  });
});

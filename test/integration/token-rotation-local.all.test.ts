import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchArgumentsHere } from '../lab/argument-watch.ts';
import { localName, openLocalPerson, type LocalPerson } from '../supervisor/local-person.ts';

const minutes = 60_000;

// One story, told in order: every case goes on where the one before has ended.
describe.skipIf(process.platform !== 'linux')('Who may come to an instance on this computer', () => {
  let local: LocalPerson;
  beforeAll(async () => {
    local = await openLocalPerson();
    const done = await local.deploy();
    expect(done.error).toBeUndefined();
  }, 15 * minutes);
  afterAll(() => local[Symbol.asyncDispose]());

  const readToken = async (): Promise<string> => {
    const text = await readFile(join(await local.instanceDir(), 'state', 'openclaw.json'), 'utf8');
    return (JSON.parse(text) as { gateway: { auth: { token: string } } }).gateway.auth.token;
  };

  it('its token is another one, in no command line, and the gateway goes on', { timeout: 5 * minutes }, async () => {
    const [old, before] = [await readToken(), await local.gateways()];
    const envFile = join(await local.instanceDir(), 'state', '.env');
    await writeFile(envFile, `OPENCLAW_GATEWAY_TOKEN=${old}\n`);
    await using watch = watchArgumentsHere();
    const done = await local.person.run(['token', localName, 'rotate', '--yes', '--json']);
    expect([done.error, done.code]).toEqual([undefined, 0]);
    const token = await readToken();
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(token).not.toBe(old);
    expect(await readFile(envFile, 'utf8')).toBe(`OPENCLAW_GATEWAY_TOKEN=${token}\n`);
    expect(done.stdout).not.toContain(token);
    const commandLines = await watch.finish();
    expect(commandLines.filter((line) => line.includes(local.person.dataDir))).not.toEqual([]);
    expect(commandLines.filter((line) => line.includes(token))).toEqual([]);
    expect(await local.gateways()).toEqual(before);
    const shown = await local.person.run(['token', localName, 'show']);
    expect(shown.stdout).toBe(`${token}\n`);
    const status = await local.person.run(['status', localName, '--json']);
    expect(status.result).toMatchObject({ ok: true, status: { state: 'running' } });
  });

  it('its devices are asked of the gateway', { timeout: 2 * minutes }, async () => {
    const listed = await local.person.run(['devices', localName, '--json']);
    expect(listed.result).toMatchObject({ ok: true, devices: { pending: [], deeds: [] } });
    const wrong = await local.person.run(['devices', localName, 'remove', 'nobody', '--yes', '--json']);
    expect([wrong.code, wrong.error?.code]).toEqual([3, 'device.unknown']);
  });
});

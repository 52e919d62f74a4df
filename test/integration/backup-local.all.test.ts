import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended } from '../lab/person.ts';
import { localName, openLocalPerson, type LocalPerson } from '../supervisor/local-person.ts';

const minutes = 60_000;

// One story, told in order: every case goes on where the one before has ended.
describe.skipIf(process.platform !== 'linux')('Backups of this computer, and what they bring back', () => {
  let local: LocalPerson;
  let dir = '';
  let id = '';
  beforeAll(async () => {
    local = await openLocalPerson();
    expect((await local.deploy()).error).toBeUndefined();
    dir = await local.instanceDir();
  }, 10 * minutes);
  afterAll(() => local[Symbol.asyncDispose]());

  const run = async (args: readonly string[]): Promise<Ended> => {
    const ended = await local.person.run([...args, '--yes', '--json']);
    expect(ended.error).toBeUndefined();
    return ended;
  };
  const soul = (): string => join(dir, 'state', 'workspace', 'SOUL.md');
  const ours = async (): Promise<string[]> =>
    (await readdir(join(dir, 'state'))).filter((name) => name.startsWith('.hardshell-restore'));

  it('is made while it runs, and nobody else can read the copy beside it', { timeout: 5 * minutes }, async () => {
    // An agent that nobody has spoken with has no workspace yet.
    await mkdir(join(dir, 'state', 'workspace'), { recursive: true });
    await writeFile(soul(), 'before');
    const [gateway] = await local.gateways();
    await run(['backup', localName]);
    const [name = '', ...others] = await readdir(join(dir, 'backups'));
    expect(others).toEqual([]);
    id = name.replace('.tar.gz', '');
    expect((await stat(join(dir, 'backups', name))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dir, 'backups'))).mode & 0o777).toBe(0o700);
    expect(await local.gateways()).toEqual([gateway]);
  });

  it('is put in place of what was changed since', { timeout: 8 * minutes }, async () => {
    const config = await readFile(join(dir, 'state', 'openclaw.json'), 'utf8');
    await writeFile(soul(), 'after');
    await writeFile(join(dir, 'state', 'workspace', 'NEW.md'), 'new');
    await run(['restore', id]);
    expect(await readFile(soul(), 'utf8')).toBe('before');
    expect(await readdir(join(dir, 'state', 'workspace'))).not.toContain('NEW.md');
    const tokenOf = (text: string): unknown =>
      (JSON.parse(text) as { gateway: { auth: { token: string } } }).gateway.auth.token;
    expect(tokenOf(await readFile(join(dir, 'state', 'openclaw.json'), 'utf8'))).toBe(tokenOf(config));
    expect(await local.gateways()).toHaveLength(1);
    expect(await ours()).toEqual([]);
  });

  it('is there after a kill in the middle: the next one goes on', { timeout: 8 * minutes }, async () => {
    await rm(soul());
    const cut = local.person.start(['restore', id, '--yes', '--json']);
    const swapped = await cut.seen((line) => line.type === 'step.applied' && line.stepId === 'swap');
    expect(swapped).toBeDefined();
    cut.kill('SIGKILL');
    await cut.ended;
    expect(await ours()).not.toEqual([]);
    await run(['restore', id]);
    expect(await readFile(soul(), 'utf8')).toBe('before');
    expect(await local.gateways()).toHaveLength(1);
    expect(await ours()).toEqual([]);
  });
});

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Contents } from '../lab/contents.ts';
import type { Ended } from '../lab/person.ts';
import { restorable, type Restorable } from '../lab/restorable.ts';
import { takesAllCases } from '../lab/seed.ts';
import { openTestCore, type TestCore } from '../lab/test-core.ts';
import { localName, openLocalPerson, type LocalPerson } from '../supervisor/local-person.ts';

const minutes = 60_000;
const [older, newer] = ['2026.9.5', '2026.9.6'];
/** Forced failures have their whole row in Docker. */
const failing = takesAllCases ? ['start'] : [];
/** The steps of an update in which something is under way that the next run has to go on with. */
const killed = takesAllCases ? ['archive', 'bring', 'canary', 'stop', 'replace', 'service', 'gateway'] : ['replace'];

// One story, told in order: every case goes on where the one before has ended.
describe.skipIf(process.platform !== 'linux')('Updates of this computer, and how they are taken back', () => {
  let local: LocalPerson;
  let dir = '';
  let asked: TestCore | undefined;
  let held: Restorable;
  let kept: Contents;
  beforeAll(async () => {
    local = await openLocalPerson();
    expect((await local.deploy(['--version', older])).error).toBeUndefined();
    dir = await local.instanceDir();
    await mkdir(join(dir, 'state', 'workspace'), { recursive: true });
    await writeFile(soul(), 'before');
    // The same person's data folder, to ask the gateway through it.
    asked = await openTestCore({ dataDir: join(local.person.dataDir, '..') });
    // The computer's own Node.js may be older than OpenClaw's, and know no databases.
    held = restorable(asked.core, localName, join(dir, 'state'), process.execPath);
    await held.fill();
    kept = await held.contents();
  }, 15 * minutes);
  afterAll(async () => {
    await asked?.[Symbol.asyncDispose]();
    await local[Symbol.asyncDispose]();
  });

  const soul = (): string => join(dir, 'state', 'workspace', 'SOUL.md');
  const words = ['update', localName, '--version', newer, '--yes', '--json'] as const;
  const run = (args: readonly string[]): Promise<Ended> => local.person.run([...args, '--yes', '--json']);
  const expectServes = async (version: string): Promise<void> => {
    const { result } = await local.person.run(['status', localName, '--json']);
    expect(result).toMatchObject({ ok: true, status: { state: 'running', version } });
    expect(await local.gateways()).toHaveLength(1);
    const left = (await readdir(dir)).filter((name) => /^(canary|prefix\.)/.test(name));
    expect([left, await readFile(soul(), 'utf8'), await held.contents()]).toEqual([[], 'before', kept]);
    // What an update that was taken back had made of the state is kept, and nothing else of ours lies there.
    const ours = (await readdir(join(dir, 'state'))).filter((name) => name.startsWith('.hardshell'));
    expect(ours.filter((name) => name !== '.hardshell-before')).toEqual([]);
  };

  it.each(failing)('that fail at the %s end with the older version serving', { timeout: 20 * minutes }, async () => {
    const update = local.person.start(words);
    // After it was tried, and before it is put in its place.
    expect(await update.seen((line) => line.type === 'step.applied' && line.stepId === 'canary')).toBeDefined();
    const entry = join(dir, 'prefix.next', 'lib', 'node_modules', 'openclaw', 'dist', 'index.js');
    await writeFile(entry, 'process.exit(3);\n');
    const { error, stdout } = await update.ended;
    expect(error?.code, stdout.slice(-4000)).toBe('update.rolled-back');
    await expectServes(older);
  });

  it.each(killed)('that are killed in %s are gone on with by the next', { timeout: 25 * minutes }, async (step) => {
    const cut = local.person.start(words);
    const begun = await cut.seen((line) => line.type === 'step.started' && line.stepId === step);
    if (begun === undefined) throw new Error(`It ended before that:\n${(await cut.ended).stdout.slice(-4000)}`);
    cut.kill('SIGKILL');
    await cut.ended;
    const next = await local.person.run(words);
    expect(next.error, next.stdout.slice(-4000)).toBeUndefined();
    await expectServes(newer);
    if (step !== killed.at(-1)) expect((await run(['rollback', localName])).error).toBeUndefined();
  });

  it('do nothing where that version runs', { timeout: 5 * minutes }, async () => {
    const before = await readdir(join(dir, 'backups'));
    expect((await local.person.run(words)).result).toMatchObject({ ok: true });
    expect(await readdir(join(dir, 'backups'))).toEqual(before);
  });

  if (takesAllCases)
    it('are taken back later: package and state together', { timeout: 15 * minutes }, async () => {
      await writeFile(soul(), 'after');
      expect((await run(['rollback', localName])).error).toBeUndefined();
      await expectServes(older);
      expect((await run(['rollback', localName])).error?.code).toBe('rollback.none');
    });
});

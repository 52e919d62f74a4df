import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { layoutContainer } from '../../src/core/openclaw/container-layout.ts';
import { REDACTED, type ConfigEdit } from '../../src/shared/model/configuration.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker } from '../lab/docker.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';
import { openTestCore, type TestCore } from '../lab/test-core.ts';

const minutes = 60_000;
const NAME = ownName('shared');
const PASTED = 'sk-or-v1-0123456789abcdef0123456789abcdef';

const setting = (level: string): ConfigEdit => ({ kind: 'patch', patch: { logging: { level } } });

// One story, told in order: two panels, one gateway.
describeWithLab('The configuration of a container, edited from two panels', () => {
  let person: DockerPerson;
  let other: TestCore;
  beforeAll(async () => {
    person = await openDockerPerson();
    await person.deploy(NAME);
    other = await openTestCore({ dataDir: dirname(person.test.dataDir) });
  }, 15 * minutes);
  afterAll(async () => {
    await other[Symbol.asyncDispose]();
    await person[Symbol.asyncDispose]();
  });

  const container = async (): Promise<string> => {
    const [instance] = await person.core.instances.list();
    if (instance === undefined) throw new Error('There is no instance.');
    return layoutContainer(instance).container;
  };
  const fileText = async (): Promise<string> =>
    docker(['exec', await container(), 'cat', '/home/node/.openclaw/openclaw.json']);
  const configuration = () => person.core.configuration;

  it('shows it without its secrets', { timeout: 5 * minutes }, async () => {
    const found = await configuration().read(NAME);
    expect(found.source).toBe('gateway');
    expect(found.value).toMatchObject({ gateway: { mode: 'local', auth: { token: REDACTED } } });
  });

  it('of two who edit the same state, one is told, and nothing is lost', { timeout: 5 * minutes }, async () => {
    const [mine, theirs] = await Promise.all([configuration().read(NAME), other.core.configuration.read(NAME)]);
    expect(mine.hash).toBe(theirs.hash);
    await configuration().apply(NAME, setting('debug'), { base: mine.hash, why: 'to see more' });
    const late: ConfigEdit = { kind: 'text', text: theirs.text.replace('{', '{ "tools": { "profile": "coding" },') };
    await expect(other.core.configuration.preview(NAME, late, { base: theirs.hash })).rejects.toMatchObject({
      code: 'config.conflict',
    });
    await expect(other.core.configuration.apply(NAME, late, { base: theirs.hash })).rejects.toMatchObject({
      code: 'config.conflict',
    });
    const { hash, value } = await other.core.configuration.read(NAME);
    expect(value).toMatchObject({ logging: { level: 'debug' } });
    expect(value['tools']).toBeUndefined();
    await other.core.configuration.apply(
      NAME,
      { kind: 'patch', patch: { tools: { profile: 'coding' } } },
      { base: hash },
    );
    expect((await configuration().read(NAME)).value).toMatchObject({
      logging: { level: 'debug' },
      tools: { profile: 'coding' },
    });
  });

  it('of two in the same moment one wins, and the other is told', { timeout: 5 * minutes }, async () => {
    const { hash } = await configuration().read(NAME);
    const both = await Promise.allSettled([
      configuration().apply(NAME, setting('warn'), { base: hash }),
      other.core.configuration.apply(NAME, setting('error'), { base: hash }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'config.conflict' } });
  });

  it('knows what this OpenClaw takes, and accepts what it has written itself', { timeout: 5 * minutes }, async () => {
    const { text } = await configuration().read(NAME);
    expect(await configuration().lint(NAME, text)).toEqual({ schema: 'gateway', faults: [] });
    const wrong = text.replace('{', '{ "logging": { "level": "loud" }, "gatewai": {},');
    const { faults } = await configuration().lint(NAME, wrong);
    expect(faults.map(({ path, severity }) => [path, severity])).toContainEqual(['gatewai', 'warning']);
    const { setting } = await configuration().describe(NAME, ['logging', 'level']);
    expect(setting?.values).toContain('debug');
    const port = await configuration().describe(NAME, ['gateway', 'port']);
    expect(port.setting).toMatchObject({ types: ['integer'], minimum: 1, maximum: 65_535, restarts: true });
  });

  it('says before what OpenClaw does not accept, and where', { timeout: 5 * minutes }, async () => {
    const { hash } = await configuration().read(NAME);
    const wrong: ConfigEdit = { kind: 'patch', patch: { logging: { level: 'loud' }, nonsense: true } };
    const { issues } = await configuration().preview(NAME, wrong, { base: hash });
    expect(issues.map(({ path }) => path)).toContain('logging.level');
    await expect(configuration().apply(NAME, wrong, { base: hash })).rejects.toMatchObject({ code: 'config.rejected' });
    expect((await configuration().read(NAME)).hash).toBe(hash);
  });

  it(
    'keeps secrets that came back hidden, and none of them gets into the history',
    { timeout: 5 * minutes },
    async () => {
      const before = await configuration().read(NAME);
      const edit: ConfigEdit = { kind: 'patch', patch: { env: { vars: { SEARCH_KEY: PASTED } } } };
      await configuration().apply(NAME, edit, { base: before.hash });
      const after = await configuration().read(NAME);
      expect(after.text).not.toContain(PASTED);
      const touched = after.text.replace(/"level": "\w+"/, '"level": "info"');
      expect(touched).not.toBe(after.text);
      await configuration().apply(NAME, { kind: 'text', text: touched }, { base: after.hash });
      expect(await fileText()).toContain(PASTED);
      const dir = join(person.test.dataDir, 'configuration');
      for (const name of await readdir(dir)) expect(await readFile(join(dir, name), 'utf8')).not.toContain(PASTED);
      expect(person.test.log.join('\n')).not.toContain(PASTED);
    },
  );

  it('takes a change back, and nothing that came after it', { timeout: 5 * minutes }, async () => {
    const entry = (await configuration().history(NAME)).find(({ why }) => why === 'to see more');
    if (entry === undefined) throw new Error('The first change is not in the history.');
    const profile = (await configuration().read(NAME)).value['tools'];
    const reverted = await configuration().apply(NAME, { kind: 'revert', entry: entry.id }, {});
    expect(reverted).toMatchObject({ revertOf: entry.id });
    const { value } = await configuration().read(NAME);
    expect(value['tools']).toEqual(profile);
    expect(value).not.toMatchObject({ logging: { level: 'info' } });
  });

  it('refuses what would lock Hardshell out', { timeout: 5 * minutes }, async () => {
    const edits = [
      [{ gateway: { port: 1 } }, 'config.owned'],
      [{ gateway: { auth: { token: PASTED } } }, 'config.owned'],
      [{ gateway: { controlUi: { allowedOrigins: ['*'] } } }, 'config.dangerous'],
    ] as const;
    for (const [patch, code] of edits) {
      const edit = { kind: 'patch', patch } as unknown as ConfigEdit;
      await expect(configuration().apply(NAME, edit, {})).rejects.toMatchObject({ code });
    }
  });

  it('edits the file while nothing runs, with the same rules', { timeout: 8 * minutes }, async () => {
    await person.core.instances.stop(NAME);
    const [mine, theirs] = await Promise.all([configuration().read(NAME), other.core.configuration.read(NAME)]);
    expect(mine.source).toBe('file');
    expect(mine.text).not.toContain(PASTED);
    // another panel has never asked this gateway: what it takes is kept where both find it
    const later = await other.core.configuration.lint(NAME, '{ logging: { level: "loud" } }');
    expect(later.faults.map(({ path }) => path)).toEqual(['logging.level']);
    const wrong = await configuration().preview(NAME, setting('loud'), { base: mine.hash });
    expect(wrong.issues.map(({ path }) => path)).toContain('logging.level');
    await configuration().apply(NAME, setting('trace'), { base: mine.hash });
    await expect(
      other.core.configuration.apply(NAME, { kind: 'patch', patch: { tools: null } }, { base: theirs.hash }),
    ).rejects.toMatchObject({ code: 'config.conflict' });
    expect((await person.list('container')).length).toBe(1);
    await person.core.instances.start(NAME);
    await expect
      .poll(async () => (await configuration().read(NAME)).source, { timeout: 3 * minutes, interval: 1_000 })
      .toBe('gateway');
    expect((await configuration().read(NAME)).value).toMatchObject({ logging: { level: 'trace' } });
    expect(await fileText()).toContain(PASTED);
  });

  it('notices what was done by others', { timeout: 5 * minutes }, async () => {
    await docker(['exec', await container(), 'openclaw', 'config', 'set', 'logging.level', 'fatal']);
    await configuration().read(NAME);
    const [newest] = await configuration().history(NAME);
    expect(newest).toMatchObject({
      by: 'outside',
      changes: [{ path: ['logging', 'level'], before: 'trace', after: 'fatal' }],
    });
  });
});

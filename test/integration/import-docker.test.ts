import { randomBytes } from 'node:crypto';
import { text as readAll } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labelNames } from '../../src/core/openclaw/container-layout.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker, tryDocker } from '../lab/docker.ts';
import { openclawImage } from '../lab/openclaw-image.ts';
import { testedOpenClaw } from '../lab/openclaw-install.ts';
import { openTestCore, type TestCore } from '../lab/test-core.ts';

const minutes = 60_000;
const target = { kind: 'docker' } as const;
const STATE = '/home/node/.openclaw';

// One story, told in order: a container that somebody made as OpenClaw's own documentation says.
describeWithLab('An OpenClaw in a container that others have made', () => {
  const own = `import-${randomBytes(4).toString('hex')}`;
  const token = randomBytes(24).toString('hex');
  let test: TestCore;
  let instance: Instance;
  let born = '';

  const inspect = async (): Promise<string> =>
    docker(['inspect', '--format', '{{.Id}} {{.State.StartedAt}} {{.State.Status}} {{json .Config.Env}}', own]);
  const configText = async (): Promise<string> => docker(['exec', own, 'cat', `${STATE}/openclaw.json`]);
  const idOf = async (): Promise<string> => (await docker(['inspect', '--format', '{{.Id}}', own])).trim();

  beforeAll(async () => {
    test = await openTestCore();
    const image = await openclawImage();
    const config = {
      gateway: {
        mode: 'local',
        bind: 'lan',
        auth: { mode: 'token', token },
        controlUi: { allowedOrigins: ['http://localhost:18789'] },
      },
    };
    await docker(['volume', 'create', own]);
    const write = ['sh', '-c', `umask 077; cat >${STATE}/openclaw.json`];
    const owned = ['run', '--rm', '--interactive', '--user', '0:0', '--volume', `${own}:${STATE}`];
    await docker([...owned, image, 'sh', '-c', `chown 1000:1000 ${STATE}; chmod 700 ${STATE}`]);
    await docker(
      ['run', '--rm', '--interactive', '--volume', `${own}:${STATE}`, image, ...write],
      JSON.stringify(config),
    );
    await docker([
      ...['run', '--detach', '--name', own, '--init', '--volume', `${own}:${STATE}`],
      ...['--publish', '127.0.0.1::18789', image, 'openclaw', 'gateway', '--bind', 'lan', '--port', '18789'],
    ]);
    born = await inspect();
  }, 10 * minutes);
  afterAll(async () => {
    await tryDocker(['rm', '--force', own]);
    const left = await docker(['volume', 'ls', '--quiet', '--filter', `label=${labelNames.name}=${own}`]);
    await tryDocker(['volume', 'rm', own, ...left.split('\n').filter((name) => name !== '')]);
    await test[Symbol.asyncDispose]();
  });

  it('is found, with its version, its port and where its token lies', { timeout: 5 * minutes }, async () => {
    const found = await test.core.imports.look(target);
    const one = found.find(({ title }) => title === own);
    expect(one).toMatchObject({
      id: `c-${(await idOf()).slice(0, 12)}`,
      kind: 'container',
      version: testedOpenClaw,
      stateDir: STATE,
      token: 'config',
    });
    expect(one?.problem).toBeUndefined();
    expect(JSON.stringify(found)).not.toContain(token);
  });

  it('is adopted after a preview, and not a file of it is another', { timeout: 15 * minutes }, async () => {
    const before = await configText();
    const which = `c-${(await idOf()).slice(0, 12)}`;
    const preview = await test.core.imports.preview({ target, name: own, which, changes: [] });
    expect(preview.findings.map(({ id }) => id)).toEqual(expect.arrayContaining(['found', 'untouched', 'cannot']));
    expect(preview.steps.map(({ id }) => id)).toEqual(['token', 'gateway']);
    const run = await test.core.imports.start(preview.id);
    expect(run.status).toBe('succeeded');
    const [record] = await test.core.instances.list();
    if (record === undefined) throw new Error('It is not in the list.');
    instance = record;
    expect(instance).toMatchObject({ name: own, phase: 'deployed', adopted: { kind: 'container', container: own } });
    expect((await test.core.instances.token(instance.id)).reveal()).toBe(token);
    expect(await configText()).toBe(before);
    expect(await inspect()).toBe(born);
  });

  it('is listed as ours from then on', { timeout: 5 * minutes }, async () => {
    const found = await test.core.imports.look(target);
    expect(found.find(({ title }) => title === own)).toMatchObject({ ours: own });
    const which = `c-${(await idOf()).slice(0, 12)}`;
    await expect(test.core.imports.preview({ target, name: 'another', which, changes: [] })).rejects.toMatchObject({
      code: 'import.ours',
    });
  });

  it('says how it is, shows its log and its configuration, and runs commands', { timeout: 10 * minutes }, async () => {
    expect(await test.core.instances.status(own)).toMatchObject({ state: 'running', version: testedOpenClaw });
    const configuration = await test.core.configuration.read(own);
    expect(configuration.value).toMatchObject({ gateway: { bind: 'lan' } });
    expect(configuration.text).not.toContain(token);
    const lines = await readAll(await test.core.instances.logs(own, { follow: false, lines: 50 }));
    expect(lines).toContain('"source":"gateway"');
    const child = await test.core.instances.exec(own, ['sh', '-c', 'id -un; pwd'], {});
    expect((await readAll(child.stdout)).split('\n')).toEqual(['node', '/home/node', '']);
    const { findings } = await test.core.diagnosis.look(own, 'quick');
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ level }) => level === 'bad')).toEqual([]);
  });

  it('is backed up from beside, while it runs on', { timeout: 15 * minutes }, async () => {
    const preview = await test.core.changes.preview(own, { kind: 'backup', reason: 'asked' });
    expect((await test.core.changes.start(preview.id)).status).toBe('succeeded');
    const [backup] = await test.core.backups.list();
    expect(backup).toMatchObject({ instanceId: instance.id, version: testedOpenClaw });
    expect(backup?.verifiedAt).toBeDefined();
    expect(await inspect()).toBe(born);
  });

  it('is not changed by what needs a layout of ours', { timeout: 5 * minutes }, async () => {
    const changes = [
      { kind: 'limits', limits: { memoryBytes: 1024 ** 3, cpus: 1 } },
      { kind: 'update', version: '2026.9.7', reason: 'asked' },
      { kind: 'repair', checks: ['config.bind'] },
    ] as const;
    for (const change of changes) {
      await expect(test.core.changes.preview(own, change)).rejects.toMatchObject({ code: 'instance.adopted-cannot' });
    }
    await expect(test.core.instances.suspend(own, { by: 'person', because: 'no' })).rejects.toMatchObject({
      code: 'instance.adopted-cannot',
    });
    expect(await inspect()).toBe(born);
  });

  it('runs on untouched when it is removed here', { timeout: 5 * minutes }, async () => {
    const preview = await test.core.removals.preview(own, { purge: true });
    expect(preview.steps.map(({ id }) => id)).toEqual(['forget']);
    expect((await test.core.removals.start(preview.id)).status).toBe('succeeded');
    expect(await test.core.instances.list()).toEqual([]);
    expect(await inspect()).toBe(born);
  });
});

import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { layoutContainer } from '../../src/core/openclaw/container-layout.ts';
import type { MetricSample } from '../../src/core/api-link.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker } from '../lab/docker.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';

const minutes = 60_000;
const NAME = ownName('Müller 2');

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('OpenClaw in a container of this computer', () => {
  let person: DockerPerson;
  beforeAll(async () => {
    person = await openDockerPerson();
  });
  afterAll(() => person[Symbol.asyncDispose]());

  const only = async (): Promise<Instance> => {
    const [instance, ...others] = await person.core.instances.list();
    if (instance === undefined || others.length > 0) throw new Error('There is not exactly one instance.');
    return instance;
  };
  const inspect = async (format: string): Promise<string> =>
    docker(['inspect', '--format', format, layoutContainer(await only()).container]);

  it(
    'is deployed: it answers, and nothing of its token is in what the engine says',
    { timeout: 15 * minutes },
    async () => {
      const { run } = await person.deploy(NAME, { image: 'build' });
      expect(run.status).toBe('succeeded');
      expect(run.steps.map(({ id }) => id)).toEqual([
        'image',
        'network',
        'volumes',
        'container',
        'token',
        'config',
        'service',
        'gateway',
      ]);
      const instance = await only();
      expect(instance).toMatchObject({ phase: 'deployed', target: { kind: 'docker' } });
      expect(instance.device?.id).toMatch(/^[0-9a-f]{64}$/);
      const token = await person.core.instances.token(instance.id);
      expect(await inspect('{{json .}}')).not.toContain(token.reveal());
      expect(await person.core.instances.status(instance.name)).toMatchObject({ state: 'running' });
    },
  );

  it('runs without rights, limited, published to this computer alone', async () => {
    const { port, container } = await only();
    expect(await inspect('{{json .HostConfig.CapDrop}} {{json .HostConfig.SecurityOpt}}')).toBe(
      '["ALL"] ["no-new-privileges"]',
    );
    expect(await inspect('{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}')).toBe(
      `${String(2 * 1024 ** 3)} 2000000000 512`,
    );
    expect(await inspect('{{json .HostConfig.PortBindings}}')).toBe(
      `{"18789/tcp":[{"HostIp":"127.0.0.1","HostPort":"${String(port)}"}]}`,
    );
    expect(await inspect('{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}')).toBe(container?.address);
    const who = await person.core.instances.exec(
      NAME,
      ['sh', '-c', 'id -u; stat -c "%a %u" ~/.openclaw/openclaw.json'],
      {},
    );
    expect(await text(who.stdout)).toBe('1000\n600 1000\n');
  });

  it('is there already the second time: nothing changes', { timeout: 2 * minutes }, async () => {
    const { run, events } = await person.deploy(NAME);
    expect(run.status).toBe('succeeded');
    expect(events.filter((event) => event.type === 'step.checked' && event.check.is !== 'satisfied')).toEqual([]);
    expect(run.stats).toMatchObject({ changes: 0, slowCalls: 0 });
  });

  it('gives a sign-in address that is good for a browser', { timeout: 2 * minutes }, async () => {
    const { port } = await only();
    await using signIn = await person.core.instances.open(NAME);
    expect(signIn.url.reveal()).toMatch(new RegExp(`^http://127.0.0.1:${String(port)}/#bootstrapToken=`));
    expect(signIn.forwarded).toBe(false);
  });

  it('has openclaw on the PATH, and a log', { timeout: 2 * minutes }, async () => {
    const child = await person.core.instances.exec(NAME, ['openclaw', '--version'], {});
    child.stdin.end();
    expect(await text(child.stdout)).toMatch(/\d+\.\d+\.\d+/);
    expect((await child.exit).code).toBe(0);
    const lines = await person.core.instances.logs(NAME, { follow: false, lines: 50 });
    expect(await text(lines)).not.toBe('');
  });

  it('has a terminal, and a link that says how it is and how busy', { timeout: 3 * minutes }, async () => {
    await using link = await person.core.instances.link((await only()).id);
    const shell = await link.openShell({ columns: 100, rows: 30 });
    // An engine is told the size when the shell runs already, a moment later on a busy machine.
    const sized = 'until [ "$(stty size)" = "30 100" ]; do sleep 0.1; done';
    shell.input.write(`${sized}; echo $((6 * 7)) $(id -un) $(stty size); exit 3\n`);
    expect(await text(shell.output)).toContain('42 node 30 100');
    expect((await shell.ended).code).toBe(3);

    const states: string[] = [];
    link.onStatus(({ state }) => states.push(state));
    await expect.poll(() => states.at(-1), { timeout: 2 * minutes }).toBe('running');
    const samples: MetricSample[] = [];
    link.onSample((sample) => samples.push(sample));
    await expect.poll(() => samples.length, { timeout: minutes }).toBeGreaterThan(0);
    expect(samples[0]).toMatchObject({ memoryTotalBytes: 2 * 1024 ** 3, diskTotalBytes: 0 });
    expect(samples[0]?.memoryUsedBytes).toBeGreaterThan(100 * 1024 ** 2);
  });

  it('stops and starts again', { timeout: 6 * minutes }, async () => {
    await person.core.instances.stop(NAME);
    expect(await person.core.instances.status(NAME)).toMatchObject({ state: 'stopped' });
    await person.core.instances.start(NAME);
    await expect
      .poll(async () => (await person.core.instances.status(NAME)).state, {
        timeout: 4 * minutes,
        interval: 1000,
      })
      .toBe('running');
  });

  it('is suspended: nothing starts it but resume', { timeout: 8 * minutes }, async () => {
    const before = await only();
    await person.core.instances.suspend(NAME, { by: 'person', because: 'a test' });
    expect(await person.core.instances.status(NAME)).toMatchObject({ state: 'suspended' });
    await expect(person.core.instances.start(NAME)).rejects.toMatchObject({ code: 'instance.suspended' });
    expect(await inspect('{{.HostConfig.RestartPolicy.Name}}')).toBe('no');
    // Whoever starts it by hand: it ends at once.
    await docker(['start', layoutContainer(before).container]);
    await expect.poll(() => inspect('{{.State.Status}}'), { timeout: 20_000 }).toBe('exited');

    const resumed = await person.core.instances.resume(NAME);
    expect(resumed.status).toBe('succeeded');
    expect((await only()).suspension).toBeUndefined();
    expect(await inspect('{{.HostConfig.RestartPolicy.Name}}')).toBe('unless-stopped');
    expect(await person.core.instances.status(NAME)).toMatchObject({ state: 'running' });
  });

  it('gets other limits while it runs', { timeout: 2 * minutes }, async () => {
    const before = await inspect('{{.State.StartedAt}}');
    const limits = { memoryBytes: 3 * 1024 ** 3, cpus: 1.5 };
    const preview = await person.core.changes.preview(NAME, { kind: 'limits', limits });
    await person.core.changes.start(preview.id);
    expect(await inspect('{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}')).toBe(
      `${String(limits.memoryBytes)} 1500000000`,
    );
    expect(await inspect('{{.State.StartedAt}}')).toBe(before);
    expect(await only()).toMatchObject({ limits });
  });

  it(
    'removed by hand: it says so, and a deployment makes another one over the same data',
    { timeout: 8 * minutes },
    async () => {
      const before = await only();
      const token = (await person.core.instances.token(before.id)).reveal();
      await docker(['rm', '--force', layoutContainer(before).container]);
      expect(await person.core.instances.status(NAME)).toMatchObject({
        state: 'failed',
        error: { code: 'container.gone' },
      });
      expect((await person.deploy(NAME)).run.status).toBe('succeeded');
      expect((await person.core.instances.token(before.id)).reveal()).toBe(token);
      expect(await inspect('{{.Config.Hostname}}')).toBe(layoutContainer(before).hostname);
    },
  );

  it('removed without its data, it is found again by its name', { timeout: 10 * minutes }, async () => {
    const before = await only();
    const kept = await person.core.removals.preview(NAME, { purge: false });
    await person.core.removals.start(kept.id);
    expect(await person.list('container')).toEqual([]);
    expect(await person.list('network')).toEqual([]);
    expect(await person.list('volume')).toHaveLength(2);
    await person.deploy(NAME.toLowerCase());
    expect((await only()).id).toBe(before.id);
  });

  it('removed with its data, nothing of it is left', { timeout: 4 * minutes }, async () => {
    const purge = await person.core.removals.preview(NAME, { purge: true });
    expect(purge.steps.find(({ id }) => id === 'state')?.check).toMatchObject({ severity: 'data-loss' });
    await person.core.removals.start(purge.id);
    expect(await person.list('container')).toEqual([]);
    expect(await person.list('network')).toEqual([]);
    expect(await person.list('volume')).toEqual([]);
    expect(await person.core.instances.list()).toEqual([]);
  });
});

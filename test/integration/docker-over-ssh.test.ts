import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { layoutContainer } from '../../src/core/openclaw/container-layout.ts';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import { toAppError } from '../../src/shared/app-error.ts';
import type { DeploymentSpecInput } from '../../src/shared/model/spec.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';
import { carryImage, startEngineServer, type EngineServer } from '../lab/engine-server.ts';
import { openclawImage } from '../lab/openclaw-image.ts';

const minutes = 60_000;
const NAME = ownName('far');

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('OpenClaw in a container of a server', () => {
  let server: EngineServer;
  let person: DockerPerson;
  let more: Partial<DeploymentSpecInput>;
  beforeAll(async () => {
    server = await startEngineServer();
    await carryImage(await openclawImage(), server);
    person = await openDockerPerson({ knows: [server] });
    const { host, sshPort: port, identityFile } = server;
    more = { target: { kind: 'docker', server: { kind: 'ssh', host, port, user: 'root', identityFile } } };
  }, 10 * minutes);
  afterAll(async () => {
    await person.test[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  }, 2 * minutes);

  it(
    'an engine that goes away while it works is told as that, and leaves nothing in the way of the next deployment',
    { timeout: 10 * minutes },
    async () => {
      const stopped: Promise<string>[] = [];
      const broken = person.test.deploy(await person.spec(NAME, more), {
        onEvent: (event) => {
          if (event.type !== 'step.started' || event.stepId !== 'network') return;
          stopped.push(server.sh('systemctl stop docker.socket docker'));
        },
      });
      const outcome = await broken.then(
        () => 'succeeded',
        (error: unknown) => toAppError(error).code,
      );
      await Promise.all(stopped);
      await server.sh('systemctl start docker');
      expect(stopped).toHaveLength(1);
      // While it shuts down it may still answer, that it cannot.
      expect(outcome).toMatch(/^engine\.(unreachable|missing|failed)$/);
    },
  );

  it('is deployed through the connection, and no port of the engine is open', { timeout: 15 * minutes }, async () => {
    const { run } = await person.deploy(NAME, more);
    expect(run.status).toBe('succeeded');
    expect(await person.core.instances.status(NAME)).toMatchObject({ state: 'running' });
    const [instance] = await person.core.instances.list();
    if (instance === undefined) throw new Error('There is no instance.');
    const { container } = layoutContainer(instance);
    expect(await server.sh(`docker port ${container}`)).toContain(`127.0.0.1:${String(instance.port)}`);
    expect(await server.sh('ss -Hltn | grep -cE ":(2375|2376) " || true')).toMatch(/^0/);
    expect(await server.sh(`cat ${serverLayout.auditLog}`)).toContain(`Starting the container ${container}`);
    // The lease was given back, and nothing of it is left.
    expect(await server.sh(`ls -A ${serverLayout.ownDir}/docker 2>/dev/null || true`)).toBe('');
  });

  it('is there already the second time', { timeout: 3 * minutes }, async () => {
    const { run, events } = await person.deploy(NAME, more);
    expect(events.filter((event) => event.type === 'step.checked' && event.check.is !== 'satisfied')).toEqual([]);
    expect(run.stats).toMatchObject({ changes: 0 });
  });

  it('lets a browser in that comes through the forward', { timeout: 3 * minutes }, async () => {
    await using signIn = await person.core.instances.open(NAME);
    expect(signIn.forwarded).toBe(true);
    const origin = new URL(signIn.url.reveal()).origin;
    expect((await fetch(`${origin}/healthz`)).ok).toBe(true);
    const child = await person.core.instances.exec(NAME, ['cat', '/home/node/.openclaw/openclaw.json'], {});
    child.stdin.end();
    const config = await text(child.stdout);
    // By either name: a page of ours opens it by the other one, for the sake of its cookies.
    for (const name of ['127.0.0.1', 'localhost']) {
      expect(config).toContain(`"http://${name}:${new URL(origin).port}"`);
    }
  });

  it(
    'suspended, it stays down when its engine restarts and when somebody starts it by hand',
    { timeout: 10 * minutes },
    async () => {
      const [instance] = await person.core.instances.list();
      if (instance === undefined) throw new Error('There is no instance.');
      const { container } = layoutContainer(instance);
      const state = (): Promise<string> => server.sh(`docker inspect --format '{{.State.Status}}' ${container}`);
      await person.core.instances.suspend(NAME, { by: 'person', because: 'a test' });
      await server.sh('systemctl restart docker');
      expect((await state()).trim()).toBe('exited');
      // As whoever does not know that it is suspended.
      await server.sh(`docker update --restart unless-stopped ${container} && docker start ${container}`);
      await server.sh(`sleep 3; docker update --restart no ${container}; docker stop ${container}`);
      expect(await server.sh(`docker logs --tail 1 ${container} 2>&1`)).toContain('suspended');
      expect(await person.core.instances.status(NAME)).toMatchObject({ state: 'suspended' });

      expect((await person.core.instances.resume(NAME)).status).toBe('succeeded');
      expect(await person.core.instances.status(NAME)).toMatchObject({ state: 'running' });
    },
  );

  it('removed, nothing of it is left there', { timeout: 5 * minutes }, async () => {
    const purge = await person.core.removals.preview(NAME, { purge: true });
    await person.core.removals.start(purge.id);
    expect(await server.sh('docker ps -aq; docker volume ls -q; docker network ls -q --filter type=custom')).toBe('');
  });
});

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dockerEngineStep } from '../../src/core/steps/server/docker-engine.ts';
import type { Host } from '../../src/core/host/host.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerExecHost } from '../lab/docker-exec-host.ts';
import { docker, tryDocker } from '../lab/docker.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { createStepBench, failure } from '../lab/step-bench.ts';

describeWithLab('Docker on a server that has none', () => {
  // On the overlay of the server's own disk, the engine would copy every layer whole.
  const volume = `hardshell-${randomBytes(4).toString('hex')}`;
  let server: LabServer;
  let host: Host;
  beforeAll(async () => {
    await docker(['volume', 'create', volume]);
    server = await startServer({ dockerArgs: ['--volume', `${volume}:/var/lib/docker`] });
    host = openDockerExecHost(server.id);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await tryDocker(['volume', 'rm', volume]);
  });

  const step = dockerEngineStep({ repository: 'http://127.0.0.1:9' });

  test('neither in the distribution nor from Docker: that is said, and no source is left that does not work', async () => {
    await server.sh('printf "Package: docker.io\\nPin: release *\\nPin-Priority: -1\\n" >/etc/apt/preferences.d/none');
    const bench = createStepBench(host);
    const error = await failure(bench.apply(step));
    await server.sh('rm /etc/apt/preferences.d/none');
    expect(error).toMatchObject({ code: 'download.failed' });
    expect(await server.sh('ls -A /etc/apt/sources.list.d /etc/apt/keyrings')).not.toMatch(/hardshell/);
  });

  test("the distribution's package is installed and starts with the server; the second time there is nothing to do", async () => {
    const bench = createStepBench(host);
    expect(await bench.check(step)).toMatchObject({ is: 'needed', because: 'there is no Docker' });
    expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
    const changes = bench.changes.length;
    expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
    expect(bench.changes).toHaveLength(changes);
    expect(await server.sh('docker info --format {{.Driver}}')).toBe('overlay2\n');
    expect(await server.sh('systemctl is-enabled docker.service')).toBe('enabled\n');
  });

  test('one that was stopped and switched off is started again, and nothing is installed', async () => {
    await server.sh('systemctl disable --now docker.service docker.socket');
    const bench = createStepBench(host);
    expect(await bench.check(step)).toMatchObject({
      is: 'needed',
      because: expect.stringMatching(/^Docker does not run \(.*Cannot connect/) as unknown,
    });
    expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
    expect(bench.changes).toHaveLength(1);
  });

  test('one that does not start says why', async () => {
    await server.sh('systemctl stop docker.service docker.socket; echo "{ broken" >/etc/docker/daemon.json');
    const error = await failure(createStepBench(host).apply(step));
    await server.sh('rm /etc/docker/daemon.json');
    expect(error).toMatchObject({ code: 'engine.unreachable' });
    expect(JSON.stringify(error.details)).toMatch(/daemon\.json/);
  });

  test('what somebody has masked stays so', async () => {
    await server.sh('systemctl stop docker.service docker.socket; systemctl mask docker.service');
    const error = await failure(createStepBench(host).check(step));
    await server.sh('systemctl unmask docker.service');
    expect(error).toMatchObject({ code: 'engine.unreachable', message: expect.stringMatching(/masked/) as unknown });
  });
});

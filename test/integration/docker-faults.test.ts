import { afterAll, beforeAll, expect, it } from 'vitest';
import { layoutContainer } from '../../src/core/openclaw/container-layout.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker } from '../lab/docker.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';

const minutes = 60_000;
const NAME = ownName('hungry');

/** Smaller than the gateway, so that the kernel takes the gateway when there is no room for another of them. */
const BURNER = 'globalThis.kept = Buffer.alloc(150 * 2 ** 20, 1); setTimeout(() => {}, 120_000);';
const BURNERS = 7;

describeWithLab('a container that its engine ends', () => {
  let person: DockerPerson;
  beforeAll(async () => {
    person = await openDockerPerson();
  });
  afterAll(() => person[Symbol.asyncDispose](), 2 * minutes);

  it(
    'out of memory: the status says so while the gateway starts again, and when it was',
    { timeout: 25 * minutes },
    async () => {
      const { preview } = await person.deploy(NAME, { limits: { memoryBytes: 1024 ** 3, cpus: 2 } });
      const script = `for (let i = 0; i < ${String(BURNERS)}; i += 1)
        require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(BURNER)}], { stdio: "ignore" });`;
      const burner = await person.core.instances.exec(NAME, ['node', '-e', script], {});
      burner.stdin.end();
      burner.stdout.resume();
      burner.stderr.resume();
      await expect
        .poll(async () => (await person.core.instances.status(NAME)).error?.code, {
          timeout: 3 * minutes,
          interval: 500,
        })
        .toBe('container.oom');
      await burner.exit;
      const { container } = layoutContainer(preview.instance);
      await expect
        .poll(
          async () => {
            const { state, because } = await person.core.instances.status(NAME);
            if (state !== 'running') return { state };
            // An engine knows the last end alone: a gateway that gave up once more while it started ended otherwise.
            const wasOom = (await docker(['inspect', '--format', '{{.State.OOMKilled}}', container])) === 'true';
            return { state, saysSo: because.includes('ran out of its memory') === wasOom };
          },
          { timeout: 10 * minutes, interval: 1000 },
        )
        .toEqual({ state: 'running', saysSo: true });
    },
  );
});

import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLocalHost } from '../../src/core/host/local/local-host.ts';
import { CONTAINER_PORT } from '../../src/core/openclaw/container-layout.ts';
import { openGatewayClient } from '../../src/core/openclaw/gateway-client.ts';
import { gatewayOf } from '../../src/core/openclaw/subnet-choice.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';

const minutes = 60_000;
const COUNT = 10;
const crab = ownName('crab');
/** Ten gateways that start together share two processors. */
const names = Array.from({ length: COUNT }, (_, index) => `${crab} ${String(index)}`);

describeWithLab('many instances on one engine', () => {
  let person: DockerPerson;
  beforeAll(async () => {
    person = await openDockerPerson();
  });
  afterAll(() => person[Symbol.asyncDispose](), 5 * minutes);

  const instances = async (): Promise<[Instance, Instance, ...Instance[]]> => {
    const [first, second, ...rest] = await person.core.instances.list();
    if (first === undefined || second === undefined) throw new Error('There are not two instances.');
    return [first, second, ...rest];
  };

  /** What a program inside an instance says of an address: `open`, or why not. */
  const tryFrom = async (name: string, host: string, port: number): Promise<string> => {
    const script = `const s = require("node:net").connect({ host: ${JSON.stringify(host)}, port: ${String(port)}, timeout: 4000 });
      const say = (word) => { console.log(word); process.exit(0); };
      s.on("connect", () => say("open")).on("timeout", () => say("silent")).on("error", (e) => say(e.code));`;
    const child = await person.core.instances.exec(name, ['node', '-e', script], {});
    child.stdin.end();
    child.stderr.resume();
    return (await text(child.stdout)).trim();
  };

  it('ten are made at once: all are healthy, none takes the place of another', { timeout: 30 * minutes }, async () => {
    const options = { memoryBytes: 1024 ** 3, cpus: 1 };
    const done = await Promise.all(names.map((name) => person.deploy(name, { limits: options }, 25 * minutes)));
    expect(done.map(({ run }) => run.status)).toEqual(names.map(() => 'succeeded'));
    const all = await instances();
    expect(all).toHaveLength(COUNT);
    const picks: readonly ((instance: Instance) => unknown)[] = [
      ({ port }: Instance) => port,
      ({ container }: Instance) => container?.subnet,
      ({ container }: Instance) => container?.address,
      ({ device }: Instance) => device?.id,
    ];
    for (const pick of picks) expect(new Set(all.map((one) => pick(one))).size).toBe(COUNT);
    for (const { name } of all)
      expect(await person.core.instances.status(name), name).toMatchObject({ state: 'running' });
  });

  it(
    'from inside one, no other is reached, nor the engine, nor what this computer keeps to itself',
    { timeout: 5 * minutes },
    async () => {
      const [one, other] = await instances();
      const own = one.container;
      const theirs = other.container;
      if (own?.address === undefined || own.subnet === undefined) throw new Error('They have no place on the engine.');
      if (theirs?.address === undefined || theirs.subnet === undefined)
        throw new Error('They have no place on the engine.');
      expect(await tryFrom(one.name, '127.0.0.1', CONTAINER_PORT)).toBe('open');
      expect(await tryFrom(one.name, own.address, CONTAINER_PORT)).toBe('open');
      expect(await tryFrom(one.name, theirs.address, CONTAINER_PORT)).not.toBe('open');
      expect(await tryFrom(one.name, gatewayOf(own.subnet), other.port)).not.toBe('open');
      expect(await tryFrom(one.name, gatewayOf(theirs.subnet), other.port)).not.toBe('open');

      const server = createServer((socket) => socket.destroy());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      try {
        expect(await tryFrom(one.name, '127.0.0.1', port)).not.toBe('open');
        expect(await tryFrom(one.name, gatewayOf(own.subnet), port)).not.toBe('open');
      } finally {
        server.close();
      }
      const sockets = await person.core.instances.exec(
        one.name,
        ['sh', '-c', 'ls /var/run/docker.sock /run/docker.sock 2>/dev/null | wc -l'],
        {},
      );
      sockets.stdin.end();
      expect((await text(sockets.stdout)).trim()).toBe('0');
    },
  );

  it('the token of one does not open another', { timeout: 2 * minutes }, async () => {
    const [one, other] = await instances();
    const token = await person.core.instances.token(one.id);
    await using host = await openLocalHost();
    const opening = openGatewayClient({
      connect: (signal) => host.connect({ port: other.port }, { signal }),
      port: other.port,
      token,
      client: { version: '0.0.0-test', platform: process.platform },
    });
    await expect(opening).rejects.toMatchObject({ code: 'gateway.auth' });
  });
});

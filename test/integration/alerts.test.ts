import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { alertPolicySchema } from '../../src/shared/model/alert.ts';
import { statusLimits } from '../../src/core/alerts/status-rules.ts';
import { Secret } from '../../src/shared/secret.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker } from '../lab/docker.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';
import { openTestCore } from '../lab/test-core.ts';

const minutes = 60_000;
const NAME = ownName('guarded');
/** What lasts counts soon here; what is told, and how often, is the same. */
const alertPace = { limits: { ...statusLimits, downAfterMs: 3_000, upAfterMs: 1_000 }, tickMs: 500, turnMs: 500 };

interface Heard {
  readonly event: string;
  readonly alerts: readonly { readonly instance: string; readonly kind: string }[];
}

describeWithLab('an alert', () => {
  let person: DockerPerson;
  let hook: Server;
  const heard: Heard[] = [];
  beforeAll(async () => {
    person = await openDockerPerson({ deps: { alertPace } });
    hook = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        heard.push(JSON.parse(body) as Heard);
        response.end('ok');
      });
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    hook.closeAllConnections();
    await new Promise((resolve) => hook.close(resolve));
    await person[Symbol.asyncDispose]();
  }, 5 * minutes);

  const told = (event: string): Heard[] => heard.filter((one) => one.event === event);
  const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 4 * minutes, interval: 250 });

  it(
    'of a gateway that is down reaches a webhook once, whoever watches, and so does its end',
    { timeout: 20 * minutes },
    async () => {
      expect((await person.deploy(NAME)).run.status).toBe('succeeded');
      const { port } = hook.address() as AddressInfo;
      const off = alertPolicySchema.parse({}).off;
      await person.core.alerts.set(
        alertPolicySchema.parse({ webhook: { format: 'json' }, off: [...off, 'update', 'memory', 'disk', 'exposure'] }),
        { webhookUrl: new Secret(`http://127.0.0.1:${String(port)}/hook`) },
      );
      expect(await person.core.alerts.test()).toEqual([{ channel: 'webhook' }]);
      expect(told('test')).toHaveLength(1);

      const [container = ''] = await person.list('container');
      const first = person.core.alerts.watch();
      // Not by our own word: what a person stops here is no alert.
      await docker(['stop', container]);
      await until(() => expect(told('fired')).toHaveLength(1));
      expect(told('fired')).toMatchObject([{ alerts: [{ instance: NAME, kind: 'gateway-down' }] }]);
      await first[Symbol.asyncDispose]();

      await using again = await openTestCore({ dataDir: dirname(person.test.dataDir), deps: { alertPace } });
      const second = again.core.alerts.watch();
      try {
        const began = Date.now();
        // Long enough to be told of once more, if that were to happen.
        await until(() => expect(Date.now() - began).toBeGreaterThan(10_000));
        expect(told('fired')).toHaveLength(1);
        expect(await again.core.alerts.list(NAME)).toMatchObject([
          { kind: 'gateway-down', told: { fired: ['webhook'] } },
        ]);
        await docker(['start', container]);
        await until(() => expect(told('cleared')).toHaveLength(1));
      } finally {
        await second[Symbol.asyncDispose]();
      }
      expect(heard.map(({ event }) => event)).toEqual(['test', 'fired', 'cleared']);
      // What is asked for the spending is what a real gateway answers.
      const id = (await again.core.instances.list())[0]?.id;
      if (id === undefined) throw new Error('It is gone.');
      await using link = await again.core.instances.link(id);
      const cost = await link.call('usage.cost', { startDate: '2026-09-01', endDate: '2026-09-20', agentScope: 'all' });
      expect((cost as { totals: { totalCost: unknown } }).totals.totalCost).toBeTypeOf('number');
    },
  );
});

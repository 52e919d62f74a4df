import { expect, it } from 'vitest';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startNpmProxy } from '../lab/npm-proxy.ts';
import { startServer } from '../lab/server.ts';
import { openTestCore, specFor } from '../lab/test-core.ts';

describeWithLab('deploying to a fresh server', () => {
  it('ends with an answering gateway, does nothing the second time, and removes itself', async () => {
    await using server = await startServer();
    await using proxy = await startNpmProxy();
    await using person = await openTestCore({ knows: [server], registry: process.env["NPMREG"] ?? proxy.urlFromServers });
    const spec = specFor(server, { name: 'research', version: '2026.9.6' });

    const first = await person.deploy(spec, {
      onEvent: (event) =>
        event.type === 'step.spoke' || event.type === 'step.progressed'
          ? undefined
          : console.log(JSON.stringify(event)),
    });
    expect(first.run.status).toBe('succeeded');

    const again = await person.deploy(spec);
    expect(again.run.steps.every(({ status }) => status === 'satisfied')).toBe(true);
    expect(again.run.stats).toMatchObject({ changes: 0, slowCalls: 0 });
    expect(again.run.stats?.roundTrips).toBeLessThanOrEqual(6);

    expect(await person.core.instances.status('research')).toMatchObject({ state: 'running', version: '2026.9.6' });
    const login = await server.sh('su - openclaw -c "command -v node openclaw; openclaw --version"');
    expect(login).toContain('/opt/hardshell/node/bin/node');
    expect(login).toContain('2026.9.6');
  });
});

import { expect, test } from 'vitest';
import { layoutRequestLog } from '../../src/core/ingress/caddy-layout.ts';
import { watchServerRequests, type RequestCount } from '../../src/core/links/request-count.ts';
import { caddyPackageStep } from '../../src/core/steps/server/caddy-package.ts';
import { caddySiteStep } from '../../src/core/steps/server/caddy-site.ts';
import { instanceIdSchema } from '../../src/shared/model/ids.ts';
import { startCaddyMirror } from '../lab/caddy-mirror.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerExecHost } from '../lab/docker-exec-host.ts';
import { startServer } from '../lab/server.ts';
import { createStepBench } from '../lab/step-bench.ts';

const instance = { id: instanceIdSchema.parse('i-0123456789abcdef'), name: 'Research 1' };
const ownSigned = `{
	local_certs
	skip_install_trust
}
`;

describeWithLab('requests that Caddy counts', () => {
  test('requests are counted, however visitors write the host, and over reloads; the count goes with the site', async () => {
    await using mirror = await startCaddyMirror();
    await using server = await startServer();
    const host = openDockerExecHost(server.id);
    const bench = createStepBench(host);
    expect(await bench.run(caddyPackageStep(mirror.urlFromServers))).toMatchObject({ is: 'satisfied' });
    await server.sh('cat >/etc/caddy/Caddyfile; systemctl restart caddy', { stdin: ownSigned });
    const requests = layoutRequestLog(instance);
    const site = { host: 'claw.test', upstream: '127.0.0.1:9', limits: {}, requests };
    const count = async (): Promise<RequestCount | undefined> => {
      const enough = new AbortController();
      let counted: RequestCount | undefined;
      const onCount = (count: RequestCount): void => {
        counted = count;
        enough.abort();
      };
      await watchServerRequests(host, requests.file, onCount, enough.signal);
      return counted;
    };
    const visit = (spelling: string): Promise<string> =>
      server.sh(
        `for i in $(seq 40); do curl -sk --http1.1 -o /dev/null -H 'Host: ${spelling}' --resolve claw.test:443:127.0.0.1 https://claw.test/private && exit; sleep 0.25; done; exit 1`,
      );
    expect(await count()).toMatchObject({ problem: { code: 'guard.unsupported' } });
    expect(await bench.run(caddySiteStep(instance, { site }))).toMatchObject({ is: 'satisfied' });
    expect(await count()).toEqual({ requests: 0 });
    await visit('claw.test');
    await visit('CLAW.test:443');
    await server.sh('systemctl reload caddy');
    await visit('claw.test');
    expect(await count()).toEqual({ requests: 3 });
    expect(await server.sh(`cat ${requests.file}`)).not.toMatch(/private|127\.0\.0\.1/);
    expect(await server.sh(`stat -c '%U %a' ${requests.file}`)).toBe('caddy 600\n');
    expect(await bench.run(caddySiteStep(instance, undefined))).toMatchObject({ is: 'satisfied' });
    expect((await server.exec(['test', '-e', requests.dir])).code).not.toBe(0);
  });
});

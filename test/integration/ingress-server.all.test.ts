import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Access, Ingress, TrafficLimits } from '../../src/shared/model/ingress.ts';
import type { RunSnapshot } from '../../src/shared/model/run.ts';
import { visitAddress } from '../lab/bare-visitor.ts';
import { startCaddyMirror } from '../lab/caddy-mirror.ts';
import { openDashboardVisitor } from '../lab/dashboard-visitor.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startNpmProxy } from '../lab/npm-proxy.ts';
import { testedOpenClaw } from '../lab/openclaw-install.ts';
import { startPebble, type Pebble } from '../lab/pebble.ts';
import { startFurnishedServer } from '../lab/furnished-server.ts';
import type { LabServer } from '../lab/server.ts';
import { failure } from '../lab/step-bench.ts';
import { openTestCore, specFor, type TestCore } from '../lab/test-core.ts';
import { createVisitor, type Visitor } from '../lab/visitor.ts';

const minutes = 60_000;
const name = 'research';
const [domain, sub, elsewhere, blocked] = ['claw.test', 'research.bots.test', 'elsewhere.test', 'blocked.test'];
const theirs = 'http://theirs.test {\n\trespond "still here"\n}\n';

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('an instance on a server, open to the world', () => {
  const resources = new AsyncDisposableStack();
  let server: LabServer;
  let address: string;
  let pebble: Pebble;
  let person: TestCore;
  let visitor: Visitor;
  beforeAll(async () => {
    server = resources.use(await startFurnishedServer());
    address = await server.address();
    pebble = resources.use(await startPebble({ refuses: [blocked] }));
    const npm = resources.use(await startNpmProxy());
    const caddy = resources.use(await startCaddyMirror());
    const names = new Map([domain, sub, blocked].map((host) => [host, address]));
    for (const [host, where] of names) await pebble.point(host, [where]);
    await server.sh(`printf '%s\\n' ${[...names.keys()].map((host) => `'${address} ${host}'`).join(' ')} >>/etc/hosts`);
    person = resources.use(
      await openTestCore({
        knows: [server],
        registry: npm.urlFromServers,
        deps: {
          mirrors: { npm: npm.urlFromServers.replace(/\/+$/, ''), caddy: caddy.urlFromServers },
          outsideAddress: () => address,
          resolveHost: (host) => Promise.resolve(host === address ? [address] : [names.get(host) ?? []].flat()),
        },
      }),
    );
    visitor = createVisitor({ address, trusts: await pebble.issuer() });
  }, 5 * minutes);
  afterAll(() => resources.disposeAsync(), minutes);

  const ingress = (access: Access, limits: TrafficLimits = {}): Ingress => ({
    access,
    limits,
    acme: { directory: pebble.directory, rootCertificate: pebble.rootCertificate },
  });
  const change = async (wanted: Ingress): Promise<RunSnapshot> => {
    const preview = await person.core.changes.preview(name, { kind: 'ingress', ingress: wanted });
    return await person.core.changes.start(preview.id);
  };
  const readGateway = async (): Promise<Record<string, unknown>> => {
    const text = await server.sh('cat /home/openclaw/.openclaw/openclaw.json');
    return (JSON.parse(text) as { gateway: Record<string, unknown> }).gateway;
  };
  const gatewayPid = (): Promise<string> => server.sh('pgrep -u openclaw -of openclaw.*gateway');

  it(
    'is deployed with a name: certificate, gateway and exposure are as they should be',
    { timeout: 20 * minutes },
    async () => {
      const spec = specFor(server, {
        name,
        version: testedOpenClaw,
        ingress: ingress({ mode: 'domain', host: domain }),
      });
      const { run } = await person.deploy(spec);
      expect(run.status).toBe('succeeded');
      expect(await visitor.get(domain, '/healthz')).toBe(200);
      expect(await visitor.get(domain, '/control-ui-config.json')).toBe(401);
      const status = await person.core.ingress.status(name);
      expect(status).toMatchObject({ url: `https://${domain}`, certificate: { subject: domain, isOverdue: false } });
      expect(status.problem).toBeUndefined();
      expect(await readGateway()).toMatchObject({
        trustedProxies: ['127.0.0.1'],
        publicOrigin: `https://${domain}`,
        controlUi: { allowedOrigins: expect.arrayContaining([`https://${domain}`]) as unknown },
      });
      const again = await person.deploy(spec);
      expect(again.run.stats).toMatchObject({ changes: 0 });
    },
  );

  it(
    'keeps a browser signed in through a reload of Caddy, and takes it back after a restart',
    { timeout: 12 * minutes },
    async () => {
      await using chromium = await openDashboardVisitor(domain, address, await pebble.issuer());
      await using signIn = await person.core.instances.open(name);
      const { pathname, search, hash } = new URL(signIn.url.reveal());
      await chromium.page.goto(`https://${domain}${pathname}${search}${hash}`);
      await expect.poll(chromium.greeted, { timeout: 4 * minutes }).toBe(1);

      await server.sh('systemctl reload caddy');
      await chromium.page.waitForTimeout(3000);
      expect([chromium.greeted(), chromium.closed()]).toEqual([1, 0]);

      await person.core.instances.restart(name);
      await expect.poll(chromium.greeted, { timeout: 5 * minutes }).toBeGreaterThanOrEqual(2);
    },
  );

  it('turns away what is one too many, and nobody of the neighbours', { timeout: 10 * minutes }, async () => {
    await server.sh('cat >>/etc/caddy/Caddyfile; systemctl reload caddy', { stdin: theirs });
    const run = await change(ingress({ mode: 'domain', host: domain }, { rate: 5, burst: 20 }));
    expect(run.status).toBe('succeeded');
    expect((await person.core.ingress.status(name)).limitedBy).toBe('connections');
    const open = await Promise.all(Array.from({ length: 20 }, () => visitor.openSocket(domain)));
    expect(open.filter((one) => typeof one === 'number')).toEqual([]);
    expect(await visitor.openSocket(domain)).toBe(503);
    expect(await server.sh('curl -s --resolve theirs.test:80:127.0.0.1 http://theirs.test/')).toBe('still here');
    for (const socket of open) if (typeof socket === 'object') socket.terminate();
    await expect.poll(() => visitor.get(domain, '/healthz'), { timeout: minutes }).toBe(200);
  });

  it('moves to a name of its own below a base domain, without a restart', { timeout: 10 * minutes }, async () => {
    const before = await gatewayPid();
    expect((await change(ingress({ mode: 'base', domain: 'bots.test' }))).status).toBe('succeeded');
    expect(await visitor.get(sub, '/healthz')).toBe(200);
    expect(await visitor.isServed(domain)).toBe(false);
    const gateway = await readGateway();
    expect(gateway).toMatchObject({ publicOrigin: `https://${sub}` });
    expect(JSON.stringify(gateway)).not.toContain(domain);
    expect(await gatewayPid()).toBe(before);
  });

  it('does not ask for a certificate of a name that leads elsewhere', { timeout: 5 * minutes }, async () => {
    await server.sh(`echo '10.9.9.9 ${elsewhere}' >>/etc/hosts`);
    const wanted = ingress({ mode: 'domain', host: elsewhere });
    const preview = await person.core.changes.preview(name, { kind: 'ingress', ingress: wanted });
    expect(preview.findings.find(({ id }) => id === 'dns')).toMatchObject({ level: 'refuse' });
    const error = await failure(person.core.changes.start(preview.id));
    expect(error).toMatchObject({ code: 'ingress.dns', details: { seenFromTheMachine: ['10.9.9.9'] } });
    expect(await visitor.get(sub, '/healthz')).toBe(200);
  });

  it('says what the authority says when it refuses', { timeout: 10 * minutes }, async () => {
    const error = await failure(change(ingress({ mode: 'domain', host: blocked })));
    expect(error).toMatchObject({ code: 'ingress.certificate' });
    expect(JSON.stringify(error.details)).toMatch(/rejectedIdentifier|blocked/i);
    const { problem } = await person.core.ingress.status(name);
    expect(problem).toMatchObject({ code: 'ingress.certificate' });
  });

  it('is reached by the bare address, with a certificate of six days', { timeout: 10 * minutes }, async () => {
    expect((await change(ingress({ mode: 'ip' }))).status).toBe('succeeded');
    const { url, certificate, problem } = await person.core.ingress.status(name);
    expect([url, problem]).toEqual([`https://${address}`, undefined]);
    const days = (Date.parse(certificate?.notAfter ?? '') - Date.parse(certificate?.notBefore ?? '')) / 86_400_000;
    expect(days).toBeCloseTo(6, 1);
    expect(await visitAddress(address, '/healthz', await pebble.issuer())).toBe(200);
  });

  it('is closed by a suspension and opened by its end', { timeout: 10 * minutes }, async () => {
    await change(ingress({ mode: 'domain', host: domain }));
    await person.core.instances.suspend(name, { by: 'person', because: 'a try' });
    expect(await visitor.isServed(domain)).toBe(false);
    await person.core.instances.resume(name);
    expect(await visitor.get(domain, '/healthz')).toBe(200);
  });

  it(
    'goes back to a tunnel, and leaves nothing but Caddy with the sites of others',
    { timeout: 10 * minutes },
    async () => {
      expect((await change({ access: { mode: 'tunnel' }, limits: {} })).status).toBe('succeeded');
      expect(await visitor.isServed(domain)).toBe(false);
      expect(await server.sh('ls -A /etc/caddy')).toBe('Caddyfile\n');
      expect(await server.sh('cat /etc/caddy/Caddyfile')).toContain(theirs.trim());
      const gateway = await readGateway();
      expect(gateway).not.toHaveProperty('trustedProxies');
      expect(gateway).not.toHaveProperty('publicOrigin');
      expect(await person.core.ingress.status(name)).toEqual({});
    },
  );
});

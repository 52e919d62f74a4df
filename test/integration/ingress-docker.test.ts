import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DATA_VOLUME, PROXY, PROXY_NETWORK, SITES_VOLUME } from '../../src/core/ingress/docker-proxy.ts';
import { layoutContainer } from '../../src/core/openclaw/container-layout.ts';
import type { Ingress, TrafficLimits } from '../../src/shared/model/ingress.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import { visitAddress } from '../lab/bare-visitor.ts';
import { caddyImage } from '../lab/caddy-image.ts';
import { openDashboardVisitor } from '../lab/dashboard-visitor.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';
import { docker, tryDocker } from '../lab/docker.ts';
import { startPebble, type Pebble } from '../lab/pebble.ts';
import { createVisitor, type Visitor } from '../lab/visitor.ts';

const minutes = 60_000;
const ALPHA = ownName('alpha');
const BETA = ownName('beta');
const [alpha, beta] = [`${ALPHA}.bots.test`, `${BETA}.bots.test`];

/** Of this machine in a network: where everybody would find its engine's ports. */
function ownAddress(): string {
  const found = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  if (found === undefined) throw new Error('This machine is in no network.');
  return found.address;
}

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('two instances of one engine, open to the world', () => {
  let pebble: Pebble;
  let person: DockerPerson;
  let visitor: Visitor;
  beforeAll(async () => {
    const address = ownAddress();
    pebble = await startPebble();
    await Promise.all([alpha, beta].map((host) => pebble.point(host, [address])));
    person = await openDockerPerson({
      deps: {
        proxyImage: await caddyImage(),
        resolveHost: (host) => Promise.resolve([alpha, beta].includes(host) ? [address] : []),
      },
    });
    visitor = createVisitor({ address, trusts: await pebble.issuer() });
  }, 5 * minutes);
  afterAll(async () => {
    await tryDocker(['container', 'rm', '--force', PROXY]);
    await person[Symbol.asyncDispose]();
    await tryDocker(['network', 'rm', PROXY_NETWORK]);
    await tryDocker(['volume', 'rm', SITES_VOLUME, DATA_VOLUME]);
    await pebble[Symbol.asyncDispose]();
  }, minutes);

  const ingress = (limits: TrafficLimits = {}): Ingress => ({
    access: { mode: 'base', domain: 'bots.test' },
    limits,
    acme: { directory: pebble.directory, rootCertificate: pebble.rootCertificate },
  });
  const find = async (name: string): Promise<Instance> => {
    const found = (await person.core.instances.list()).find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no ${name}.`);
    return found;
  };
  const askToken = async (name: string): Promise<string> =>
    (await person.core.instances.token((await find(name)).id)).reveal();

  it(
    'are deployed at once, share one proxy, and each has a certificate of its own',
    { timeout: 15 * minutes },
    async () => {
      const runs = await Promise.all(
        [ALPHA, BETA].map((name) =>
          person.deploy(name, { ingress: ingress(name === ALPHA ? { connections: 3 } : {}) }),
        ),
      );
      expect(runs.map(({ run }) => run.status)).toEqual(['succeeded', 'succeeded']);
      for (const [name, host] of [
        [ALPHA, alpha],
        [BETA, beta],
      ] as const) {
        expect(await visitor.get(host, '/control-ui-config.json')).toBe(401);
        expect(await visitor.get(host, '/control-ui-config.json', await askToken(name))).toBe(200);
        const status = await person.core.ingress.status(name);
        expect(status).toMatchObject({ url: `https://${host}`, certificate: { subject: host, isOverdue: false } });
        expect(status.problem).toBeUndefined();
      }
      expect(await visitor.get(alpha, '/control-ui-config.json', await askToken(BETA))).toBe(401);
    },
  );

  it('are there already the second time: nothing changes', { timeout: 5 * minutes }, async () => {
    const { run, events } = await person.deploy(ALPHA, { ingress: ingress({ connections: 3 }) });
    expect(events.filter((event) => event.type === 'step.checked' && event.check.is !== 'satisfied')).toEqual([]);
    expect(run.stats).toMatchObject({ changes: 0 });
  });

  it('run a proxy without rights but for its ports', async () => {
    const format = '{{json .HostConfig.CapDrop}} {{json .HostConfig.CapAdd}} {{json .HostConfig.SecurityOpt}}';
    const said = await docker(['inspect', '--format', format, PROXY]);
    expect(said).toMatch(/^\["ALL"\] \["(?:CAP_)?NET_BIND_SERVICE"\] \["no-new-privileges"\]$/);
    for (const name of [ALPHA, BETA]) {
      const { container } = await find(name);
      const { network } = layoutContainer(await find(name));
      const at = await docker([
        'inspect',
        '--format',
        `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`,
        PROXY,
      ]);
      expect(at).toBe(container?.proxyAddress);
    }
  });

  it('show nothing else to the world', { timeout: minutes }, async () => {
    const report = await person.core.exposure.check(ALPHA);
    expect(report.findings.filter(({ level }) => level === 'bad')).toEqual([]);
    expect(report.findings.map(({ id, level }) => `${id} ${level}`)).toEqual(
      expect.arrayContaining(['gateway ok', 'token ok', 'site ok']),
    );
    expect(report.reachableFrom).toBe(`Whoever knows https://${alpha} and signs in`);
  });

  // A page asks for more at once than the other one's limit lets through.
  it('show a browser their dashboard, signed in', { timeout: 10 * minutes }, async () => {
    await using chromium = await openDashboardVisitor(beta, ownAddress(), await pebble.issuer());
    // Networks of other tests come and go, and Chromium lets go of its connection then: what signs in once may be spent on it.
    for (let tries = 1; ; tries += 1) {
      await using signIn = await person.core.instances.open(BETA);
      const { pathname, search, hash } = new URL(signIn.url.reveal());
      await chromium.page.goto('about:blank');
      await chromium.page.goto(`https://${beta}${pathname}${search}${hash}`);
      const gate = chromium.page.locator('.login-gate').first();
      const seen = gate.or(chromium.page.getByText('Ask OpenClaw').first()).filter({ visible: true }).first();
      await seen.waitFor({ timeout: 2 * minutes }).catch(() => undefined);
      if (!(await gate.isVisible()) || tries === 3) break;
    }
    await expect.poll(chromium.greeted, { timeout: minutes }).toBeGreaterThan(0);
    expect(await chromium.page.locator('.login-gate').count()).toBe(0);
  });

  it('are limited each for itself: the fourth at once is refused, the neighbour does not notice', async () => {
    const open = await Promise.all([1, 2, 3].map(() => visitor.openSocket(alpha)));
    expect(open.map((socket) => typeof socket)).toEqual(['object', 'object', 'object']);
    expect(await visitor.openSocket(alpha)).toBe(503);
    expect(await visitor.get(beta, '/control-ui-config.json')).toBe(401);
    for (const socket of open) if (typeof socket === 'object') socket.terminate();
    await expect.poll(() => visitor.get(alpha, '/control-ui-config.json')).toBe(401);
  });

  it('are closed while they are suspended, the neighbour stays open', { timeout: 5 * minutes }, async () => {
    await person.core.instances.suspend(ALPHA, { by: 'person', because: 'a try' });
    expect(await visitor.isServed(alpha)).toBe(false);
    expect(await visitor.get(beta, '/control-ui-config.json')).toBe(401);
    await person.core.instances.resume(ALPHA);
    expect(await visitor.get(alpha, '/control-ui-config.json')).toBe(401);
  });

  it('one moves to the bare address, with a certificate of six days', { timeout: 10 * minutes }, async () => {
    const address = ownAddress();
    const preview = await person.core.changes.preview(ALPHA, {
      kind: 'ingress',
      ingress: { ...ingress(), access: { mode: 'ip', address } },
    });
    expect((await person.core.changes.start(preview.id)).status).toBe('succeeded');
    const { url, certificate, problem } = await person.core.ingress.status(ALPHA);
    expect([url, problem]).toEqual([`https://${address}`, undefined]);
    const days = (Date.parse(certificate?.notAfter ?? '') - Date.parse(certificate?.notBefore ?? '')) / 86_400_000;
    expect(days).toBeCloseTo(6, 1);
    expect(await visitAddress(address, '/healthz', await pebble.issuer())).toBe(200);
    expect(await visitor.isServed(alpha)).toBe(false);
    expect(await visitor.get(beta, '/control-ui-config.json')).toBe(401);
  });

  it(
    'are closed one by one; the proxy goes with the last, the certificates stay',
    { timeout: 5 * minutes },
    async () => {
      const tunnel: Ingress = { access: { mode: 'tunnel' }, limits: {} };
      const preview = await person.core.changes.preview(ALPHA, { kind: 'ingress', ingress: tunnel });
      await person.core.changes.start(preview.id);
      expect(await visitor.isServed(alpha)).toBe(false);
      expect(await visitor.get(beta, '/control-ui-config.json')).toBe(401);
      expect(await person.core.ingress.status(ALPHA)).toEqual({});
      const removal = await person.core.removals.preview(BETA, { purge: true });
      await person.core.removals.start(removal.id);
      expect((await tryDocker(['container', 'inspect', PROXY])).code).toBe(1);
      expect((await tryDocker(['volume', 'inspect', SITES_VOLUME])).code).toBe(1);
      expect((await tryDocker(['volume', 'inspect', DATA_VOLUME])).code).toBe(0);
    },
  );
});

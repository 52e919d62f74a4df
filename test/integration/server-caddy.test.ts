import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isInForce, readServedCertificate } from '../../src/core/ingress/served-certificate.ts';
import type { Host } from '../../src/core/host/host.ts';
import { instanceIdSchema } from '../../src/shared/model/ids.ts';
import { CADDY_SOCKET } from '../../src/core/ingress/caddy-layout.ts';
import { absentFirewallRuleStep, caddyFirewallStep } from '../../src/core/steps/server/caddy-firewall.ts';
import { caddyCertificateStep } from '../../src/core/steps/server/caddy-certificate.ts';
import { caddyPackageStep } from '../../src/core/steps/server/caddy-package.ts';
import { caddySiteStep, closedSiteStep, closeSite } from '../../src/core/steps/server/caddy-site.ts';
import { startCaddyMirror } from '../lab/caddy-mirror.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDirectly } from '../lab/direct-ports.ts';
import { openDockerExecHost } from '../lab/docker-exec-host.ts';
import { startPebble } from '../lab/pebble.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { createStepBench, failure } from '../lab/step-bench.ts';

const instance = { id: instanceIdSchema.parse('i-0123456789abcdef'), name: 'Research 1' };
/** Signed by nobody at all: Caddy gets no certificate, which these tests do without. */
const acme = { directory: 'https://127.0.0.1:9/dir' };
const wanted = { site: { host: 'claw.test', upstream: '127.0.0.1:18789', limits: {}, acme } };
const own = '/etc/caddy/hardshell.d/research-1-01234567';
const theirs = `{
	# theirs
	grace_period 5s
}

http://theirs.test {
	respond "still here"
}
`;

/** As on a machine that is busy: it has told systemd that it is ready long before it asks for its ports. */
const SLOW_CADDY = `cat >/usr/local/bin/slow-caddy <<'END'
#!/bin/sh
[ "$1" != run ] || { systemd-notify --ready; sleep 4; }
exec /usr/bin/caddy "$@"
END
chmod 755 /usr/local/bin/slow-caddy
mkdir -p /run/systemd/system/caddy.service.d
cat >/run/systemd/system/caddy.service.d/slow.conf <<'END'
[Service]
NotifyAccess=all
ExecStart=
ExecStart=/usr/local/bin/slow-caddy run --environ --config /etc/caddy/Caddyfile
END
systemctl daemon-reload`;

describeWithLab('Caddy on a server', () => {
  let server: LabServer;
  let host: Host;
  beforeAll(async () => {
    server = await startServer();
    host = openDockerExecHost(server.id);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });
  const config = (): Promise<string> => server.sh(`curl -s --unix-socket ${CADDY_SOCKET} http://localhost/config/`);
  const get = (name: string): Promise<string> =>
    server.sh(`curl -s -o /dev/null -w %{http_code} --resolve ${name}:80:127.0.0.1 http://${name}/`);

  test('a list that is signed by somebody else installs nothing', async () => {
    await using mirror = await startCaddyMirror({ tampered: true });
    const step = caddyPackageStep(mirror.urlFromServers);
    expect(await failure(createStepBench(host).apply(step))).toMatchObject({ code: 'download.integrity' });
    expect((await server.exec(['test', '-e', '/usr/bin/caddy'])).code).not.toBe(0);
    await server.sh('rm -f /etc/apt/sources.list.d/caddy* /usr/share/keyrings/caddy*');
  });

  test('a mirror that is not there is told from one that lies', async () => {
    const step = caddyPackageStep('http://127.0.0.1:9/caddy');
    expect(await failure(createStepBench(host).apply(step))).toMatchObject({ code: 'download.failed' });
  });

  test('too old is what Debian has; that of its makers takes its place, and nothing is served that nobody asked for', async () => {
    await using mirror = await startCaddyMirror();
    const bench = createStepBench(host);
    const step = caddyPackageStep(mirror.urlFromServers);
    expect(await bench.check(step)).toMatchObject({ is: 'needed', because: 'the server has no Caddy' });
    expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
    expect(await server.sh('systemctl is-active caddy')).toBe('active\n');
    expect(await server.sh("ss -Hltn 'sport = :80'")).toBe('');
    expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
    expect(bench.changes).toHaveLength(1);
  });

  describe('a site beside those of others', () => {
    beforeEach(async () => {
      await server.sh(
        `rm -rf /etc/caddy/hardshell.d /etc/caddy/Caddyfile.*; cat >/etc/caddy/Caddyfile; systemctl reset-failed caddy; systemctl restart caddy`,
        { stdin: theirs },
      );
    });

    test('is added once; theirs answer all the time; it goes without a trace', async () => {
      const bench = createStepBench(host);
      const step = caddySiteStep(instance, wanted);
      expect(await bench.check(step)).toMatchObject({ is: 'needed' });
      expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
      expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
      expect(bench.changes).toHaveLength(1);
      expect(await config()).toContain('"claw.test"');
      expect(await get('theirs.test')).toBe('200');
      expect(await get('claw.test')).toBe('308');
      expect(await server.sh('ls -A /etc/caddy /etc/caddy/hardshell.d')).not.toMatch(/stage|trial|pending/);

      expect(await bench.run(caddySiteStep(instance, undefined))).toMatchObject({ is: 'satisfied' });
      expect(await server.sh('curl -s http://localhost:2019/config/')).not.toContain('claw.test');
      expect((await server.sh('cat /etc/caddy/Caddyfile')).trimEnd()).toBe(theirs.trimEnd());
      expect(await server.sh('ls -A /etc/caddy')).toBe('Caddyfile\n');
      expect(await get('theirs.test')).toBe('200');
    });

    test('an address brings the option that says whose certificate is meant, into the block that is there', async () => {
      const bench = createStepBench(host);
      const site = { ...wanted.site, host: '203.0.113.7' };
      expect(await bench.run(caddySiteStep(instance, { site }))).toMatchObject({ is: 'satisfied' });
      expect(await config()).toContain('"default_sni":"203.0.113.7"');
      expect(await config()).toContain('"profile":"shortlived"');
      expect(await bench.run(caddySiteStep(instance, wanted))).toMatchObject({ is: 'satisfied' });
      expect(await config()).not.toContain('default_sni');
    });

    test('no other account can change what is served; Caddy can still be reloaded and started', async () => {
      const asOther = (words: string): Promise<{ code: number | null }> =>
        server.exec(['runuser', '-u', 'nobody', '--', 'sh', '-c', words]);
      expect((await asOther('curl -sf http://localhost:2019/config/')).code).toBe(0);
      const bench = createStepBench(host);
      expect(await bench.run(caddySiteStep(instance, wanted))).toMatchObject({ is: 'satisfied' });
      expect((await asOther('curl -sf --max-time 5 http://localhost:2019/config/')).code).not.toBe(0);
      expect((await asOther(`curl -sf --unix-socket ${CADDY_SOCKET} http://localhost/config/`)).code).not.toBe(0);
      expect(await server.sh(`stat -c '%U %a' ${CADDY_SOCKET}`)).toBe('caddy 600\n');
      await server.sh('systemctl reload caddy');
      await server.sh('systemctl kill --signal=KILL caddy; systemctl reset-failed caddy; systemctl restart caddy');
      await server.sh('systemctl reload caddy');
      expect(await config()).toContain('"claw.test"');
    });

    test('where somebody has the admin interface, it stays', async () => {
      const elsewhere = theirs.replace('# theirs', 'admin localhost:2020');
      await server.sh('cat >/etc/caddy/Caddyfile; systemctl restart caddy', { stdin: elsewhere });
      const bench = createStepBench(host);
      expect(await bench.run(caddySiteStep(instance, wanted))).toMatchObject({ is: 'satisfied' });
      expect(await server.sh('curl -s http://localhost:2020/config/')).toContain('"claw.test"');
      expect(await server.sh('ls -A /etc/caddy/hardshell.d')).toBe('research-1-01234567.caddy\n');
    });

    test('what Caddy refuses is told in its words, and the old is in force, files and all', async () => {
      const bench = createStepBench(host);
      await bench.run(caddySiteStep(instance, wanted));
      const files = await server.sh('cat /etc/caddy/Caddyfile /etc/caddy/hardshell.d/*');
      await server.sh('printf "http://claw2.test {\\n\\tnonsense\\n}\\n" >>/etc/caddy/Caddyfile');
      const broken = caddySiteStep(instance, { site: { ...wanted.site, host: 'other.test' } });
      const error = await failure(createStepBench(host).apply(broken));
      expect(error).toMatchObject({ code: 'ingress.caddy-config' });
      expect(JSON.stringify(error.details)).toMatch(/nonsense/);
      expect(await config()).toContain('claw.test');
      expect(await config()).not.toContain('other.test');
      await server.sh('head -n -3 /etc/caddy/Caddyfile >/tmp/c && cat /tmp/c >/etc/caddy/Caddyfile');
      expect(await server.sh('cat /etc/caddy/Caddyfile /etc/caddy/hardshell.d/*')).toBe(files);
    });

    test('a name that somebody else serves already is refused before anything changes', async () => {
      await server.sh(
        'printf "https://claw.test {\\n\\ttls internal\\n}\\n" >>/etc/caddy/Caddyfile; systemctl reload caddy',
      );
      const before = await server.sh('cat /etc/caddy/Caddyfile');
      const error = await failure(createStepBench(host).apply(caddySiteStep(instance, wanted)));
      expect(error).toMatchObject({ code: 'ingress.caddy-config' });
      expect(JSON.stringify(error.details)).toMatch(/ambiguous site definition.*claw\.test/);
      expect(await server.sh('cat /etc/caddy/Caddyfile')).toBe(before);
      expect(await server.sh('ls -A /etc/caddy/hardshell.d')).toBe('');
    });

    test('ports that somebody else holds, also where Caddy is slow to find that out', async () => {
      await server.sh('systemctl stop caddy; systemd-run --quiet --unit=squatter /usr/sbin/sshd -D -p 443');
      await server.sh(SLOW_CADDY);
      try {
        await server.sh(
          'for i in $(seq 50); do ss -Hltn "sport = :443" | grep -q . && exit 0; sleep 0.1; done; exit 1',
        );
        const error = await failure(createStepBench(host).apply(caddySiteStep(instance, wanted)));
        expect(error).toMatchObject({ code: 'ingress.port-busy' });
        expect((await server.sh('cat /etc/caddy/Caddyfile')).trimEnd()).toBe(theirs.trimEnd());
      } finally {
        await server.sh(
          'rm /run/systemd/system/caddy.service.d/slow.conf; systemctl daemon-reload; systemctl stop squatter',
        );
      }
    });

    test('closed at once under no lease, and opened again by its step', async () => {
      const bench = createStepBench(host);
      const step = caddySiteStep(instance, wanted);
      await bench.run(step);
      expect(await bench.check(closedSiteStep(instance))).toMatchObject({ is: 'needed' });
      await closeSite(host, instance);
      await closeSite(host, instance);
      expect(await config()).not.toContain('claw.test');
      expect(await bench.check(closedSiteStep(instance))).toMatchObject({ is: 'satisfied' });
      expect(await bench.check(step)).toMatchObject({ is: 'needed', because: 'the site is closed' });
      expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
      expect(await config()).toContain('claw.test');
    });

    test('cut short between the files and Caddy, it is gone on with', async () => {
      const bench = createStepBench(host);
      const step = caddySiteStep(instance, wanted);
      await bench.run(step);
      await server.sh(`touch ${own}.pending; mkdir /etc/caddy/hardshell.d/.stage.gone`);
      expect(await bench.check(step)).toMatchObject({ is: 'needed' });
      expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
      expect(await server.sh('ls -A /etc/caddy/hardshell.d')).toBe('hardshell.options\nresearch-1-01234567.caddy\n');
    });
  });

  test('ufw lets visitors in by a rule of ours, and only that one goes', async () => {
    await server.sh('ufw allow 22/tcp >/dev/null; ufw --force enable >/dev/null');
    const bench = createStepBench(host);
    const step = caddyFirewallStep(false);
    expect(await bench.run(step)).toMatchObject({ is: 'satisfied', because: 'ufw lets them in' });
    expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
    expect(bench.changes).toHaveLength(1);
    const gone = absentFirewallRuleStep(instance);
    expect(await bench.check(gone)).toMatchObject({ because: 'the rule stays: /etc/caddy/Caddyfile has other sites' });
    await server.sh('mv /etc/caddy/Caddyfile /etc/caddy/Caddyfile.theirs');
    expect(await bench.run(gone)).toMatchObject({ is: 'satisfied', because: 'there is no rule of ours' });
    expect(await server.sh('ufw status')).not.toContain('443');
    await server.sh('ufw allow 443/tcp >/dev/null; ufw allow 80/tcp >/dev/null');
    expect(await bench.check(step)).toMatchObject({ is: 'satisfied' });
    expect(await bench.check(gone)).toMatchObject({ is: 'satisfied', because: 'there is no rule of ours' });
    await server.sh('mv /etc/caddy/Caddyfile.theirs /etc/caddy/Caddyfile; ufw --force disable >/dev/null');
  });

  test(
    'a certificate is waited for, and a refusal is told in the words of the authority',
    { timeout: 120_000 },
    async () => {
      await using pebble = await startPebble({ refuses: ['blocked.test'] });
      const address = await server.address();
      await pebble.point('claw.test', [address]);
      await server.sh('cat >/etc/caddy/Caddyfile; systemctl restart caddy', { stdin: theirs });
      const bench = createStepBench({ ...host, ...openDirectly(address) });
      const run = async (name: string): Promise<unknown> => {
        const site = { ...wanted.site, host: name, acme: { directory: pebble.directory, rootFile: `${own}.pem` } };
        await bench.run(caddySiteStep(instance, { site, rootCertificate: pebble.rootCertificate }));
        return bench.run(caddyCertificateStep(name, Date.now));
      };
      expect(await run('claw.test')).toMatchObject({ is: 'satisfied' });
      expect(await run(address)).toMatchObject({ is: 'satisfied' });
      const error = await failure(run('blocked.test'));
      expect(error).toMatchObject({ code: 'ingress.certificate' });
      expect(JSON.stringify(error.details)).toMatch(/rejectedIdentifier/);
    },
  );

  test(
    'a certificate is renewed before its life is over, and nobody is without one',
    { timeout: 120_000 },
    async () => {
      await using pebble = await startPebble({ lifetimes: { default: 30, shortlived: 30 } });
      const address = await server.address();
      await pebble.point('claw.test', [address]);
      // Caddy looks every ten minutes otherwise: enough where lives are counted in days.
      await server.sh('cat >/etc/caddy/Caddyfile; systemctl restart caddy', {
        stdin: theirs.replace('grace_period 5s', 'renew_interval 1s'),
      });
      const rootFile = `${own}.pem`;
      const site = { ...wanted.site, acme: { directory: pebble.directory, rootFile } };
      const step = caddySiteStep(instance, { site, rootCertificate: pebble.rootCertificate });
      expect(await createStepBench(host).run(step)).toMatchObject({ is: 'satisfied' });
      const shown = new Set<string>();
      let gaps = 0;
      await expect
        .poll(
          async () => {
            const now = await readServedCertificate(openDirectly(address), 'claw.test', new AbortController().signal);
            if (now !== undefined && isInForce(now, Date.now())) shown.add(now.serialNumber);
            else if (shown.size > 0) gaps += 1;
            return shown.size;
          },
          { timeout: 100_000, interval: 500 },
        )
        .toBeGreaterThanOrEqual(3);
      expect(gaps).toBe(0);
    },
  );
});

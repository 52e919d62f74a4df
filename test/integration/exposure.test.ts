import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkServerExposure } from '../../src/core/exposure/check-exposure.ts';
import { createOutside } from '../../src/core/exposure/outside.ts';
import { createFactReader } from '../../src/core/facts/fact.ts';
import type { ExposureFinding, ExposureReport } from '../../src/core/api-operations.ts';
import type { Ingress } from '../../src/shared/model/ingress.ts';
import { instanceSchema } from '../../src/shared/model/instance.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { askOn, openDockerExecHost } from '../lab/docker-exec-host.ts';
import { startEngineServer, type EngineServer } from '../lab/engine-server.ts';

const minutes = 60_000;

/* Somebody who has opened the gateway by hand: $1 address, $2 port, $3 status of every answer */
const LISTEN = `systemd-run --quiet --collect --unit="open-$2" perl -MIO::Socket::INET -e '
  my $l = IO::Socket::INET->new(LocalAddr => $ARGV[0], LocalPort => $ARGV[1], Listen => 5, ReuseAddr => 1) or die $!;
  while (my $c = $l->accept) { <$c>; print $c "HTTP/1.1 $ARGV[2] x\\r\\nContent-Length: 0\\r\\n\\r\\n"; close $c }' "$1" "$2" "$3"
for try in 1 2 3 4 5 6 7 8 9 10; do ss -Hltn "sport = :$2" | grep -q . && exit 0; sleep 0.2; done; exit 1`;

describeWithLab('what of a server can be reached', () => {
  let server: EngineServer;
  beforeAll(async () => {
    server = await startEngineServer();
  }, 5 * minutes);
  afterAll(() => server[Symbol.asyncDispose]());

  const listen = (address: string, port: number, status: number): Promise<unknown> =>
    server.exec(['sh', '-c', LISTEN, 'sh', address, String(port), String(status)]);
  const stop = (port: number): Promise<string> => server.sh(`systemctl stop open-${String(port)}.service`);
  const check = async (ingress?: Ingress, at?: string): Promise<ExposureReport> => {
    const instance = instanceSchema.parse({
      id: 'i-0123456789abcdef',
      name: 'research',
      target: { kind: 'ssh', host: server.host, port: server.sshPort },
      createdAt: new Date().toISOString(),
      phase: 'deployed',
      version: '2026.9.6',
      port: 18_789,
      telemetry: false,
      installer: 'pinned',
      ...(ingress === undefined ? {} : { ingress }),
    });
    const reader = createFactReader(askOn(openDockerExecHost(server.id)), () => []);
    const outside = createOutside(at ?? (await server.address()));
    const { signal } = new AbortController();
    return checkServerExposure({ instance, outside, now: Date.now, signal }, reader);
  };
  const find = ({ findings }: ExposureReport, id: string): ExposureFinding | undefined =>
    findings.find((one) => one.id === id);

  it('is SSH and nothing else, as long as the gateway listens inside', async () => {
    await listen('127.0.0.1', 18_789, 401);
    const report = await check();
    expect(report.reachableFrom).toBe('Whoever may sign in to the server by SSH');
    expect(report.findings.filter(({ level }) => level === 'bad')).toEqual([]);
    expect(find(report, 'gateway')).toMatchObject({ level: 'ok' });
    expect(find(report, 'ssh')).toMatchObject({ level: 'ok', because: 'The way in for its owners (port 22).' });
    await stop(18_789);
  });

  it('is red when somebody has opened the gateway by hand, with what closes it', async () => {
    await listen('0.0.0.0', 18_789, 401);
    const report = await check();
    expect(find(report, 'gateway')).toEqual({
      id: 'gateway',
      title: 'The gateway’s own port',
      level: 'bad',
      because: `It answers everybody at ${await server.address()} (port 18789), without HTTPS.`,
      fix: 'Deploy research again: its gateway then listens on 127.0.0.1 alone.',
    });
    expect(find(report, 'token')).toMatchObject({ level: 'ok' });
    await stop(18_789);
  });

  it('is worse when it does not even ask for the token', async () => {
    await listen('0.0.0.0', 18_789, 200);
    const report = await check();
    expect(find(report, 'token')).toMatchObject({ level: 'bad', because: 'It answers visitors who have no token.' });
    expect(report.reachableFrom).toBe('Everybody, without a token');
    await stop(18_789);
  });

  it("points out a container that somebody has published past the firewall, and the firewall's own doing is seen", async () => {
    await listen('0.0.0.0', 5432, 401);
    await server.sh('ufw allow 22/tcp && ufw --force enable');
    await server.sh(
      `docker run --detach --name web --publish 0.0.0.0:8080:80 ${server.image} sh -c 'while :; do echo hi | nc -l -p 80; done'`,
    );
    const report = await check();
    expect(find(report, 'container:web')).toEqual({
      id: 'container:web',
      title: 'Container web',
      level: 'warn',
      because: 'It is published to every address (port 8080), past ufw: Docker does not ask it.',
      fix: 'Publish it to the machine alone: docker run -p 127.0.0.1:8080:…',
    });
    // ufw is asked for what is no container: nobody reaches it.
    expect(report.findings.filter(({ id }) => id.startsWith('listener:'))).toEqual([]);
    await server.sh('ufw --force disable');
    expect((await check()).findings.filter(({ id }) => id.startsWith('listener:'))).toMatchObject([
      { level: 'warn', because: 'It is open to everybody (port 5432).' },
    ]);
    await server.sh('docker rm --force web');
    await stop(5432);
  });

  it('is judged from inside where SSH is not reached directly, and that is said', async () => {
    await listen('0.0.0.0', 18_789, 401);
    const report = await check(undefined, '127.0.0.2');
    expect(find(report, 'outside')).toMatchObject({ level: 'warn' });
    expect(find(report, 'gateway')).toMatchObject({
      level: 'bad',
      because: 'It listens to every address (port 18789).',
    });
    await stop(18_789);
  });
});

import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { tryDocker } from '../lab/docker.ts';
import { listen } from '../lab/free-port.ts';
import { startNodeMirror } from '../lab/node-mirror.ts';
import { startNpmProxy } from '../lab/npm-proxy.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { startTcpProxy } from '../lab/tcp-proxy.ts';

interface Ended {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The ssh of this machine, told to trust and to offer nothing but what is written here. */
function ssh(server: LabServer, user: string, command: string, port = server.sshPort): Promise<Ended> {
  const options = [
    ['StrictHostKeyChecking', 'yes'],
    ['UserKnownHostsFile', server.knownHostsFile],
    ['GlobalKnownHostsFile', '/dev/null'],
    ['HostKeyAlias', `[127.0.0.1]:${server.sshPort}`],
    ['IdentitiesOnly', 'yes'],
    ['BatchMode', 'yes'],
    ['ConnectTimeout', '10'],
  ].flatMap(([name, value]) => ['-o', `${name ?? ''}=${value ?? ''}`]);
  const args = ['-F', '/dev/null', '-i', server.identityFile, '-p', String(port), ...options];
  return new Promise((resolve) => {
    execFile('ssh', [...args, `${user}@${server.host}`, command], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? null), stdout, stderr });
    });
  });
}

describeWithLab('a server of the lab', () => {
  let server: LabServer;
  beforeAll(async () => {
    server = await startServer({
      users: [
        { name: 'ann', sudo: 'nopasswd' },
        { name: 'ben', sudo: 'password', password: "it's ben" },
        { name: 'eve', authorizeKey: false },
      ],
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('lets its key in, and is who its known_hosts says', async () => {
    expect(await ssh(server, 'root', 'id -un')).toMatchObject({ code: 0, stdout: 'root\n' });
    expect(server.hostKeys.map((key) => key.type).sort()).toEqual(['ecdsa-sha2-nistp256', 'ssh-ed25519', 'ssh-rsa']);
  });

  it('has users with sudo, with sudo by password, and without a key', async () => {
    expect(await ssh(server, 'ann', 'sudo -n id -un')).toMatchObject({ code: 0, stdout: 'root\n' });
    expect(await ssh(server, 'ben', 'sudo -n true')).toMatchObject({ code: 1 });
    expect(await ssh(server, 'ben', 'echo "it\'s ben" | sudo -S -p "" id -un')).toMatchObject({ stdout: 'root\n' });
    expect(await ssh(server, 'eve', 'true')).toMatchObject({ code: 255 });
  });

  it('runs systemd, also for users', async () => {
    const run = 'loginctl enable-linger ann && sleep 1 && systemctl --user -M ann@ is-active default.target';
    expect(await server.sh(run)).toContain('active');
  });

  it('comes back with its disk from a stop and from a checkpoint', async () => {
    await server.sh('echo kept >/root/mark');
    const image = await server.commit(`hardshell-lab-test:${server.name}`);
    await server.stop();
    await server.start();
    expect(await ssh(server, 'root', 'cat /root/mark')).toMatchObject({ code: 0, stdout: 'kept\n' });
    await using copy = await startServer({ image });
    expect(await ssh(copy, 'root', 'cat /root/mark')).toMatchObject({ code: 0, stdout: 'kept\n' });
  });

  it('is gone when it is disposed', async () => {
    const short = await startServer();
    await short[Symbol.asyncDispose]();
    expect((await tryDocker(['inspect', short.id])).code).not.toBe(0);
  });

  it('is reached through a line that is slow, stalls and breaks', async () => {
    await using line = await startTcpProxy({ to: { port: server.sshPort }, latencyMs: 150 });
    const startedAt = performance.now();
    expect(await ssh(server, 'root', 'echo there', line.port)).toMatchObject({ code: 0, stdout: 'there\n' });
    // an ssh login takes several round trips
    expect(performance.now() - startedAt).toBeGreaterThan(5 * 150);
    expect(line.counters.connections).toBe(1);
    expect(line.counters.receivedBytes).toBeGreaterThan(1000);

    const cutting = ssh(server, 'root', 'echo begun; sleep 60', line.port);
    await expect.poll(() => line.counters.connections).toBe(2);
    line.cut();
    expect(await cutting).toMatchObject({ code: 255 });

    line.refuse();
    expect(await ssh(server, 'root', 'true', line.port)).toMatchObject({ code: 255 });
    line.resume();
    expect(await ssh(server, 'root', 'true', line.port)).toMatchObject({ code: 0 });
  });

  it('installs from the npm registry of the lab', async () => {
    await using registry = await startNpmProxy();
    const answer = await server.sh(`curl -fsS ${registry.urlFromServers}is-number`);
    const tarball = (JSON.parse(answer) as { versions: Record<string, { dist: { tarball: string } }> }).versions[
      '7.0.0'
    ];
    expect(tarball?.dist.tarball.startsWith(registry.urlFromServers)).toBe(true);
    expect(Number(await server.sh(`curl -fsS ${tarball?.dist.tarball ?? ''} | wc -c`))).toBeGreaterThan(1000);
    expect(registry.stats().requests).toBe(2);

    registry.refuse();
    await expect(server.sh(`curl -fsS --max-time 5 ${registry.urlFromServers}is-number`)).rejects.toThrow();
  });

  it('gets the Node.js that it would get from nodejs.org', async () => {
    await using mirror = await startNodeMirror();
    const at = `${mirror.urlFromServers}/dist/v${mirror.version}`;
    const script = [
      'cd /opt',
      `curl -fsSO ${at}/SHASUMS256.txt -O ${at}/${mirror.archive}.tar.gz`,
      'sha256sum --check --ignore-missing SHASUMS256.txt >&2',
      `tar -xzf ${mirror.archive}.tar.gz`,
      `PATH=/opt/${mirror.archive}/bin:$PATH`,
      'node --version && npm --version',
    ].join(' && ');
    expect(await server.sh(script)).toMatch(new RegExp(`^v${mirror.version}\\n11\\.`));
  });
});

it('a line resets what it cuts, and holds what it stalls', async () => {
  const origin = createServer((_request, response) => response.end('answer'));
  const port = await listen(origin, '127.0.0.1');
  try {
    await using line = await startTcpProxy({ to: { port } });
    const url = `http://127.0.0.1:${line.port}/`;
    const ask = async (timeoutMs: number): Promise<string> =>
      (await fetch(url, { signal: AbortSignal.timeout(timeoutMs), headers: { connection: 'close' } })).text();
    expect(await ask(2000)).toBe('answer');
    line.stall();
    await expect(ask(300)).rejects.toThrow(/timeout/);
    line.resume();
    expect(await ask(2000)).toBe('answer');
    line.cutAfter(1);
    await expect(ask(2000)).rejects.toThrow();
    expect(await ask(2000)).toBe('answer');
  } finally {
    origin.close();
  }
});

import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { query, queryScript } from '../../src/core/host/command.ts';
import { exec } from '../../src/core/host/exec.ts';
import { writeFile } from '../../src/core/host/files.ts';
import type { Host } from '../../src/core/host/host.ts';
import type { SshOptions } from '../../src/core/host/ssh/ssh-way.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { freePort, listen } from '../lab/free-port.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { makeSshHome, type SshHome } from '../lab/ssh-home.ts';
import { startTcpProxy, type TcpProxy } from '../lab/tcp-proxy.ts';

/** Short for a test, long for a machine that many tests share. */
const keepalive = { intervalMs: 1000, count: 2 };

describeWithLab('a connection to a server', () => {
  let server: LabServer;
  let home: SshHome;
  let proxy: TcpProxy;
  beforeAll(async () => {
    server = await startServer({ users: [{ name: 'anna' }] });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    home = await makeSshHome();
    proxy = await startTcpProxy({ to: { port: server.sshPort } });
    await home.write('known_hosts', ...server.hostKeys.map(({ type, key }) => `[127.0.0.1]:* ${type} ${key}`));
  });
  afterEach(async () => {
    await home[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  });

  const open = (port: number, options: SshOptions = {}, user = 'anna'): Promise<Host> =>
    home.open({ host: '127.0.0.1', port, user, identityFile: server.identityFile }, options);

  it('that is cut ends everything that runs through it, at once', async () => {
    const host = await open(proxy.port);
    const running = exec(host, query(['sleep', '300']));
    const stream = await host.connect({ port: 22 });
    const lost = { code: 'host.connection-lost' };
    const outcome = expect(running).rejects.toMatchObject(lost);
    const begin = performance.now();
    proxy.cut();
    await outcome;
    expect(performance.now() - begin).toBeLessThan(1000);
    expect(host.closed.reason).toMatchObject(lost);
    expect(stream.destroyed).toBe(true);
    await expect(host.spawn(query(['true']))).rejects.toMatchObject(lost);
    await expect(host.connect({ port: 22 })).rejects.toMatchObject(lost);
  });

  it('that goes silent is given up in the time that was set', async () => {
    const host = await open(proxy.port, { keepalive });
    const running = exec(host, query(['sleep', '300']));
    const outcome = expect(running).rejects.toMatchObject({ code: 'host.connection-lost' });
    const begin = performance.now();
    proxy.stall();
    await outcome;
    const tookMs = performance.now() - begin;
    expect(tookMs).toBeGreaterThan(1900);
    expect(tookMs).toBeLessThan(6000);
  });

  it('to a server that stands still is given up as well, and one that is only idle is kept', async () => {
    const host = await open(server.sshPort, { keepalive });
    await sleep(5000);
    expect((await exec(host, query(['echo', 'still there']))).stdout).toBe('still there\n');
    const running = exec(host, query(['sleep', '300']));
    const outcome = expect(running).rejects.toMatchObject({ code: 'host.connection-lost' });
    await server.sh('pkill -STOP -x sshd');
    try {
      await outcome;
    } finally {
      await server.sh('pkill -CONT -x sshd');
    }
  });

  it('that is full of data is not taken for a silent one', async () => {
    const host = await open(server.sshPort, { keepalive });
    const process = await host.spawn(query(['head', '-c', '100000000', '/dev/zero']));
    process.stderr.resume();
    let sizeBytes = 0;
    let pausedAt = 0;
    for await (const chunk of process.stdout) {
      sizeBytes += (chunk as Buffer).length;
      if (sizeBytes - pausedAt < 20_000_000) continue;
      pausedAt = sizeBytes;
      await sleep(1500);
    }
    expect(sizeBytes).toBe(100_000_000);
  });

  it('lost in the middle of a write leaves the file as it was', { timeout: 60_000 }, async () => {
    const direct = await open(server.sshPort);
    await exec(direct, queryScript('printf old >file'));
    for (const bytes of [1, 500_000, 1_500_000]) {
      const host = await open(proxy.port);
      proxy.cutAfter(bytes);
      await expect(writeFile(host, 'file', randomBytes(2_000_000))).rejects.toMatchObject({
        code: 'host.connection-lost',
      });
      await expect
        .poll(async () => (await exec(direct, query(['ls', '-A']))).stdout, { timeout: 10_000 })
        .not.toContain('.hardshell.');
      expect((await exec(direct, query(['cat', 'file']))).stdout).toBe('old');
    }
  });

  it('that cannot be made says what is in the way', async () => {
    const closed = await freePort();
    await expect(open(closed)).rejects.toMatchObject({
      code: 'host.unreachable',
      message: `Nothing listens on port ${String(closed)} of 127.0.0.1.`,
    });
    await expect(home.open({ host: 'no-such-name.invalid', user: 'anna' })).rejects.toMatchObject({
      code: 'host.unreachable',
      message: expect.stringContaining('no-such-name.invalid') as string,
    });
    proxy.refuse();
    await expect(open(proxy.port)).rejects.toMatchObject({
      code: 'host.unreachable',
      message: `127.0.0.1 cut the connection on port ${String(proxy.port)} before it said who it is.`,
    });
  });

  it('cut at any moment of the beginning is unreachable, nothing else', { timeout: 60_000 }, async () => {
    for (const bytes of [1, 30, 500, 1500, 2500, 3000, 3500]) {
      proxy.cutAfter(bytes);
      const error = await open(proxy.port).then(
        (host) => host.closed.reason as unknown,
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code: expect.stringMatching(/^host\.(unreachable|connection-lost)$/) as string });
    }
  });

  it.each([
    ['says nothing', () => undefined],
    ['speaks something else', (write: (text: string) => void) => write('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ] as const)('to something that %s has an end', async (_what, greet) => {
    const other: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
      greet((text) => void socket.write(text));
    });
    const port = await listen(other, '127.0.0.1');
    const begin = performance.now();
    await expect(open(port, { readyTimeoutMs: 1000 })).rejects.toMatchObject({ code: 'host.unreachable' });
    expect(performance.now() - begin).toBeLessThan(2500);
    await new Promise((resolve) => other.close(resolve));
  });

  it.each([1, 2, 4])(
    'to a server that allows %i sessions still does everything',
    { timeout: 60_000 },
    async (sessions) => {
      await server.sh(
        `printf 'MaxSessions ${String(sessions)}\\n' >/etc/ssh/sshd_config.d/01-few.conf; systemctl reset-failed ssh; systemctl restart ssh`,
      );
      try {
        const host = await open(server.sshPort);
        const results = await Promise.all(
          Array.from({ length: 12 }, (_, index) => exec(host, queryScript('sleep 0.05; echo "$1"', [index]))),
        );
        expect(results.map(({ stdout }) => stdout.trim())).toEqual(
          Array.from({ length: 12 }, (_, index) => String(index)),
        );
        // Also where no second session can be had to signal the first one.
        const stop = new AbortController();
        const running = exec(host, query(['sleep', '322']), { signal: stop.signal });
        const outcome = expect(running).rejects.toThrow('enough');
        const runs = async (): Promise<boolean> => (await server.exec(['pgrep', '-f', '^sleep 322'])).code === 0;
        await expect.poll(runs, { timeout: 5000 }).toBe(true);
        stop.abort(new Error('enough'));
        await outcome;
        await expect.poll(runs, { timeout: 5000 }).toBe(false);
      } finally {
        await server.sh('rm /etc/ssh/sshd_config.d/01-few.conf; systemctl reset-failed ssh; systemctl restart ssh');
      }
    },
  );

  it('without the right to forward says so', async () => {
    await server.sh(
      `printf 'AllowTcpForwarding no\\nAllowStreamLocalForwarding no\\n' >/etc/ssh/sshd_config.d/01-closed.conf; systemctl reset-failed ssh; systemctl restart ssh`,
    );
    try {
      const host = await open(server.sshPort);
      await expect(host.connect({ port: 22 })).rejects.toMatchObject({ code: 'host.forwarding-denied' });
      // sshd answers for socket files as if nobody listened, so the sentence has to name both.
      await expect(host.connect({ socketPath: '/run/dbus/system_bus_socket' })).rejects.toMatchObject({
        code: 'host.port-closed',
        message: expect.stringContaining('does not forward') as string,
      });
      expect((await exec(host, query(['echo', 'ok']))).stdout).toBe('ok\n');
    } finally {
      await server.sh('rm /etc/ssh/sshd_config.d/01-closed.conf; systemctl reset-failed ssh; systemctl restart ssh');
    }
  });

  it('to an account without a shell is an answer, not a riddle', async () => {
    await server.sh('usermod -s /usr/sbin/nologin anna');
    try {
      const host = await open(server.sshPort);
      const result = await exec(host, query(['true']));
      expect(result.code).not.toBe(0);
      expect(result.stdout + result.stderr).toContain('not available');
    } finally {
      await server.sh('usermod -s /bin/bash anna');
    }
  });

  it('to an account whose shell chatters at its start keeps that out of nothing but the words', async () => {
    await server.sh(`printf 'echo to stdout\\necho to stderr >&2\\n' >/home/anna/.bashrc`);
    try {
      const host = await open(server.sshPort);
      const result = await exec(host, queryScript('echo out; echo err >&2'));
      expect(result).toMatchObject({ stdout: 'to stdout\nout\n', stderr: 'to stderr\nerr\n' });
    } finally {
      await server.sh('rm /home/anna/.bashrc');
    }
  });

  it('over a long way costs two round trips a command, whatever that says', async () => {
    const latencyMs = 200;
    await using slow = await startTcpProxy({ to: { port: server.sshPort }, latencyMs });
    const host = await open(slow.port);
    let bestMs = Infinity;
    for (let tries = 0; tries < 5; tries += 1) {
      const begin = performance.now();
      await exec(host, queryScript('echo out; echo err >&2'));
      bestMs = Math.min(bestMs, performance.now() - begin);
    }
    // One opens the session, one starts the command.
    expect(bestMs).toBeLessThan(3 * latencyMs);
  });
});

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { InstanceLink, InstanceStatus, MetricSample, ShellSession } from '../../src/core/index.ts';
import { createStateStore } from '../../src/core/state/state-store.ts';
import { createIds } from '../../src/core/system/ids.ts';
import { Secret } from '../../src/shared/secret.ts';
import type { InstanceId } from '../../src/shared/model/ids.ts';
import { instanceSchema } from '../../src/shared/model/instance.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { startTcpProxy, type TcpProxy } from '../lab/tcp-proxy.ts';
import { openTestCore, type TestCore } from '../lab/test-core.ts';

const PORT = 18_789;
const PASSWORD = 'open sesame 1';
const size = { columns: 100, rows: 30 };

/** What of ours runs on the server: the shells, the readings and what they have started. */
const LEFT = "pgrep -af '/proc/stat|bash -l|timeout [0-9]|/dev/zero' | grep -v pgrep || true";

describeWithLab('a link to a server', () => {
  let server: LabServer;
  let proxy: TcpProxy;
  let test: TestCore;
  let id: InstanceId;
  let link: InstanceLink;
  beforeAll(async () => {
    server = await startServer({
      users: [{ name: 'openclaw' }],
      rootPassword: PASSWORD,
      sshd: ['PermitRootLogin yes'],
    });
    // Something that answers on the gateway's port, and is no gateway.
    await server.sh(
      `setsid -f perl -MIO::Socket::INET -e '$SIG{CHLD}="IGNORE"; my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:${String(PORT)}", Listen => 9, ReuseAddr => 1) or die; while (my $c = $s->accept) { next if fork; while (<$c>) { print $c $_; $c->flush } exit }' >/dev/null 2>&1 </dev/null`,
    );
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    proxy = await startTcpProxy({ to: { port: server.sshPort } });
    test = await openTestCore();
    id = createIds().instance();
    const state = createStateStore(test.dataDir, { onProblem: () => undefined, platform: process.platform });
    await state.instances.put(
      id,
      instanceSchema.parse({
        id,
        name: 'far away',
        target: { kind: 'ssh', host: '127.0.0.1', port: proxy.port, user: 'root' },
        createdAt: new Date().toISOString(),
        phase: 'deployed',
        version: '2026.9.6',
        nodeVersion: '24.21.0',
        port: PORT,
        telemetry: false,
        installer: 'pinned',
      }),
    );
    const [key] = server.hostKeys;
    if (key === undefined) throw new Error('The server has no host keys.');
    const trusting = await test.core.instances
      .status('far away', {
        secrets: { sshPassword: new Secret(PASSWORD) },
        trustHostKeys: server.hostKeys.map(({ sha256 }) => sha256),
      })
      .catch((error: unknown) => error);
    expect(trusting).toMatchObject({ state: 'not-deployed' });
    link = await test.core.instances.link(id);
  });
  afterEach(async () => {
    await test[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    // Whatever was open: nothing of it goes on there.
    await expect.poll(() => server.sh(LEFT), { timeout: 10_000 }).toBe('');
  });

  const provide = (remember = false): Promise<void> =>
    test.core.logins.provide(id, { sshPassword: new Secret(PASSWORD) }, { remember });

  it('waits for a login, and goes on by itself when it is given one', async () => {
    const told: InstanceStatus[] = [];
    link.onStatus((status) => told.push(status));
    await expect.poll(() => told.at(-1)).toMatchObject({ state: 'unreachable', error: { code: 'host.auth-failed' } });
    const { connections } = proxy.counters;
    await sleep(2500);
    expect(proxy.counters.connections).toBe(connections);
    await provide(true);
    await expect.poll(() => told.at(-1), { timeout: 10_000 }).toMatchObject({ state: 'not-deployed' });
    expect(await test.core.logins.isRemembered(id)).toBe(true);
    await test.core.logins.forget(id);
    expect(await test.core.logins.isRemembered(id)).toBe(false);
  });

  it('opens a shell as the account of OpenClaw, with a size that follows', async () => {
    await provide();
    const shell = await link.openShell(size);
    const heard = listen(shell);
    shell.input.write('echo "$(id -un) $PWD" $((6*7)) é; stty size\n');
    await expect.poll(heard).toMatch(/openclaw \/home\/openclaw 42 é\r\n30 100/);
    // Programs like screen and tmux open their terminal again by its name.
    shell.input.write('echo "its owner: $(stat -c %U "$(tty)")"; echo again > "$(tty)" && echo "it op""ens"\n');
    await expect.poll(heard).toMatch(/its owner: openclaw\r\nagain\r\nit opens/);
    shell.resize({ columns: 77, rows: 11 });
    shell.input.write('stty size\n');
    await expect.poll(heard).toContain('11 77');
    shell.input.write('exit 5\n');
    expect(await shell.ended).toEqual({ code: 5, signal: null });
  });

  it('holds a flood back while nobody reads', async () => {
    await provide();
    const shell = await link.openShell(size);
    const before = proxy.counters.receivedBytes;
    shell.input.write('head -c 50000000 /dev/zero\n');
    shell.output.once('readable', () => undefined);
    await sleep(3000);
    // One window of SSH, and what Node.js keeps of a stream.
    expect(proxy.counters.receivedBytes - before).toBeLessThan(6_000_000);
    expect(shell.output.readableLength).toBeLessThan(3_000_000);
    await shell[Symbol.asyncDispose]();
    expect(await shell.ended).toEqual({ code: null, signal: 'SIGHUP' });
  });

  it('tells how busy the machine is, while somebody listens', async () => {
    await provide();
    const samples: MetricSample[] = [];
    const listening = link.onSample((sample) => samples.push(sample));
    await expect.poll(() => samples.length, { timeout: 15_000 }).toBeGreaterThan(1);
    const [first] = samples;
    expect(first?.cpu).toBeGreaterThanOrEqual(0);
    expect(first?.cpu).toBeLessThanOrEqual(1);
    expect(first?.memoryUsedBytes).toBeGreaterThan(10_000_000);
    expect(first?.memoryTotalBytes).toBeGreaterThan(first?.memoryUsedBytes ?? Infinity);
    expect(first?.diskTotalBytes).toBeGreaterThan(first?.diskUsedBytes ?? Infinity);
    expect(first?.diskUsedBytes).toBeGreaterThan(0);
    await expect.poll(() => link.history()).toEqual([first]);
    expect(await server.sh(LEFT)).toContain('/proc/stat');
    listening[Symbol.dispose]();
    await expect.poll(() => server.sh(LEFT), { timeout: 5000 }).toBe('');
  });

  // A line that breaks, and a laptop that wakes up in another network: nobody tells it that its connection is dead.
  it.each(['cut', 'stall'] as const)('comes back with everything after a network that was gone: %s', async (how) => {
    await provide();
    const told: InstanceStatus[] = [];
    const samples: MetricSample[] = [];
    link.onStatus((status) => told.push(status));
    link.onSample((sample) => samples.push(sample));
    const tunnel = await link.openTunnel();
    const shell = await link.openShell(size);
    await expect.poll(() => told.at(-1)).toMatchObject({ state: 'not-deployed' });
    await expect.poll(() => samples.length, { timeout: 15_000 }).toBeGreaterThan(0);
    if (how === 'stall') proxy.stall();
    else {
      proxy.refuse();
      proxy.cut();
    }
    await expect(shell.ended).rejects.toMatchObject({ code: 'host.connection-lost' });
    await expect.poll(() => told.at(-1)).toMatchObject({ state: 'unreachable' });
    expect(tunnel.isUp).toBe(false);
    const before = samples.length;
    proxy.resume();
    await expect.poll(() => told.at(-1), { timeout: 40_000 }).toMatchObject({ state: 'not-deployed' });
    await expect.poll(() => tunnel.isUp).toBe(true);
    expect(await echo(tunnel.port, 'again')).toBe('again\n');
    await expect.poll(() => samples.length, { timeout: 50_000 }).toBeGreaterThan(before);
    await using another = await link.openShell(size);
    const heard = listen(another);
    another.input.write('echo $((6*7))\n');
    await expect.poll(heard).toContain('42');
  });

  it('is controlled under a lease of a process that can be asked for, so that nobody waits for a dead one', async () => {
    await provide();
    const runsDir = join(test.dataDir, 'runs');
    const seen = new Set<string>();
    const stopping = test.core.instances.stop('far away').then(
      () => 'over',
      () => 'over',
    );
    while ((await Promise.race([stopping, sleep(20)])) !== 'over') {
      for (const name of await readdir(runsDir).catch(() => [])) seen.add(name);
    }
    expect([...seen]).toEqual([expect.stringMatching(/^r-.*\.jsonl$/)]);
    expect(await readdir(runsDir)).toEqual([]);
    expect(await test.core.runs.list()).toEqual([]);
  });

  it('keeps the port of a tunnel when the connection breaks and comes back', async () => {
    await provide();
    const tunnel = await link.openTunnel();
    const changes: boolean[] = [];
    tunnel.onChange((isUp) => changes.push(isUp));
    await expect.poll(() => tunnel.isUp).toBe(true);
    expect(await echo(tunnel.port, 'one')).toBe('one\n');
    const shell = await link.openShell(size);
    proxy.refuse();
    await server.sh("pkill -f '^sshd: root' || true");
    await expect(shell.ended).rejects.toMatchObject({ code: 'host.connection-lost' });
    await expect.poll(() => tunnel.isUp).toBe(false);
    await expect(echo(tunnel.port, 'lost')).resolves.toBe('');
    proxy.resume();
    await expect.poll(() => tunnel.isUp, { timeout: 15_000 }).toBe(true);
    expect(await echo(tunnel.port, 'two')).toBe('two\n');
    expect(changes).toEqual(expect.arrayContaining([false, true]));
    // Whoever prefers a port that is taken gets another one.
    expect((await link.openTunnel(tunnel.port)).port).not.toBe(tunnel.port);
    await link[Symbol.asyncDispose]();
    // Its port is free again.
    link = await test.core.instances.link(id);
    expect((await link.openTunnel(tunnel.port)).port).toBe(tunnel.port);
  });
});

/** Everything that the shell has said. */
function listen(shell: ShellSession): () => string {
  const chunks: Buffer[] = [];
  shell.output.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

/** What comes back of a line through a port of this computer; nothing where the way is down. */
function echo(port: number, line: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.once('data', (chunk) => {
      resolve(chunk.toString());
      socket.destroy();
    });
    socket.once('close', () => resolve(''));
    socket.write(`${line}\n`);
  });
}

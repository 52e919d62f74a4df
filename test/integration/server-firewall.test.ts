import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Host } from '../../src/core/host/host.ts';
import { firewallStep } from '../../src/core/steps/server/firewall.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerExecHost } from '../lab/docker-exec-host.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { createStepBench, failure } from '../lab/step-bench.ts';

/** A login that shares nothing with any other. */
function logIn(server: LabServer, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    signal?.addEventListener('abort', () => void client.destroy(), { once: true });
    client.once('ready', () => {
      client.end();
      resolve();
    });
    client.on('error', reject);
    client.once('close', () => reject(new Error('closed')));
    void readFile(server.identityFile).then((privateKey) => {
      client.connect({ host: server.host, port: server.sshPort, username: 'root', privateKey, readyTimeout: 3000 });
    }, reject);
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describeWithLab('the firewall of a server', () => {
  let server: LabServer;
  let host: Host;
  beforeAll(async () => {
    server = await startServer();
    host = openDockerExecHost(server.id);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  const ufwStatus = async (): Promise<string> => (await server.sh('ufw status')).split('\n')[0] ?? '';
  const timers = (): Promise<string> => server.sh('systemctl list-units --all --no-legend "hardshell-firewall*" | cat');
  const onDisk = (): Promise<string> => server.sh('grep ^ENABLED /etc/ufw/ufw.conf');

  beforeEach(async () => {
    await server.sh(
      'ufw --force reset >/dev/null; ufw --force disable >/dev/null; rm -f /etc/ufw/*.rules.2*; ufw allow 8443/tcp >/dev/null',
    );
    expect(await ufwStatus()).toBe('Status: inactive');
  });

  test('switched on after a second login, once; the rules of the person stay', async () => {
    const bench = createStepBench(host);
    let during = '';
    const step = firewallStep({
      sshPorts: [22],
      proveAccess: async (signal) => {
        during = `${await ufwStatus()} ${await onDisk()}`;
        await logIn(server, signal);
      },
    });
    expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
    expect(during.replace(/\s+/g, ' ').trim()).toBe('Status: active ENABLED=no');
    expect(await ufwStatus()).toBe('Status: active');
    expect((await onDisk()).trim()).toBe('ENABLED=yes');
    expect(await timers()).toBe('');
    const rules = await server.sh('ufw status');
    expect(rules).toMatch(/^22\/tcp\s+ALLOW/m);
    expect(rules).toMatch(/^8443\/tcp\s+ALLOW/m);
    await logIn(server);

    const before = bench.changes.length;
    expect(await bench.run(step)).toMatchObject({ is: 'satisfied', because: 'ufw is on' });
    expect(bench.changes.length).toBe(before);
  });

  test('a port that sshd does not listen on: the login fails, and the firewall is off again', async () => {
    const bench = createStepBench(host);
    const step = firewallStep({ sshPorts: [2222], proveAccess: (signal) => logIn(server, signal) });
    expect(await failure(bench.apply(step))).toMatchObject({ code: 'firewall.not-proven' });
    expect(await ufwStatus()).toBe('Status: inactive');
    expect((await onDisk()).trim()).toBe('ENABLED=no');
    expect(await timers()).toBe('');
    await logIn(server);
  });

  test('a proof that never ends is given up in time', async () => {
    const bench = createStepBench(host);
    const step = firewallStep({ sshPorts: [22], trialSeconds: 6, proveAccess: () => new Promise(() => undefined) });
    expect(await failure(bench.apply(step))).toMatchObject({ code: 'firewall.not-proven' });
    expect(await ufwStatus()).toBe('Status: inactive');
  });

  test('when we die, the timer on the server takes it back, and the next run converges', async () => {
    const controller = new AbortController();
    const bench = createStepBench(host, { signal: controller.signal });
    let during = '';
    const step = firewallStep({
      sshPorts: [2222],
      trialSeconds: 20,
      proveAccess: async () => {
        during = await ufwStatus();
        await expect(logIn(server)).rejects.toThrow();
        controller.abort(new Error('killed'));
        await new Promise(() => undefined);
      },
    });
    expect(await failure(bench.apply(step))).toMatchObject({ message: 'killed' });
    expect(during).toBe('Status: active');
    const deadline = Date.now() + 60_000;
    while ((await ufwStatus()) !== 'Status: inactive' && Date.now() < deadline) await pause(500);
    expect((await onDisk()).trim()).toBe('ENABLED=no');
    await logIn(server);

    const again = createStepBench(host);
    const right = firewallStep({ sshPorts: [22], proveAccess: (signal) => logIn(server, signal) });
    expect(await again.run(right)).toMatchObject({ is: 'satisfied' });
  });

  test('too late: what the timer has taken back is not called kept', async () => {
    const bench = createStepBench(host);
    const late = firewallStep({
      sshPorts: [22],
      proveAccess: () => server.sh('ufw --force disable').then(() => undefined),
    });
    expect(await failure(bench.apply(late))).toMatchObject({ code: 'firewall.not-proven' });
    expect(await ufwStatus()).toBe('Status: inactive');
  });
});

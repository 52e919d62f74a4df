import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  collect,
  ContractBench,
  describeEnginePort,
} from '../../src/core/container-engine/container-engine.contract.ts';
import type { ContainerEngine } from '../../src/core/container-engine/container-engine.ts';
import { openHostEngine } from '../../src/core/container-engine/open-host-engine.ts';
import type { Host } from '../../src/core/host/host.ts';
import { probeElevation, withPrivileges } from '../../src/core/host/privileges.ts';
import { openSshHost } from '../../src/core/host/ssh/ssh-host.ts';
import { createTrustStore } from '../../src/core/host/ssh/trust-store.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startEngineServer, type EngineServer } from '../lab/engine-server.ts';

describeWithLab('the contract of an engine, over SSH', () => {
  let server: EngineServer;
  let homeDir: string;
  beforeAll(async () => {
    const sudo = 'nopasswd';
    server = await startEngineServer({
      users: [{ name: 'anna', sudo }, { name: 'bob' }, { name: 'carol', sudo }],
      sshd: ['Match User carol', 'AllowStreamLocalForwarding no', 'Match all'],
    });
    homeDir = await mkdtemp(join(tmpdir(), 'hardshell-home-'));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(homeDir, { recursive: true, force: true });
  });

  const openHost = async (user: string): Promise<Host> => {
    const host = await openSshHost(
      { kind: 'ssh', host: server.host, port: server.sshPort, user, identityFile: server.identityFile, jumps: [] },
      {
        homeDir,
        platform: process.platform,
        localUser: 'tester',
        trust: createTrustStore(join(homeDir, 'trust.json'), Date.now),
        knownHostsFiles: [server.knownHostsFile],
      },
    );
    return withPrivileges(host, await probeElevation(host, undefined));
  };
  /** The host is the caller's, so that it goes with the engine here. */
  const open = (user: string) => async (): Promise<ContainerEngine> => {
    const host = await openHost(user);
    const engine = await openHostEngine(host);
    const closeEngine = engine[Symbol.asyncDispose].bind(engine);
    return Object.assign(engine, {
      [Symbol.asyncDispose]: async () => {
        await closeEngine();
        await host[Symbol.asyncDispose]();
      },
    });
  };

  describeEnginePort('through its socket', { open: open('root'), image: 'lab/tools:1', subnetByte: 212 });
  describeEnginePort('through a socket that root lends', { open: open('anna'), image: 'lab/tools:1', subnetByte: 213 });

  it('what root has lent is gone with the engine, also when only the connection breaks', async () => {
    const lent = (): Promise<string> =>
      server.sh('ls -d /run/hardshell-engine.* 2>/dev/null || :; pgrep -xc systemd-socket- || :');
    await using first = await openHost('anna');
    const engine = await openHostEngine(first);
    expect(await lent()).toMatch(/^\/run\/hardshell-engine\.\w+\n1\n$/);
    await engine[Symbol.asyncDispose]();
    await expect.poll(lent).toBe('0\n');
    const second = await openHost('anna');
    await openHostEngine(second);
    await second[Symbol.asyncDispose]();
    await expect.poll(lent).toBe('0\n');
  });

  it('where sshd forwards no sockets, a program of root speaks for them', async () => {
    await using host = await openHost('carol');
    await using engine = await openHostEngine(host);
    const bench = new ContractBench(engine, { open: open('carol'), image: 'lab/tools:1', subnetByte: 215 });
    try {
      await bench.prepare();
      const id = await bench.running();
      const process = await engine.containers.exec(id, { argv: ['sh', '-c', 'cat; exit 4'] });
      process.stdin.end('through a program');
      expect(await collect(process)).toEqual({ stdout: 'through a program', stderr: '', code: 4 });
      const missing = engine.containers.readFile(id, '/data/nothing');
      expect(await missing).toBeUndefined();
      // Nothing of it stays behind.
      await expect.poll(() => server.sh('pgrep -fc "[s]ystem dial-stdio" || :')).toBe('0\n');
    } finally {
      await bench.clear();
    }
  });

  it('who may neither speak with it nor become root is told so', async () => {
    await using host = await openHost('bob');
    await expect(openHostEngine(host)).rejects.toMatchObject({ code: 'engine.denied' });
  });

  it('an engine that is stopped does not answer, one that is gone is missing', async () => {
    await using host = await openHost('anna');
    await server.sh('systemctl stop docker.socket docker.service');
    await expect(openHostEngine(host)).rejects.toMatchObject({ code: 'engine.unreachable' });
    await server.sh('mv /usr/bin/docker /usr/bin/docker-away');
    await expect(openHostEngine(host)).rejects.toMatchObject({ code: 'engine.missing' });
  });
});

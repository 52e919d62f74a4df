import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeRealHost } from '../../src/core/host/host.contract.ts';
import type { Host } from '../../src/core/host/host.ts';
import { openSshHost } from '../../src/core/host/ssh/ssh-host.ts';
import { createTrustStore } from '../../src/core/host/ssh/trust-store.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startServer, type LabServer } from '../lab/server.ts';

describeWithLab('the contract of a host, over SSH', () => {
  let server: LabServer;
  let homeDir: string;
  beforeAll(async () => {
    server = await startServer({ users: [{ name: 'anna' }] });
    homeDir = await mkdtemp(join(tmpdir(), 'hardshell-home-'));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(homeDir, { recursive: true, force: true });
  });

  const open = (user: string) => (): Promise<Host> =>
    openSshHost(
      { kind: 'ssh', host: server.host, port: server.sshPort, user, identityFile: server.identityFile, jumps: [] },
      {
        homeDir,
        platform: process.platform,
        localUser: 'tester',
        trust: createTrustStore(join(homeDir, 'trust.json'), Date.now),
        knownHostsFiles: [server.knownHostsFile],
      },
    );

  // sshd passes signals on for one of them and not for the other.
  describe('as root', () => describeRealHost('a server', open('root')));
  describe('as somebody else', () => describeRealHost('a server', open('anna')));
});

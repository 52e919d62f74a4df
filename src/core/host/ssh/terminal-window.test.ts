import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { expect, it } from 'vitest';
import { generateKeyPair } from '../../../../test/lab/key-pair.ts';
import { Secret } from '../../../shared/secret.ts';
import { query } from '../command.ts';
import { formatFingerprint } from './host-key.ts';
import { openSshHost } from './ssh-host.ts';
import { createTrustStore } from './trust-store.ts';

const hostKey = generateKeyPair();
const parsed = ssh2.utils.parseKey(hostKey.public);
if (parsed instanceof Error) throw parsed;
const fingerprint = formatFingerprint(Buffer.from(parsed.getPublicSSH()));
const MEGABYTE = 1024 * 1024;

/** A server that says something without end, as fast as it is let. */
async function serveFlood() {
  const connections = new Set<Connection>();
  const flood = { sent: 0 };
  const say = (channel: ServerChannel): void => {
    const bytes = Buffer.alloc(8 * 1024, 'a');
    channel.write(bytes, () => {
      flood.sent += bytes.length;
      if (channel.writable) setImmediate(say, channel);
    });
  };
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    connections.add(client);
    client.on('error', () => undefined);
    client.on('authentication', (context) => context.accept());
    client.on('session', (accept) => {
      const session = accept();
      session.on('pty', (acceptPty) => acceptPty());
      session.on('exec', (acceptExec) => say(acceptExec()));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    flood,
    async [Symbol.asyncDispose]() {
      for (const client of connections) client.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

it('lets a server get ahead of a terminal that nobody reads by a little, not by megabytes', async () => {
  const home = await mkdtemp(join(tmpdir(), 'hardshell-window-'));
  try {
    await using server = await serveFlood();
    await using host = await openSshHost(
      { kind: 'ssh', host: '127.0.0.1', port: server.port, user: 'anna', jumps: [] },
      {
        homeDir: home,
        platform: process.platform,
        localUser: 'tester',
        trust: createTrustStore(join(home, 'trust.json'), Date.now),
        knownHostsFiles: [],
      },
      { trustHostKeys: [fingerprint], password: new Secret('any') },
    );
    const { stdout } = await host.spawn(query(['flood']), { terminal: { columns: 80, rows: 24 } });
    let read = 0;
    const readOn = async (bytes: number): Promise<void> => {
      const until = read + bytes;
      stdout.on('data', function take(chunk: Buffer) {
        read += chunk.length;
        if (read < until) return;
        stdout.pause();
        stdout.off('data', take);
      });
      stdout.resume();
      while (read < until) await sleep(5);
    };
    // more than what ssh2 grants at the beginning, and on: what it grants itself would stall or run away
    for (const bytes of [4 * MEGABYTE, MEGABYTE]) {
      await readOn(bytes);
      let before = -1;
      while (server.flood.sent !== before) {
        before = server.flood.sent;
        await sleep(200);
      }
      expect(server.flood.sent - read).toBeLessThan(256 * 1024);
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

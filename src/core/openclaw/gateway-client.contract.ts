import { connect as connectTcp, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../shared/secret.ts';
import { openGatewayClient, type GatewayClient, type GatewayClientOptions } from './gateway-client.ts';
import { readHealth } from './health.ts';

export const testIdentity = { version: '0.1.0', platform: 'linux' } as const;

/** Opens a TCP stream to a loopback port, as a host does; remembers it. */
export function dialer(port: number): { readonly connect: () => Promise<Socket>; readonly streams: Socket[] } {
  const streams: Socket[] = [];
  return {
    streams,
    connect: () =>
      new Promise((resolve, reject) => {
        const stream = connectTcp(port, '127.0.0.1');
        streams.push(stream);
        stream.once('connect', () => {
          stream.off('error', reject);
          resolve(stream);
        });
        stream.once('error', reject);
      }),
  };
}

/** What every gateway does, the fake one and the real one. */
export function gatewayContract(where: () => { readonly port: number; readonly token: Secret }): void {
  const open = (options: Partial<GatewayClientOptions> = {}): Promise<GatewayClient> => {
    const { port, token } = where();
    return openGatewayClient({ connect: dialer(port).connect, port, token, client: testIdentity, ...options });
  };

  describe('a gateway', () => {
    it('lets us in with its token and full rights', async () => {
      await using client = await open();
      expect(client.hello.protocol).toBe(4);
      expect(client.hello.server.version).toMatch(/^\d{4}\.\d+\.\d+/);
      expect(client.hello.auth.scopes).toContain('operator.admin');
      expect(client.hello.snapshot.uptimeMs).toBeGreaterThan(0);
    });

    it('says that it is healthy', async () => {
      await using client = await open();
      await expect(readHealth(client)).resolves.toMatchObject({ ok: true });
    });

    it('refuses another token', async () => {
      await expect(open({ token: new Secret('not-the-token') })).rejects.toMatchObject({
        code: 'gateway.auth',
        details: { code: 'AUTH_TOKEN_MISMATCH' },
      });
    });

    it('answers an unknown method with an error, and goes on', async () => {
      await using client = await open();
      await expect(client.call('no.such.method')).rejects.toMatchObject({
        code: 'gateway.rpc',
        details: { method: 'no.such.method', code: 'INVALID_REQUEST' },
      });
      await expect(client.call('health')).resolves.toBeDefined();
    });

    it('answers calls side by side, each with its own answer', async () => {
      await using client = await open();
      const answers = await Promise.allSettled([
        client.call('health'),
        client.call('no.such.method'),
        client.call('health'),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    });

    it('lets go of everything', async () => {
      const { port } = where();
      const line = dialer(port);
      const client = await open({ connect: line.connect });
      await client[Symbol.asyncDispose]();
      expect(client.closed.aborted).toBe(true);
      expect(line.streams.map(({ destroyed }) => destroyed)).toEqual([true]);
      await expect(client.call('health')).rejects.toMatchObject({ code: 'gateway.unreachable' });
    });
  });
}

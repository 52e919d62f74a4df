import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Secret } from '../../shared/secret.ts';
import { openFakeGateway } from './fake/fake-gateway.ts';
import { testIdentity } from './gateway-client.contract.ts';
import { tryToken } from './try-token.ts';

const dial = (port: number): Promise<Socket> =>
  new Promise((resolve) => {
    const stream = connect(port, '127.0.0.1', () => resolve(stream));
  });

it.each([
  ['with all rights', ['operator.admin'], 'right', 'taken'],
  ['without rights, as whoever comes from elsewhere', [], 'right', 'taken'],
  ['that is another one', ['operator.admin'], 'wrong', 'refused'],
])('a token %s', async (_, scopes, given, verdict) => {
  await using gateway = await openFakeGateway({ token: 'right', scopes });
  const { port } = gateway;
  const token = new Secret(given);
  expect(await tryToken({ connect: () => dial(port), port, client: testIdentity, token })).toBe(verdict);
});

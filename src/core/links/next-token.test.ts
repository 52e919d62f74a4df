import { expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { Secret } from '../../shared/secret.ts';
import type { GatewayClient, GatewayClientOptions } from '../openclaw/gateway-client.ts';
import { withNextToken } from './next-token.ts';

const OLD = new Secret('old');
const NEXT = new Secret('next');
const client = {} as GatewayClient;

/** Signs in to a gateway that takes one token. */
async function signIn(taken: Secret, next: Secret | undefined, code = 'AUTH_TOKEN_MISMATCH') {
  const tried: string[] = [];
  const open = ({ token }: GatewayClientOptions): Promise<GatewayClient> => {
    tried.push(token.reveal());
    return token.equals(taken)
      ? Promise.resolve(client)
      : Promise.reject(new AppError('gateway.auth', { details: { code } }));
  };
  const options = { token: OLD } as GatewayClientOptions;
  const ended: unknown = await withNextToken(open, () => Promise.resolve(next))(options).catch(
    (error: unknown) => error,
  );
  return { tried, isIn: ended === client, ended };
}

it('signs in with the new token where a change was cut short after the gateway had it', async () => {
  expect(await signIn(NEXT, NEXT)).toMatchObject({ tried: ['old', 'next'], isIn: true });
});

it('tries no other where the first is taken, where there is none, or where it is refused for something else', async () => {
  expect(await signIn(OLD, NEXT)).toMatchObject({ tried: ['old'], isIn: true });
  expect(await signIn(NEXT, undefined)).toMatchObject({ tried: ['old'], ended: { code: 'gateway.auth' } });
  expect(await signIn(NEXT, OLD)).toMatchObject({ tried: ['old'], ended: { code: 'gateway.auth' } });
  expect(await signIn(NEXT, NEXT, 'AUTH_RATE_LIMITED')).toMatchObject({ tried: ['old'], isIn: false });
});

it('tries it once', async () => {
  expect(await signIn(new Secret('a third'), NEXT)).toMatchObject({ tried: ['old', 'next'], isIn: false });
});

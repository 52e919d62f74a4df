import { randomBytes } from 'node:crypto';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { Secret } from '../../../shared/secret.ts';
import { readPlainToken, type TokenKeeper } from '../server/gateway-token.ts';
import type { Step } from '../step.ts';
import { readConfigText } from './config-file.ts';

/** Bytes of randomness in a token: beyond guessing, and what OpenClaw itself uses. */
const TOKEN_BYTES = 32;

/**
 * The gateway's token lies in the secret store before it is written anywhere else. One that openclaw.json has already is the
 * one in force: the store follows it, never the other way round.
 */
export function gatewayTokenStep(keeper: TokenKeeper, configFile: string): Step {
  return {
    id: 'token',
    title: 'Keep the gateway token in the secret store',
    facts: [],
    timeoutMs: 60_000,
    async check() {
      const there = readPlainToken(await readConfigText(configFile));
      const kept = await keeper.read();
      if (kept === undefined)
        return needed(
          there === undefined ? 'there is no token yet' : 'the token of openclaw.json is not in the secret store',
        );
      if (there !== undefined && !there.equals(kept))
        return needed('the secret store holds another token than openclaw.json');
      return satisfied('the secret store holds the token');
    },
    async apply({ act }) {
      const token =
        readPlainToken(await readConfigText(configFile)) ??
        (await keeper.read()) ??
        new Secret(randomBytes(TOKEN_BYTES).toString('hex'));
      await act('Keeping the gateway token in the secret store', () => keeper.keep(token));
    },
  };
}

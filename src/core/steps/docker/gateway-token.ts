import { randomBytes } from 'node:crypto';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { Secret } from '../../../shared/secret.ts';
import { readPlainToken, type TokenKeeper } from '../server/gateway-token.ts';
import type { Step } from '../step.ts';
import type { Berth } from './seat.ts';
import { readText } from './state-files.ts';

/** Bytes of randomness in a token: beyond guessing, and what OpenClaw itself uses. */
const TOKEN_BYTES = 32;

/** As in every place: a token that openclaw.json has already, in a volume that was kept, is the one in force. */
export function gatewayTokenStep({ engine, layout }: Berth, keeper: TokenKeeper): Step {
  const readThere = async (signal: AbortSignal): Promise<Secret | undefined> => {
    const there = await engine.find(signal);
    return there === undefined
      ? undefined
      : readPlainToken(await readText(there, layout.container, layout.configPath, signal));
  };
  return {
    id: 'token',
    title: 'Keep the gateway token in the secret store',
    facts: [],
    timeoutMs: 60_000,
    async check({ signal }) {
      const there = await readThere(signal);
      const kept = await keeper.read();
      if (kept === undefined)
        return needed(
          there === undefined ? 'there is no token yet' : 'the token of the container is not in the secret store',
        );
      if (there !== undefined && !there.equals(kept))
        return needed('the secret store holds another token than the container');
      return satisfied('the secret store holds the token');
    },
    async apply({ act, signal }) {
      const token =
        (await readThere(signal)) ?? (await keeper.read()) ?? new Secret(randomBytes(TOKEN_BYTES).toString('hex'));
      await act('Keeping the gateway token in the secret store', () => keeper.keep(token));
    },
  };
}

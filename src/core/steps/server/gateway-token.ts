import { randomBytes } from 'node:crypto';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { Secret } from '../../../shared/secret.ts';
import { fileFact } from '../../facts/file.ts';
import { readGatewayToken } from '../../openclaw/gateway-token.ts';
import type { Step } from '../step.ts';

/** Where this installation keeps the token of one instance. */
export interface TokenKeeper {
  /** @throws AppError `secrets.locked`, `secrets.unavailable`: never a reason to make a second token */
  read(): Promise<Secret | undefined>;
  keep(token: Secret): Promise<void>;
}

/** Bytes of randomness in a token: beyond guessing, and what OpenClaw itself uses. */
const TOKEN_BYTES = 32;

/**
 * The gateway's token lies in the secret store before it is written anywhere else. A token that the machine has already is
 * the one in force: the store follows it, never the other way round.
 */
export function gatewayTokenStep(keeper: TokenKeeper, configPath: string): Step {
  const file = fileFact(configPath);
  return {
    id: 'token',
    title: 'Keep the gateway token in the secret store',
    facts: [file],
    timeoutMs: 60_000,
    async check({ read }) {
      const there = readPlainToken((await read(file))?.text);
      const kept = await keeper.read();
      if (kept === undefined)
        return needed(
          there === undefined ? 'there is no token yet' : 'the token of this machine is not in the secret store',
        );
      if (there !== undefined && !there.equals(kept))
        return needed('the secret store holds another token than this machine');
      return satisfied('the secret store holds the token');
    },
    async apply({ read, act }) {
      const token =
        readPlainToken((await read(file))?.text) ??
        (await keeper.read()) ??
        new Secret(randomBytes(TOKEN_BYTES).toString('hex'));
      await act('Keeping the gateway token in the secret store', () => keeper.keep(token));
    },
  };
}

/** @throws AppError `config.unreadable`, `config.rejected` where the token is kept elsewhere */
export function readPlainToken(text: string | undefined): Secret | undefined {
  if (text === undefined) return undefined;
  const token = readGatewayToken(text);
  if (token?.kind === 'reference') {
    throw new AppError('config.rejected', {
      message: `The gateway token of this machine is kept elsewhere (${token.source}); Hardshell cannot read it there.`,
      hint: 'Put the token itself into gateway.auth.token, or keep managing this OpenClaw by hand.',
    });
  }
  return token?.token;
}

import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Secret } from '../../../shared/secret.ts';
import type { TokenKeeper } from '../server/gateway-token.ts';
import type { Step } from '../step.ts';

/** The token that is in force there is kept here; there nothing is written. */
export function adoptTokenStep(
  readThere: (signal: AbortSignal) => Promise<Secret | undefined>,
  keeper: TokenKeeper,
): Step {
  return {
    id: 'token',
    title: 'Keep its gateway token in the secret store',
    facts: [],
    timeoutMs: 2 * 60_000,
    async check({ signal }) {
      const kept = await keeper.read();
      if (kept === undefined) return needed('its token is not in the secret store yet');
      const there = await readThere(signal);
      return there?.equals(kept) === true
        ? satisfied('the secret store holds its token')
        : needed('the secret store holds another token');
    },
    async apply({ act, signal }) {
      const token = await readThere(signal);
      if (token === undefined) throw new AppError('import.auth');
      await act('Keeping its gateway token in the secret store', () => keeper.keep(token));
    },
  };
}

/** All of ours that removing it takes away; where it lives nothing is touched. */
export function forgetStep(isKept: () => Promise<boolean>, forget: () => Promise<void>): Step {
  return {
    id: 'forget',
    title: 'Forget it here, with its token',
    facts: [],
    timeoutMs: 60_000,
    async check() {
      return (await isKept())
        ? needed('it is in the list of instances, and its token in the secret store')
        : satisfied('its token is not kept here any more');
    },
    apply: ({ act }) => act('Removing its token from the secret store', forget),
  };
}

/** Before it is kept here nobody has signed in there, and nothing is made for that: neither a key nor a request. */
export function firstSignIn(signIn: Step, isKept: () => Promise<boolean>, title: string): Step {
  return {
    ...signIn,
    title,
    check: async (context) =>
      (await isKept()) ? await signIn.check(context) : needed('Hardshell has not signed in there yet'),
  };
}

import type { Duplex } from 'node:stream';
import { AppError, toAppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { readGatewayHealth, type ClientIdentity } from '../../openclaw/health.ts';
import type { TokenKeeper } from '../server/gateway-token.ts';
import type { CheckContext, Step } from '../step.ts';
import type { UpdateWork } from './update-work.ts';

/** An openclaw.json of a few lines loses some in a migration; one that was emptied loses almost all. */
const LEAST_SHARE = 0.5;

export interface Verified {
  readonly port: number;
  readonly token: TokenKeeper;
  readonly client: ClientIdentity;
  /** openclaw.json as it stands; undefined: there is none. */
  readonly readConfig: (context: CheckContext) => Promise<string | undefined>;
  /** As it was when the plan was made; undefined: that was after the update had begun, and says nothing. */
  readonly before: string | undefined;
  /** What it says otherwise than this instance's own openclaw.json must: of port, sign-in, origins, proxy. */
  readonly listUnsettled: (text: string) => Promise<readonly string[]>;
}

/**
 * What an update must not have changed: who may sign in, from where, on which port, and what else is configured
 * (openclaw/openclaw#54634: an update that led to another home began with an empty configuration); and which version answers.
 */
export function verifyStep(work: UpdateWork, verified: Verified): Step {
  const { version, isStill } = work;
  const { port, token: keeper, client, before } = verified;
  return {
    id: 'verify',
    title: 'Check that nothing was lost',
    facts: [],
    timeoutMs: 3 * 60_000,
    async check(context) {
      const { host, signal } = context;
      if ((await work.readVersion(context)) !== version) return needed(`OpenClaw ${version} is not there yet`);
      const text = await verified.readConfig(context);
      const fault = await findConfigFault(text, before, verified.listUnsettled);
      if (fault !== undefined) return needed(fault);
      if (isStill) return satisfied(`OpenClaw ${version} is there, with its configuration`);
      const token = await keeper.read();
      if (token === undefined) return needed('there is no token to sign in with');
      const connect = (limit: AbortSignal): Promise<Duplex> => host.connect({ port }, { signal: limit });
      try {
        const health = await readGatewayHealth({ connect, port, token, client, signal });
        if (health.version !== version) return needed(`OpenClaw ${health.version} answers`);
        return satisfied(`OpenClaw ${version} answers, with its configuration`);
      } catch (thrown) {
        signal.throwIfAborted();
        return needed(`it does not let us sign in: ${toAppError(thrown).message}`);
      }
    },
    async apply(context) {
      // What is wrong here no step can mend: it is what the update is taken back for.
      const check = await this.check(context);
      if (check.is === 'needed')
        throw new AppError('update.failed', { message: `After the update, ${check.because}.` });
    },
  };
}

async function findConfigFault(
  text: string | undefined,
  before: string | undefined,
  listUnsettled: Verified['listUnsettled'],
): Promise<string | undefined> {
  if (text === undefined) return 'openclaw.json is gone';
  if (before === undefined) return undefined;
  if (text.length < before.length * LEAST_SHARE) {
    return `openclaw.json has ${String(text.length)} characters where it had ${String(before.length)}`;
  }
  // A person's own choices were there before.
  const known = new Set(await listUnsettled(before));
  const lost = (await listUnsettled(text)).find((path) => !known.has(path));
  return lost === undefined ? undefined : `openclaw.json says something else in ${lost} than before`;
}

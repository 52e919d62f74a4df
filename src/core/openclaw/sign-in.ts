import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import { Secret } from '../../shared/secret.ts';

const answerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), browserUrl: z.string(), browserBootstrapExpiresAtMs: z.number().optional() }),
  z.object({ ok: z.literal(false), reason: z.string() }),
]);

/** What a browser needs to become a device of the gateway. */
export interface DashboardHandOff {
  /** Good for one browser and ten minutes. */
  readonly bootstrapToken: Secret;
  readonly profile: string;
  readonly expiresAt?: string;
}

/**
 * What `openclaw dashboard --json` answered. Nothing of the answer gets into an error but the reason that OpenClaw gives: it
 * holds the gateway's own token. Pure.
 * @throws AppError `gateway.unreachable` with OpenClaw's reason, `command.failed` where there is no answer
 */
export function parseDashboard(result: { readonly code: number | null; readonly stdout: string }): DashboardHandOff {
  const answer = readAnswer(result.stdout);
  if (answer?.ok === false) {
    throw new AppError('gateway.unreachable', {
      message: 'OpenClaw could not make a sign-in address.',
      details: { reason: answer.reason },
    });
  }
  const fragment = new URLSearchParams(answer?.browserUrl.split('#')[1] ?? '');
  const bootstrapToken = fragment.get('bootstrapToken');
  if (answer === undefined || bootstrapToken === null) {
    throw new AppError('command.failed', {
      message: 'OpenClaw answered without a sign-in address.',
      details: { command: 'openclaw dashboard --json', exitCode: result.code },
    });
  }
  const expiresAtMs = answer.browserBootstrapExpiresAtMs;
  return {
    bootstrapToken: new Secret(bootstrapToken),
    profile: fragment.get('bootstrapProfile') ?? 'owner',
    ...(expiresAtMs === undefined ? {} : { expiresAt: new Date(expiresAtMs).toISOString() }),
  };
}

/**
 * The address for the browser at this end of a forward. The gateway's own address is left out of it: it is that of the other
 * end, and the page would ask whether to go there. Pure.
 * @param origin `http://127.0.0.1:PORT`
 */
export function buildSignInUrl(handOff: DashboardHandOff, origin: string): Secret {
  const fragment = new URLSearchParams({
    bootstrapToken: handOff.bootstrapToken.reveal(),
    bootstrapProfile: handOff.profile,
  });
  return new Secret(`${origin}/#${fragment.toString()}`);
}

/** Plugins may print before the answer, which is one line. */
function readAnswer(stdout: string): z.infer<typeof answerSchema> | undefined {
  for (const line of stdout.split('\n').reverse()) {
    if (!line.startsWith('{')) continue;
    try {
      const answer = answerSchema.safeParse(JSON.parse(line));
      if (answer.success) return answer.data;
    } catch {
      // Not the line of the answer.
    }
  }
  return undefined;
}

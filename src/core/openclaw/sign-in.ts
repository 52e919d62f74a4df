import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import { Secret } from '../../shared/secret.ts';
import { expectOk, type ExecResult } from '../host/exec.ts';

/** A hand-off to a browser: one use, ten minutes. */
export interface Dashboard {
  readonly bootstrapToken: Secret;
  /** ISO 8601; undefined where OpenClaw did not say. */
  readonly expiresAt: string | undefined;
}

const dashboardSchema = z.object({
  ok: z.literal(true),
  browserUrl: z.url(),
  browserBootstrapExpiresAtMs: z.number().optional().catch(undefined),
});
const refusalSchema = z.object({ ok: z.literal(false), reason: z.string().optional() });

/**
 * What `openclaw dashboard --json` answered. Its `url` holds the gateway's own token and is not used: what a browser is given
 * must be good for one use. Pure.
 * @throws AppError `gateway.unreachable` where there is no hand-off
 */
export function parseDashboard(result: ExecResult): Dashboard {
  const answer = parseAnswer(result.stdout);
  const dashboard = dashboardSchema.safeParse(answer);
  const token = dashboard.success ? readFragment(dashboard.data.browserUrl).get('bootstrapToken') : null;
  if (dashboard.success && token !== null && token !== '') {
    const at = dashboard.data.browserBootstrapExpiresAtMs;
    return { bootstrapToken: new Secret(token), expiresAt: at === undefined ? undefined : new Date(at).toISOString() };
  }
  const refusal = refusalSchema.safeParse(answer);
  if (!refusal.success && !dashboard.success) expectOk({ ...result, stdout: '' }, 'Asking OpenClaw for a sign-in address');
  const reason = refusal.success ? refusal.data.reason : undefined;
  throw new AppError('gateway.unreachable', {
    message: 'OpenClaw gave no sign-in address.',
    ...(reason === undefined ? {} : { details: { reason } }),
  });
}

/** An answer begins on a line of its own; what plugins print may come before it. */
function parseAnswer(stdout: string): unknown {
  for (const { index } of [...stdout.matchAll(/^\{/gm)].reverse()) {
    try {
      return JSON.parse(stdout.slice(index));
    } catch {
      // Not where the answer begins.
    }
  }
  return undefined;
}

function readFragment(url: string): URLSearchParams {
  return new URLSearchParams(new URL(url).hash.slice(1));
}

/**
 * The address that signs a browser in at an origin that leads to the gateway: the fragment never travels to a server. Pure.
 * @param origin `http://127.0.0.1:41234`, without a trailing slash
 */
export function buildSignInUrl(dashboard: Dashboard, origin: string): Secret {
  const fragment = new URLSearchParams({ bootstrapToken: dashboard.bootstrapToken.reveal(), bootstrapProfile: 'owner' });
  return new Secret(`${origin}/#${fragment.toString()}`);
}

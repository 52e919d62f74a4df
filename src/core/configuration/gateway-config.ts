import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError, isAppError } from '../../shared/app-error.ts';
import type { InstanceLink } from '../api-link.ts';
import { expectAccepted, toldIssueSchema } from '../openclaw/refused-config.ts';
import { hideSecretsIn } from '../openclaw/validate-result.ts';

const READ_TIMEOUT_MS = 30_000;
/** A gateway under load takes its time, and what was sent twice is refused. */
const WRITE_TIMEOUT_MS = 2 * 60_000;

const readSchema = z.object({
  exists: z.boolean(),
  raw: z.string().nullish(),
  parsed: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  hash: z.string().nullish(),
});
const appliedSchema = z.object({
  hash: z.string(),
  sentinel: z
    .object({ payload: z.object({ stats: z.object({ requiresRestart: z.boolean().optional() }).optional() }) })
    .optional(),
});
const refusedSchema = z.object({ reason: z.string(), issues: z.array(toldIssueSchema).optional() });

/** Its words for a base that is not the newest. */
const STALE = /config changed since last load|base ?hash/i;

/** Its words for what is written, but not in force before it has restarted: it calls that an error. */
const PERSISTED = /^config\.apply persisted\b/;
const RESTARTS = /wait for the Gateway to restart/i;
/** It is there, but lets nobody ask: nothing was done. */
const RESTARTING = /unavailable during gateway restart/i;
const RESTART_MS = 3 * 60_000;
const LOOK_EVERY_MS = 1_000;

export interface Written {
  /** Of the file afterwards. Undefined: the gateway says it as soon as it answers again. */
  readonly hash: string | undefined;
  readonly restarts: boolean;
  /** False: the gateway goes on with what was before, and somebody has to restart it. */
  readonly isInForce: boolean;
}

type Ask = Pick<InstanceLink, 'call'>;

/** @throws AppError `gateway.*`, `config.missing`, `config.rejected`, `config.unreadable` */
export async function readGatewayConfig(
  link: Ask,
  signal: AbortSignal,
): Promise<{ readonly raw: string; readonly hash: string }> {
  const said = await waitWhileRestarting(
    () => link.call('config.get', {}, { timeoutMs: READ_TIMEOUT_MS, signal }),
    signal,
  );
  expectAccepted(said);
  const answer = readSchema.safeParse(said);
  if (!answer.success) throw new AppError('config.unreadable-answer');
  const { exists, raw, parsed, hash } = answer.data;
  if (!exists || typeof hash !== 'string') throw new AppError('config.missing');
  if (typeof raw === 'string') return { raw, hash };
  // It keeps the text to itself where a secret might show in it.
  if (parsed === undefined || parsed === null) throw new AppError('config.unreadable');
  return { raw: `${JSON.stringify(parsed, null, 2)}\n`, hash };
}

/** @throws AppError `config.conflict`, `config.rejected`, `gateway.*` */
export async function applyGatewayConfig(
  link: Ask,
  raw: string,
  baseHash: string,
  signal: AbortSignal,
): Promise<Written> {
  let said: unknown;
  try {
    const apply = () => link.call('config.apply', { raw, baseHash }, { timeoutMs: WRITE_TIMEOUT_MS, signal });
    said = await apply().catch(async (error: unknown) => {
      if (!isRestarting(error)) throw error;
      // it answers again, and still refuses what somebody else has changed meanwhile
      await readGatewayConfig(link, signal);
      return await apply();
    });
  } catch (error) {
    if (!isAppError(error, 'gateway.rpc')) throw error;
    if (!PERSISTED.test(reasonOf(error))) throw explain(error, raw);
    // It is written, and counts when the gateway has restarted: mostly it does that by itself.
    const restarts = RESTARTS.test(reasonOf(error));
    return { hash: undefined, restarts, isInForce: restarts };
  }
  const answer = appliedSchema.safeParse(said);
  if (!answer.success) throw new AppError('config.unreadable-answer');
  const { hash, sentinel } = answer.data;
  return { hash, restarts: sentinel?.payload.stats?.requiresRestart === true, isInForce: true };
}

const reasonOf = ({ details }: AppError): string => {
  const reason = details?.['reason'];
  return typeof reason === 'string' ? reason : '';
};

const isRestarting = (error: unknown): boolean => isAppError(error, 'gateway.rpc') && RESTARTING.test(reasonOf(error));

/** From its first word of a restart on it may be away altogether. */
async function waitWhileRestarting(ask: () => Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  let until: number | undefined;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (isRestarting(error)) until ??= Date.now() + RESTART_MS;
      if (until === undefined || Date.now() > until) throw error;
      await sleep(LOOK_EVERY_MS, undefined, { signal });
    }
  }
}

/** As soon as it answers again: it may go away in between. */
export async function readHashAgain(link: Ask, signal: AbortSignal): Promise<string> {
  const until = Date.now() + RESTART_MS;
  for (;;) {
    try {
      return (await readGatewayConfig(link, signal)).hash;
    } catch (error) {
      signal.throwIfAborted();
      if (Date.now() > until) throw error;
      await sleep(LOOK_EVERY_MS, undefined, { signal });
    }
  }
}

function explain(error: AppError, raw: string): AppError {
  const { success, data } = refusedSchema.safeParse(error.details);
  if (!success) return new AppError('gateway.rpc');
  if (STALE.test(data.reason)) return new AppError('config.conflict');
  const issues = hideSecretsIn(data.issues ?? [{ path: '<root>', message: data.reason }], raw);
  const [first] = issues;
  return new AppError('config.rejected', {
    message: `OpenClaw does not accept this configuration: ${first?.path ?? ''}: ${first?.message ?? ''}`,
    details: { issues },
  });
}

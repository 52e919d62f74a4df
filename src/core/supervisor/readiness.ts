import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import { suspendedError } from '../openclaw/suspension.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { SupervisorClient } from './client.ts';
import type { GatewayStatus } from './definition.ts';
import { readLastLines } from './log-reader.ts';
import { EXIT_CONFIG } from './restart-policy.ts';

const ASK_TIMEOUT_MS = 5_000;
const ASK_EVERY_MS = 100;
const SHOWN_LINES = 20;
/** A gateway that ended so often while somebody waits for it will not come up. */
const MAX_CRASHES = 3;

export interface ReadinessOptions {
  readonly supervisor: SupervisorClient;
  readonly gateway: InstanceId;
  readonly logFile: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

const startedSchema = z.object({ ok: z.literal(true), status: z.literal('started') });
const readySchema = z.object({ ready: z.boolean(), failing: z.array(z.unknown()).default([]) });

/**
 * Waits until the gateway says that it has started and is ready. Bodies are looked at, because it answers paths that it does
 * not know with its page and 200.
 * @throws AppError `instance.suspended`, `supervisor.gateway-stopped`, `gateway.config-exit`, `gateway.not-ready` with the last lines of its log
 */
export async function waitUntilReady(options: ReadinessOptions): Promise<{ readonly readyAfterMs: number }> {
  const { supervisor, gateway, port, signal } = options;
  const begunMs = performance.now();
  let said = '';
  const say = (line: string): void => {
    if (line !== said) options.note(`${line} (${((performance.now() - begunMs) / 1_000).toFixed(1)} s)`);
    said = line;
  };
  for (;;) {
    signal.throwIfAborted();
    const status = await supervisor.call('status', { gateway }, { signal });
    if (status?.suspended !== undefined) throw suspendedError(status.suspended);
    if (status === null || status.state === 'failed' || status.state === 'stopped' || status.crashes >= MAX_CRASHES)
      throw await describeFailure(status, options);
    const progress = await readProgress(port, status);
    say(progress.text);
    if (progress.isReady) return { readyAfterMs: Math.round(performance.now() - begunMs) };
    if (performance.now() - begunMs > options.timeoutMs) {
      throw new AppError('gateway.not-ready', {
        message: `The gateway did not become ready in time: ${progress.text}.`,
        details: { lastLines: await readLastLines(options.logFile, SHOWN_LINES) },
      });
    }
    await sleep(ASK_EVERY_MS);
  }
}

async function readProgress(
  port: number,
  status: GatewayStatus,
): Promise<{ readonly text: string; readonly isReady: boolean }> {
  if (status.state === 'waiting')
    return { text: `the gateway waits to be started again: ${status.because}`, isReady: false };
  if (status.state === 'repairing') return { text: "OpenClaw's doctor repairs the configuration", isReady: false };
  const startup = await askGateway(port, '/startupz');
  if (startup === undefined) return { text: 'the gateway is loading', isReady: false };
  if (!startedSchema.safeParse(startup).success) return { text: 'the gateway listens and is starting', isReady: false };
  const ready = readySchema.safeParse(await askGateway(port, '/readyz'));
  if (ready.data?.ready === true) return { text: 'the gateway is ready', isReady: true };
  const failing = ready.data?.failing.map(String).join(', ') ?? '';
  return {
    text: failing === '' ? 'the gateway has started' : `the gateway has started, but is not ready: ${failing}`,
    isReady: false,
  };
}

async function describeFailure(status: GatewayStatus | null, { logFile }: ReadinessOptions): Promise<AppError> {
  const because = status?.because ?? 'the supervisor does not know it';
  const details = { because, lastLines: await readLastLines(logFile, SHOWN_LINES) };
  return new AppError(status?.exitCode === EXIT_CONFIG ? 'gateway.config-exit' : 'supervisor.gateway-stopped', {
    message: `The gateway does not come up: ${because}.`,
    details,
  });
}

/** The JSON that a loopback port answers; undefined where it answers none. */
function askGateway(port: number, path: string): Promise<unknown> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false, timeout: ASK_TIMEOUT_MS }, (response) => {
      const parts: string[] = [];
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        if (parts.length < 64) parts.push(part);
      });
      response.on('error', () => resolve(undefined));
      response.on('end', () => {
        try {
          resolve(JSON.parse(parts.join('')));
        } catch {
          resolve(undefined);
        }
      });
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

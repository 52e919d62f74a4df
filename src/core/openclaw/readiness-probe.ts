import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { z } from 'zod';

const ASK_TIMEOUT_MS = 5_000;
const MAX_ANSWER_CHARACTERS = 64 * 1024;

const startedSchema = z.object({ ok: z.literal(true), status: z.literal('started') });
const readySchema = z.object({ ready: z.boolean(), failing: z.array(z.unknown()).default([]) });

export interface Readiness {
  readonly isReady: boolean;
  /** In words. */
  readonly text: string;
}

/**
 * How far a gateway has come, asked over a stream to its port. Bodies are looked at, because it answers paths that it does not
 * know with its page and 200.
 */
export async function probeReadiness(connect: (signal: AbortSignal) => Promise<Duplex>): Promise<Readiness> {
  const startup = await askGateway(connect, '/startupz');
  if (startup === undefined) return { isReady: false, text: 'the gateway is loading' };
  if (!startedSchema.safeParse(startup).success) return { isReady: false, text: 'the gateway listens and is starting' };
  const ready = readySchema.safeParse(await askGateway(connect, '/readyz')).data;
  if (ready?.ready === true) return { isReady: true, text: 'the gateway is ready' };
  const failing = ready?.failing.map(String).join(', ') ?? '';
  return {
    isReady: false,
    text: failing === '' ? 'the gateway has started' : `the gateway has started, but is not ready: ${failing}`,
  };
}

/** The JSON that it answers; undefined where it answers none. */
async function askGateway(connect: (signal: AbortSignal) => Promise<Duplex>, path: string): Promise<unknown> {
  const limit = AbortSignal.timeout(ASK_TIMEOUT_MS);
  let stream: Duplex;
  try {
    stream = await connect(limit);
  } catch {
    return undefined;
  }
  try {
    return await new Promise<unknown>((resolve) => {
      const asked = request({ host: '127.0.0.1', path, signal: limit, createConnection: () => stream }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          if (text.length < MAX_ANSWER_CHARACTERS) text += part;
        });
        response.on('error', () => resolve(undefined));
        response.on('end', () => resolve(parseAnswer(text)));
      });
      asked.on('error', () => resolve(undefined));
      asked.end();
    });
  } finally {
    stream.destroy();
  }
}

function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { AppError, isAppError, passHint } from '../../shared/app-error.ts';
import { errorCatalogue, type ErrorCode } from '../../shared/error-catalogue.ts';
import { hasCode } from '../system/atomic-file.ts';
import { onLines, parseLine } from './json-lines.ts';
import {
  calls,
  formatLine,
  messageSchema,
  supervisorRecordSchema,
  type Method,
  type Params,
  type Result,
  type SupervisorEvent,
  type SupervisorRecord,
} from './protocol.ts';
import { STOP_GRACE_MS } from './restart-policy.ts';
import type { SupervisorLayout } from './supervisor-layout.ts';

/** How long a supervisor may take to accept a connection, and to answer a call that waits for nothing. */
const CONNECT_TIMEOUT_MS = 5_000;
const CALL_TIMEOUT_MS = 15_000;
/** Calls that wait for a gateway to end. */
const ENDING: ReadonlySet<Method> = new Set(['stop', 'restart', 'remove', 'shutdown']);

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** A connection to the supervisor of a data folder. While one is open, the supervisor does not end by itself. */
export interface SupervisorClient extends AsyncDisposable {
  /** @throws AppError `supervisor.unreachable`, what the supervisor answers, or the reason of the signal */
  call<M extends Method>(method: M, params: Params<M>, options?: CallOptions): Promise<Result<M>>;
  /** Tells of every change, beginning with how everything is now. */
  watch(onEvent: (event: SupervisorEvent) => void): Promise<void>;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
}

/** Who says that it listens; undefined where nobody does. Whether it still lives is another question. */
async function readSupervisorRecord(layout: SupervisorLayout): Promise<SupervisorRecord | undefined> {
  try {
    const parsed = supervisorRecordSchema.safeParse(parseLine(await readFile(layout.recordFile, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Connects to the supervisor that runs; undefined where none does. Starts nothing. */
export async function connectSupervisor(layout: SupervisorLayout): Promise<SupervisorClient | undefined> {
  const record = await readSupervisorRecord(layout);
  if (record === undefined) return undefined;
  try {
    return createClient(await openSocket(record.socket));
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'ENOTSOCK')) return undefined;
    throw error;
  }
}

function openSocket(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const timer = setTimeout(() => socket.destroy(unreachable('it does not accept connections')), CONNECT_TIMEOUT_MS);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

function unreachable(reason: string): AppError {
  return new AppError('supervisor.unreachable', { details: { reason } });
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

function createClient(socket: Socket): SupervisorClient {
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let onEvent: (event: SupervisorEvent) => void = () => undefined;

  const fail = (error: AppError): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      fail(unreachable('the connection to it ended'));
      resolve();
    });
  });
  socket.on('error', () => undefined);
  onLines(socket, (line) => {
    const message = messageSchema.safeParse(parseLine(line));
    if (!message.success) {
      fail(
        new AppError('supervisor.unreachable', {
          message: 'The supervisor answers in another way than this Hardshell understands.',
        }),
      );
      socket.destroy();
      return;
    }
    const { data } = message;
    if ('event' in data) {
      onEvent(data.event);
      return;
    }
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.ok) asked?.resolve(data.result);
    else asked?.reject(reviveError(data.error));
  });

  const client: SupervisorClient = {
    closed,
    async call(method, params, { signal } = {}) {
      signal?.throwIfAborted();
      const id = nextId++;
      const timeoutMs = ENDING.has(method) ? STOP_GRACE_MS + CALL_TIMEOUT_MS : CALL_TIMEOUT_MS;
      const answer = new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
      });
      const give = (error: unknown): void => waiting.get(id)?.reject(error);
      const timer = setTimeout(() => give(unreachable(`it did not answer to ${method} in time`)), timeoutMs);
      const onAbort = (): void => give(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        if (socket.destroyed) throw unreachable('the connection to it ended');
        socket.write(formatLine({ id, method, params }));
        return calls[method].result.parse(await answer) as never;
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        waiting.delete(id);
      }
    },
    async watch(listener) {
      onEvent = listener;
      await client.call('watch', {});
    },
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await closed;
    },
  };
  return client;
}

/** An error of the supervisor, as the error it was there. Pure. */
function reviveError(report: {
  code: string;
  message: string;
  hint?: string | undefined;
  windowHint?: string | undefined;
  details?: Record<string, unknown> | undefined;
}): AppError {
  const known = report.code in errorCatalogue;
  return new AppError(known ? (report.code as ErrorCode) : 'internal.bug', {
    message: report.message,
    ...passHint(report),
    ...(report.details === undefined ? {} : { details: report.details }),
  });
}

/** Whether the supervisor was gone: then another one may be asked. */
export function isUnreachable(error: unknown): boolean {
  return isAppError(error, 'supervisor.unreachable');
}

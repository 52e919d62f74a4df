import { AppError, toAppError } from '../shared/app-error.ts';
import { calls, events, isCallName, type CallName } from '../shared/contract/contract.ts';
import type { CallShape } from '../shared/contract/call.ts';
import { parseFrame, requestSchema, toDoorSchema, type Request } from '../shared/contract/wire.ts';
import type { z } from 'zod';
import type { CallContext, PanelContext, SessionContext, Tell } from './context.ts';
import { handlers } from './handlers/table.ts';
import type { PanelSession, SessionPipe } from './ports.ts';
import { createDrafts } from './runs.ts';
import { createStreams } from './streams.ts';
import { viewStatus } from './views.ts';
import { createWatches } from './watches.ts';

/** An interface asks a handful of things at a time. */
const MOST_CALLS = 200;

export interface OpenSession extends PanelSession {
  readonly tell: Tell;
  isSeen(): boolean;
}

const idSchema = requestSchema.shape.id;

export function openSession(panel: PanelContext, pipe: SessionPipe): OpenSession {
  const gone = new AbortController();
  let inFlight = 0;
  let dropped = 0;

  const tell: Tell = (event, payload) => {
    if (gone.signal.aborted) return;
    const parsed = events[event].safeParse(payload);
    if (parsed.success) pipe.send({ type: 'event', event, payload: panel.masks.apply(parsed.data) });
    else
      panel.log({
        level: 'error',
        message: `An event is not as its contract says: ${event}`,
        details: pathOf(parsed.error),
      });
  };
  const streams = createStreams({
    sendBytes: (frame) => pipe.sendBytes(frame),
    onEnd: (streamId, error) =>
      tell('stream.ended', { streamId, ...(error === undefined ? {} : { error: panel.report(error) }) }),
  });
  const watches = createWatches({
    link: panel.link,
    onStatus: (status) => tell('instance.statusChanged', viewStatus(status, panel.report)),
    onSample: (instanceId, sample) => tell('instance.sampled', { instanceId, sample }),
  });
  // What a session looks at tells by itself, and knows more.
  const containers = panel.containers.listen((status) => {
    if (!watches.has(status.instance.id)) tell('instance.statusChanged', viewStatus(status, panel.report));
  });
  const session: SessionContext = { drafts: createDrafts(), watches, streams, tell, signal: gone.signal };

  const refuse = (id: number, error: unknown): void => {
    if (!gone.signal.aborted) pipe.send({ type: 'refusal', id, error: panel.report(error) });
  };
  const answer = async ({ id, call, input }: Request): Promise<void> => {
    const after: (() => void)[] = [];
    try {
      if (!isCallName(call)) throw invalid('There is no such call.', { path: 'call' });
      const output = await askHandler(call, input, { panel, session, afterReply: (work) => after.push(work) });
      if (gone.signal.aborted) return;
      pipe.send({ type: 'reply', id, output });
      for (const work of after) work();
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'internal.bug') logBug(panel, call, error);
      refuse(id, error);
    }
  };
  const receive = (message: unknown): void => {
    const parsed = toDoorSchema.safeParse(message);
    if (!parsed.success) {
      const id = readId(message);
      if (id === undefined) dropped += 1;
      else refuse(id, invalid('That is not a call.', pathOf(parsed.error)));
    } else if (parsed.data.type === 'ack') streams.acknowledge(parsed.data.stream, parsed.data.bytes);
    else if (inFlight >= MOST_CALLS) refuse(parsed.data.id, invalid('Too many calls at once.', { path: '' }));
    else {
      inFlight += 1;
      void answer(parsed.data).finally(() => (inFlight -= 1));
    }
  };
  /** What comes in is anybody's: whatever it does to us ends here. */
  const guarded = (work: () => void): void => {
    if (gone.signal.aborted) return;
    try {
      work();
    } catch (error) {
      dropped += 1;
      logBug(panel, 'a message', error);
    }
  };

  return {
    tell,
    isSeen: () => pipe.isSeen?.() ?? true,
    get dropped() {
      return dropped;
    },
    receive: (message) => guarded(() => receive(message)),
    receiveBytes: (frame) =>
      guarded(() => {
        const parsed = parseFrame(frame);
        if (parsed === undefined) dropped += 1;
        else streams.input(parsed.stream, parsed.bytes);
      }),
    async [Symbol.asyncDispose]() {
      gone.abort(new AppError('run.cancelled'));
      containers[Symbol.dispose]();
      streams[Symbol.dispose]();
      session.drafts[Symbol.dispose]();
      await watches[Symbol.asyncDispose]();
    },
  };
}

/** @throws AppError `usage.invalid` for an input that the contract does not know, `internal.bug` for such an output */
async function askHandler(call: CallName, input: unknown, context: CallContext): Promise<unknown> {
  const shape: CallShape = calls[call];
  const asked = shape.input.safeParse(input);
  if (!asked.success) throw invalid(asked.error.issues[0]?.message ?? '', pathOf(asked.error, 'input'));
  // The table is typed by the call's name; here it is looked up by one that is known only now.
  const handle: (asked: never, context: CallContext) => Promise<unknown> = handlers[call];
  const answered = shape.output.safeParse(await handle(asked.data as never, context));
  if (!answered.success) throw new AppError('internal.bug', { details: { call, ...pathOf(answered.error, 'output') } });
  return answered.data;
}

function invalid(message: string, details: Readonly<Record<string, unknown>>): AppError {
  return new AppError('usage.invalid', { message, details });
}

/** Where the first complaint lies, and never what lies there. */
function pathOf(error: z.ZodError, root?: string): { readonly path: string } {
  const path = error.issues[0]?.path ?? [];
  return { path: [...(root === undefined ? [] : [root]), ...path].map(String).join('.') };
}

function readId(message: unknown): number | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message) || message.type !== 'call')
    return undefined;
  const id = idSchema.safeParse('id' in message ? message.id : undefined);
  return id.success ? id.data : undefined;
}

function logBug(panel: PanelContext, what: string, error: unknown): void {
  const { message, details } = toAppError(error);
  panel.log({ level: 'error', message, details: panel.masks.apply({ what, ...details }) });
}

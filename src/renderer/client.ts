import { calls, events, type CallInput, type CallName, type CallOutput } from '../shared/contract/contract.ts';
import type { EventName, EventPayload } from '../shared/contract/contract.ts';
import { formatFrame, fromDoorSchema, MAX_FRAME_BYTES, parseFrame, STREAM_ID_BYTES } from '../shared/contract/wire.ts';
import { CallError, fromCatalogue } from './client/call-error.ts';
import { createStream, type Stream, type StreamEnd } from './client/stream.ts';
import type { Transport } from './client/transport.ts';

export { CallError, toReport } from './client/call-error.ts';
export type { Stream } from './client/stream.ts';

export type Connection = 'connecting' | 'connected' | 'lost' | 'signed-out';

/** The only way to a door. */
export interface Client {
  /** @throws CallError */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
  /** Bytes that came before somebody asked for them are kept. */
  openStream(streamId: number): Stream;
  readonly connection: Connection;
  onConnection(listener: (connection: Connection) => void): () => void;
  reconnect(): void;
}

interface Waiting {
  readonly name: CallName;
  resolve(output: unknown): void;
  reject(error: unknown): void;
}

type Listener = (payload: unknown) => void;

export function createClient(transport: Transport): Client {
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<EventName, Set<Listener>>();
  const streams = new Map<number, StreamEnd>();
  /** Streams that somebody holds, and those that somebody closed, of this session. */
  const held = new Set<number>();
  const closed = new Set<number>();
  const connectionListeners = new Set<(connection: Connection) => void>();
  let connection: Connection = 'connecting';
  let lastId = 0;

  const find = (id: number): StreamEnd => {
    const known = streams.get(id);
    if (known !== undefined) return known;
    const stream = createStream(id, {
      write(to, bytes) {
        const most = MAX_FRAME_BYTES - STREAM_ID_BYTES;
        for (let at = 0; at < bytes.length; at += most) {
          transport.sendFrame(formatFrame(to, bytes.subarray(at, at + most)));
        }
      },
      ack: (of, bytes) => void transport.send({ type: 'ack', stream: of, bytes }),
      close(of) {
        streams.delete(of);
        closed.add(of);
        // closing what has just ended by itself is fine
        call('stream.close', { streamId: of }).catch(() => undefined);
      },
    });
    streams.set(id, stream);
    return stream;
  };

  const call = <N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      const id = lastId;
      waiting.set(id, { name, resolve, reject });
      if (transport.send({ type: 'call', id, call: name, input })) return;
      waiting.delete(id);
      reject(new CallError(fromCatalogue('door.connection-lost')));
    });

  const emit = (name: string, payload: unknown): void => {
    if (!Object.hasOwn(events, name)) return;
    const event = name as EventName;
    const parsed = events[event].safeParse(payload);
    if (!parsed.success) return;
    if (event === 'stream.ended') {
      const ended = parsed.data as EventPayload<'stream.ended'>;
      if (!closed.has(ended.streamId)) find(ended.streamId).end(ended.error);
      if (held.has(ended.streamId)) streams.delete(ended.streamId);
    }
    for (const listener of [...(listeners.get(event) ?? [])]) listener(parsed.data);
  };

  transport.listen({
    onMessage(message) {
      const parsed = fromDoorSchema.safeParse(message);
      if (!parsed.success) return;
      const { data } = parsed;
      if (data.type === 'event') {
        emit(data.event, data.payload);
        return;
      }
      const asked = waiting.get(data.id);
      if (asked === undefined) return;
      waiting.delete(data.id);
      if (data.type === 'refusal') {
        asked.reject(new CallError(data.error));
        return;
      }
      const output = calls[asked.name].output.safeParse(data.output);
      if (output.success) asked.resolve(output.data);
      else
        asked.reject(new Error(`The answer to ${asked.name} is not what the contract says: ${output.error.message}`));
    },
    onFrame(frame) {
      const parsed = parseFrame(frame);
      // what was on its way when a stream was closed is nobody's
      if (parsed !== undefined && !closed.has(parsed.stream)) find(parsed.stream).push(parsed.bytes);
    },
    onConnection(state) {
      connection = state;
      if (state !== 'connected') {
        const lost = fromCatalogue('door.connection-lost');
        for (const asked of [...waiting.values()]) asked.reject(new CallError(lost));
        waiting.clear();
        // their numbers belong to the session that is gone
        for (const stream of [...streams.values()]) stream.end(lost);
        streams.clear();
        held.clear();
        closed.clear();
      }
      for (const listener of [...connectionListeners]) listener(state);
    },
  });

  return {
    call,
    on(name, listener) {
      const set = listeners.get(name) ?? new Set<Listener>();
      listeners.set(name, set);
      const heard = listener as Listener;
      set.add(heard);
      return () => void set.delete(heard);
    },
    openStream(streamId) {
      held.add(streamId);
      return find(streamId);
    },
    get connection() {
      return connection;
    },
    onConnection(listener) {
      connectionListeners.add(listener);
      return () => void connectionListeners.delete(listener);
    },
    reconnect: () => transport.reconnect(),
  };
}

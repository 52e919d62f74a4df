import { describe, expect, it } from 'vitest';
import { formatFrame } from '../shared/contract/wire.ts';
import { CallError, createClient } from './client.ts';
import type { Transport, TransportListener } from './client/transport.ts';

function open() {
  const sent: object[] = [];
  const frames: Uint8Array[] = [];
  let door: TransportListener | undefined;
  let up = true;
  const transport: Transport = {
    send(message) {
      if (up) sent.push(message);
      return up;
    },
    sendFrame(frame) {
      frames.push(frame);
      return up;
    },
    listen(listener) {
      door = listener;
      listener.onConnection('connected');
    },
    reconnect: () => undefined,
  };
  const client = createClient(transport);
  if (door === undefined) throw new Error('Nobody listens.');
  const listener: TransportListener = door;
  return {
    client,
    sent,
    frames,
    door: listener,
    cut: (): void => {
      up = false;
      listener.onConnection('lost');
    },
  };
}

describe('the client', () => {
  it('answers with what the contract says', async () => {
    const { client, door, sent } = open();
    const listed = client.call('instance.list', {});
    expect(sent).toEqual([{ type: 'call', id: 1, call: 'instance.list', input: {} }]);
    door.onMessage({ type: 'reply', id: 1, output: [] });
    await expect(listed).resolves.toEqual([]);
  });

  it('takes no answer that the contract does not know', async () => {
    const { client, door } = open();
    const listed = client.call('instance.list', {});
    door.onMessage({ type: 'reply', id: 1, output: [{ token: 'x' }] });
    await expect(listed).rejects.toThrow('instance.list');
  });

  it('tells why it was refused', async () => {
    const { client, door } = open();
    const listed = client.call('instance.list', {});
    const error = { code: 'state.denied', message: 'No.', retry: false };
    door.onMessage({ type: 'refusal', id: 1, error });
    await expect(listed).rejects.toMatchObject({ report: error });
  });

  it('leaves no call and no stream waiting when the connection is lost', async () => {
    const { client, cut } = open();
    const listed = client.call('instance.list', {});
    const stream = client.openStream(1);
    const ends: unknown[] = [];
    stream.onEnd((error) => ends.push(error?.code));
    cut();
    await expect(listed).rejects.toBeInstanceOf(CallError);
    await expect(client.call('run.list', {})).rejects.toMatchObject({ report: { code: 'door.connection-lost' } });
    expect(ends).toEqual(['door.connection-lost']);
    expect(client.connection).toBe('lost');
  });

  it('passes events on, and only those that it understands', () => {
    const { client, door } = open();
    const heard: unknown[] = [];
    const stop = client.on('app.noticed', (notice) => heard.push(notice.message));
    door.onMessage({ type: 'event', event: 'app.noticed', payload: { level: 'warn', message: 'One.' } });
    door.onMessage({ type: 'event', event: 'app.noticed', payload: { level: 'loud' } });
    door.onMessage({ type: 'event', event: 'toString', payload: {} });
    door.onMessage('noise');
    stop();
    door.onMessage({ type: 'event', event: 'app.noticed', payload: { level: 'warn', message: 'Two.' } });
    expect(heard).toEqual(['One.']);
  });

  it('keeps bytes and an end that came before somebody asked', () => {
    const { client, door } = open();
    door.onFrame(formatFrame(7, Uint8Array.of(1, 2)));
    door.onMessage({ type: 'event', event: 'stream.ended', payload: { streamId: 7 } });
    const heard: unknown[] = [];
    const stream = client.openStream(7);
    stream.onData((bytes, taken) => {
      heard.push([...bytes]);
      taken();
    });
    stream.onEnd(() => heard.push('end'));
    expect(heard).toEqual([[1, 2], 'end']);
  });

  it('acknowledges what was taken, not what has come', () => {
    const { client, door, sent } = open();
    const stream = client.openStream(3);
    const taken: (() => void)[] = [];
    stream.onData((_bytes, done) => taken.push(done));
    door.onFrame(formatFrame(3, new Uint8Array(4_000)));
    door.onFrame(formatFrame(3, new Uint8Array(4_000)));
    expect(sent).toEqual([]);
    for (const done of taken) done();
    expect(sent).toEqual([{ type: 'ack', stream: 3, bytes: 8_000 }]);
  });

  it('cuts what is written into frames that a door takes', () => {
    const { client, frames } = open();
    client.openStream(3).write(new Uint8Array(600_000));
    expect(frames.map((frame) => frame.length)).toEqual([262_144, 262_144, 75_724]);
  });

  it('lets what was on its way to a closed stream go', () => {
    const { client, door, sent } = open();
    const heard: number[] = [];
    const stream = client.openStream(3);
    stream.onData((bytes) => heard.push(bytes.length));
    stream.close();
    door.onFrame(formatFrame(3, new Uint8Array(4)));
    expect(heard).toEqual([]);
    expect(sent).toMatchObject([{ call: 'stream.close', input: { streamId: 3 } }]);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openTestPanel, type TestClient } from '../../test/panel/open-panel.ts';
import { AppError } from '../shared/app-error.ts';
import { FIRST_WINDOW_BYTES, HIGH_WATER_BYTES, REPLAY_BYTES } from '../shared/contract/stream.ts';
import { MAX_FRAME_BYTES, STREAM_ID_BYTES } from '../shared/contract/wire.ts';
import { instanceIdSchema } from '../shared/model/ids.ts';
import { createReplayBuffer, cutLength } from './replay-buffer.ts';

const instanceId = instanceIdSchema.parse('i-0123456789abcdef');
const size = { columns: 80, rows: 24 };
/** Of one write of the far side. */
const CHUNK_BYTES = 16 * 1024;

async function openShell(client: TestClient) {
  const { shellId } = await client.call('shell.open', { instanceId, ...size });
  const { streamId } = await client.call('shell.attach', { shellId, ...size });
  return { shellId, streamId };
}

/** Turns of the event loop, not time alone: on a machine that is busy a timer comes before what was begun long before it. */
async function settled(): Promise<void> {
  await sleep(20);
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('a stream', () => {
  it('holds its source back while its reader is slow, and everything arrives', async () => {
    const { connect, core } = openTestPanel();
    const client = connect();
    const { streamId } = await openShell(client);
    const [shell] = core.shells;
    if (shell === undefined) throw new Error('There is no shell.');
    const resumedBefore = shell.resumed;
    const chunk = Buffer.alloc(CHUNK_BYTES, 'x');
    for (let count = 0; count < 128; count += 1) shell.output.write(chunk);
    await settled();
    expect(client.bytes(streamId).length).toBeLessThanOrEqual(FIRST_WINDOW_BYTES);
    expect(client.bytes(streamId).length).toBeGreaterThan(FIRST_WINDOW_BYTES - CHUNK_BYTES);
    expect(shell.paused).toBe(1);
    // What waits, waits at the far side.
    expect(shell.output.readableLength + shell.output.writableLength).toBeGreaterThan(1024 * 1024);
    let read = 0;
    while (read < 128 * CHUNK_BYTES) {
      const arrived = client.bytes(streamId).length;
      expect(arrived - read).toBeLessThanOrEqual(HIGH_WATER_BYTES);
      if (arrived > read) client.ack(streamId, arrived - read);
      read = arrived;
      await settled();
    }
    expect(read).toBe(128 * CHUNK_BYTES);
    expect(shell.resumed - resumedBefore).toBeGreaterThan(2);
    expect(shell.paused - (shell.resumed - resumedBefore)).toBeLessThanOrEqual(1);
  });

  it('is not held open by acknowledging more than was sent', async () => {
    const { connect, core } = openTestPanel();
    const client = connect();
    const { streamId } = await openShell(client);
    client.ack(streamId, 1e12);
    core.shells[0]?.output.write(Buffer.alloc(4 * HIGH_WATER_BYTES));
    await settled();
    expect(client.bytes(streamId).length).toBeLessThanOrEqual(FIRST_WINDOW_BYTES);
  });

  it('ends after its last byte, with what went wrong', async () => {
    const { connect, core } = openTestPanel();
    const client = connect();
    const { streamId } = await client.call('log.open', { instanceId, lines: 10, follow: true });
    core.logs[0]?.write('a line\n');
    await expect.poll(() => client.bytes(streamId).toString()).toBe('a line\n');
    core.logs[0]?.destroy(new AppError('host.connection-lost'));
    await expect
      .poll(() => client.events('stream.ended'))
      .toMatchObject([{ streamId, error: { code: 'host.connection-lost' } }]);
    await expect.poll(() => core.openLinks).toBe(0);
  });

  it('lets go of everything when the interface is gone', async () => {
    const { connect, core } = openTestPanel();
    const client = connect();
    await client.call('log.open', { instanceId, lines: 10, follow: true });
    await client.call('instance.watch', { instanceId });
    await client.call('instance.watch', { instanceId });
    expect(core.openLinks).toBe(2);
    await client.session[Symbol.asyncDispose]();
    await expect.poll(() => core.openLinks).toBe(0);
    expect(core.logs[0]?.destroyed).toBe(true);
  });

  it('there are not more than 64 of in one session', async () => {
    const client = openTestPanel().connect();
    for (let count = 0; count < 64; count += 1) await client.call('log.open', { instanceId, lines: 0, follow: true });
    expect(await client.refused('log.open', { instanceId, lines: 0, follow: true })).toMatchObject({
      code: 'usage.invalid',
    });
  });
});

describe('a shell', () => {
  it('takes what is typed, and its size', async () => {
    const { connect, core } = openTestPanel();
    const client = connect();
    const { streamId, shellId } = await openShell(client);
    client.type(streamId, 'ls\r');
    await expect.poll(() => core.shells[0]?.typed()).toBe('ls\r');
    await client.call('shell.resize', { shellId, columns: 100, rows: 30 });
    expect(core.shells[0]?.sizes.at(-1)).toEqual({ columns: 100, rows: 30 });
  });

  it('takes a frame as long as the contract allows, and none that is longer', async () => {
    const { connect, core } = openTestPanel();
    const client = connect();
    const { streamId } = await openShell(client);
    const longest = 'x'.repeat(MAX_FRAME_BYTES - STREAM_ID_BYTES);
    client.type(streamId, `${longest}x`);
    expect(client.session.dropped).toBe(1);
    client.type(streamId, longest);
    await expect.poll(() => core.shells[0]?.typed().length).toBe(longest.length);
  });

  it('outlives a reload: what was on the screen comes back, then what came meanwhile', async () => {
    const { connect, core } = openTestPanel();
    const before = connect();
    const { shellId, streamId } = await openShell(before);
    core.shells[0]?.output.write('before\r\n');
    await expect.poll(() => before.bytes(streamId).toString()).toBe('before\r\n');
    await before.session[Symbol.asyncDispose]();
    core.shells[0]?.output.write('meanwhile\r\n');
    await settled();
    const after = connect();
    expect(await after.call('shell.list', { instanceId })).toMatchObject([{ shellId, instanceId }]);
    const again = await after.call('shell.attach', { shellId, ...size });
    expect(again.replayBytes).toBe('before\r\nmeanwhile\r\n'.length);
    core.shells[0]?.output.write('after');
    await expect.poll(() => after.bytes(again.streamId).toString()).toBe('before\r\nmeanwhile\r\nafter');
    expect(core.shells[0]?.isDisposed).toBe(false);
  });

  it('goes on while nobody reads it, also after a reader who had held it back', async () => {
    const { connect, core } = openTestPanel();
    const slow = connect();
    const { shellId } = await openShell(slow);
    const shell = core.shells[0];
    shell?.output.write(Buffer.alloc(2 * FIRST_WINDOW_BYTES, 'x'));
    await settled();
    await slow.session[Symbol.asyncDispose]();
    shell?.output.write('\r\nlast');
    await settled();
    expect(shell?.output.readableLength).toBe(0);
    const client = connect();
    const { streamId, replayBytes } = await client.call('shell.attach', { shellId, ...size });
    expect(replayBytes).toBe(2 * FIRST_WINDOW_BYTES + 6);
    for (let read = 0; read < replayBytes;) {
      const arrived = client.bytes(streamId).length;
      expect(arrived - read).toBeLessThanOrEqual(HIGH_WATER_BYTES);
      client.ack(streamId, Math.max(1, arrived - read));
      read = arrived;
    }
    expect(client.bytes(streamId).subarray(-4).toString()).toBe('last');
  });

  it('has one reader: who comes later takes it over', async () => {
    const { connect, core } = openTestPanel();
    const [first, second] = [connect(), connect()];
    const { shellId, streamId } = await openShell(first);
    const taken = await second.call('shell.attach', { shellId, ...size });
    expect(first.events('stream.ended')).toEqual([{ streamId }]);
    core.shells[0]?.output.write('hello');
    await expect.poll(() => second.bytes(taken.streamId).toString()).toBe('hello');
    expect(first.bytes(streamId).length).toBe(0);
  });

  it('that ends while it is held back is read to its last byte, then its end is told', async () => {
    const { connect, core } = openTestPanel();
    const client = connect();
    const { streamId, shellId } = await openShell(client);
    const [shell] = core.shells;
    const chunks = (4 * HIGH_WATER_BYTES) / 10_000;
    for (let count = 0; count < chunks; count += 1) shell?.output.write(Buffer.alloc(10_000, 'x'));
    await settled();
    shell?.end();
    await settled();
    expect(client.events('stream.ended')).toEqual([]);
    expect(await client.call('shell.list', { instanceId })).toMatchObject([{ shellId }]);
    for (let read = 0; read < 4 * HIGH_WATER_BYTES;) {
      const arrived = client.bytes(streamId).length;
      expect(arrived).toBeGreaterThan(read);
      client.ack(streamId, arrived - read);
      read = arrived;
      await settled();
    }
    await expect.poll(() => client.events('stream.ended')).toEqual([{ streamId }]);
    await expect.poll(() => core.openLinks).toBe(0);
  });

  it('is gone from the list when it ends, however it ends', async () => {
    const { connect, core } = openTestPanel();
    const client = connect();
    const { streamId, shellId } = await openShell(client);
    core.shells[0]?.end(new AppError('host.connection-lost'));
    await expect
      .poll(() => client.events('stream.ended'))
      .toMatchObject([{ streamId, error: { code: 'host.connection-lost' } }]);
    expect(await client.call('shell.list', { instanceId })).toEqual([]);
    expect(await client.refused('shell.attach', { shellId, ...size })).toMatchObject({ code: 'usage.invalid' });
    await openShell(client);
    await client.call('shell.close', { shellId: (await client.call('shell.list', { instanceId }))[0]?.shellId ?? '' });
    await expect.poll(() => core.openLinks).toBe(0);
    expect(core.shells.map(({ isDisposed }) => isDisposed)).toEqual([true, true]);
  });
});

describe('what is kept of a shell', () => {
  it.each([
    ['a line', Buffer.from('xxxx\nnext'), 'next'],
    ['an escape sequence', Buffer.from('[31mred\u001b[0mplain'), '\u001b[0mplain'],
    ['a character', Buffer.from('€€€').subarray(1), '€€'],
  ])('begins where a terminal can begin, when %s was cut', (_what, rest, expected) => {
    const buffer = createReplayBuffer(rest.length);
    buffer.push(Buffer.from('gone'));
    for (const byte of rest) buffer.push(Uint8Array.of(byte));
    expect(Buffer.from(buffer.read()).toString()).toBe(expected);
  });

  it('is whole as long as it fits, and never more than there is room for', () => {
    const buffer = createReplayBuffer(REPLAY_BYTES);
    buffer.push(Buffer.from('€'));
    expect(Buffer.from(buffer.read()).toString()).toBe('€');
    for (let count = 0; count < 100; count += 1) buffer.push(Buffer.alloc(30_000, 'x'));
    expect(buffer.read().length).toBe(REPLAY_BYTES);
  });

  it('is sent in pieces of whole characters', () => {
    expect([1, 2, 3, 4, 5, 6].map((most) => cutLength(Buffer.from('a€€'), most))).toEqual([1, 1, 1, 4, 4, 4]);
    expect(cutLength(Buffer.alloc(9, 0x80), 5)).toBe(5);
  });
});

import { expect, it } from 'vitest';
import { followScan } from './channel-scan.ts';
import type { ChannelLogin } from './model/channels.ts';

const code = (qr: string): ChannelLogin => ({ connected: false, says: 'Scan it.', qr });

async function follow(
  answers: readonly { readonly login: ChannelLogin; readonly afterMs: number }[],
  isOver = () => false,
) {
  let nowMs = 0;
  const [first, ...rest] = answers;
  const told: string[] = [];
  const asked: (string | undefined)[] = [];
  const steps = {
    begin: () => Promise.resolve(first?.login ?? code('none')),
    wait: (before: ChannelLogin) => {
      asked.push(before.qr);
      const next = rest.shift();
      nowMs += next?.afterMs ?? 0;
      return Promise.resolve(next?.login ?? { connected: false, says: 'over' });
    },
    isOver,
    nowMs: () => nowMs,
  };
  for await (const { connected, says, qr } of followScan(steps)) told.push(connected ? 'connected' : (qr ?? says));
  return { told, asked };
}

it('shows each code once, waits with the newest, and ends with the scan', async () => {
  const answers = [
    { login: code('one'), afterMs: 0 },
    { login: { connected: false, says: 'still waiting' }, afterMs: 25_000 },
    { login: code('two'), afterMs: 3_000 },
    { login: { connected: true, says: 'Linked.' }, afterMs: 9_000 },
  ];
  expect(await follow(answers)).toEqual({ told: ['one', 'two', 'connected'], asked: ['one', 'one', 'two'] });
});

it('ends where the gateway has given the code up, or shows none', async () => {
  const gone = { login: { connected: false, says: 'The login ran out.' }, afterMs: 20 };
  expect((await follow([{ login: code('one'), afterMs: 0 }, gone])).told).toEqual(['one', 'The login ran out.']);
  expect(await follow([{ ...gone, afterMs: 0 }])).toEqual({ told: ['The login ran out.'], asked: [] });
});

it('asks no more when nobody looks', async () => {
  expect((await follow([{ login: code('one'), afterMs: 0 }], () => true)).asked).toEqual([]);
});

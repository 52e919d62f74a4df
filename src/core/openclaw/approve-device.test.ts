import { describe, expect, it } from 'vitest';
import { approveDevice } from './approve-device.ts';
import type { GatewayClient } from './gateway-client.ts';

const ours = 'a'.repeat(64);
const other = 'b'.repeat(64);
const signal = new AbortController().signal;

interface Beside extends Pick<GatewayClient, 'call'> {
  readonly asked: string[];
}

/** A gateway with one pending request. */
function beside(pending: string, paired: readonly string[] = [], approved = pending): Beside {
  const asked: string[] = [];
  return {
    asked,
    call: (method, params) => {
      asked.push(`${method} ${JSON.stringify(params)}`);
      return Promise.resolve(
        method === 'device.pair.list'
          ? {
              pending: [{ requestId: 'request-1', deviceId: pending }],
              paired: paired.map((deviceId) => ({ deviceId })),
            }
          : { requestId: 'request-1', device: { deviceId: approved } },
      );
    },
  };
}

describe('approving a device', () => {
  it('names the one request, after making sure whose it is', async () => {
    const gateway = beside(ours);
    await approveDevice(gateway, 'request-1', ours, signal);
    expect(gateway.asked).toEqual(['device.pair.list {}', 'device.pair.approve {"requestId":"request-1"}']);
  });

  it('leaves alone what another device asks for', async () => {
    const gateway = beside(other);
    await expect(approveDevice(gateway, 'request-1', ours, signal)).rejects.toMatchObject({ code: 'gateway.pairing' });
    expect(gateway.asked).toHaveLength(1);
  });

  it('has nothing to do where the device is known and its request is gone', async () => {
    const gateway = beside(other, [ours]);
    await approveDevice(gateway, 'request-2', ours, signal);
    expect(gateway.asked).toHaveLength(1);
    await expect(approveDevice(beside(other), 'request-2', ours, signal)).rejects.toMatchObject({
      code: 'gateway.pairing',
    });
  });

  it('believes no answer that is about another device, and none that is no answer', async () => {
    await expect(approveDevice(beside(ours, [], other), 'request-1', ours, signal)).rejects.toMatchObject({
      code: 'gateway.rpc',
    });
    const strange = { call: () => Promise.resolve({ paired: 'who knows' }) };
    await expect(approveDevice(strange, 'request-1', ours, signal)).rejects.toMatchObject({ code: 'gateway.rpc' });
  });
});

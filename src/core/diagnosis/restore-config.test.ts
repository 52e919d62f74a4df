import { describe, expect, it } from 'vitest';
import { Secret } from '../../shared/secret.ts';
import type { ApplyContext } from '../steps/step.ts';
import { restoreConfig } from './restore-config.ts';
import type { MendOrder, Ward } from './ward.ts';

const OLD = { gateway: { auth: { mode: 'token', token: 'rotated-away' }, remote: { token: 'rotated-away' } } };

async function bringBack(whole: object, kept: string | undefined): Promise<unknown> {
  const orders: MendOrder[] = [];
  const ward = {
    token: { read: () => Promise.resolve(kept === undefined ? undefined : new Secret(kept)) },
    mend: (_context: unknown, _doing: unknown, order: MendOrder) => {
      orders.push(order);
      return Promise.resolve(
        order.order === 'find-whole' ? { whole: JSON.stringify(whole, undefined, 2), base: 'of the broken one' } : {},
      );
    },
  } as unknown as Ward;
  await restoreConfig(ward, {} as ApplyContext, 'Bringing it back');
  const [found, written, ...more] = orders;
  expect([found?.order, more]).toEqual(['find-whole', []]);
  if (written?.order !== 'write-config') throw new Error('nothing was written');
  expect(written.base).toBe('of the broken one');
  return JSON.parse(written.text) as unknown;
}

describe('an older openclaw.json that is brought back', () => {
  it('gets the token of the store, not one that was replaced since', async () => {
    expect(await bringBack(OLD, 'of-the-store')).toEqual({
      gateway: { auth: { mode: 'token', token: 'of-the-store' }, remote: { token: 'of-the-store' } },
    });
  });

  it('stays as it is where the store has none', async () => {
    expect(await bringBack(OLD, undefined)).toEqual(OLD);
  });

  it.each([
    ['a reference', { gateway: { auth: { mode: 'token', token: '${GATEWAY_TOKEN}' } } }],
    ['a password', { gateway: { auth: { mode: 'password', password: 'p' } } }],
  ])('keeps %s instead of a token', async (_what, whole) => {
    expect(await bringBack(whole, 'of-the-store')).toEqual(whole);
  });
});

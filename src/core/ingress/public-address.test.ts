import { expect, test } from 'vitest';
import { instanceIdSchema } from '../../shared/model/ids.ts';
import { publicOrigin, resolvePublicHost } from './public-address.ts';

const instance = { id: instanceIdSchema.parse('i-0123456789abcdef'), name: 'Müller’s bot 2' };

test('a name of its own below the base domain, also where the name has no letters for it', () => {
  const access = { mode: 'base', domain: 'bots.example.com' } as const;
  expect(resolvePublicHost(access, instance)).toBe('muller-s-bot-2.bots.example.com');
  expect(resolvePublicHost(access, { ...instance, name: '研究' })).toBe('01234567.bots.example.com');
});

test('the address that was asked for, else that of the machine, written as browsers do', () => {
  expect(resolvePublicHost({ mode: 'ip', address: '2001:DB8:0:0::1' }, instance, '203.0.113.7')).toBe('2001:db8::1');
  expect(resolvePublicHost({ mode: 'ip' }, instance, '203.0.113.7')).toBe('203.0.113.7');
  expect(resolvePublicHost({ mode: 'ip' }, instance)).toBeUndefined();
  expect(resolvePublicHost({ mode: 'tunnel' }, instance, '203.0.113.7')).toBeUndefined();
  expect(publicOrigin('2001:db8::1')).toBe('https://[2001:db8::1]');
  expect(publicOrigin('claw.example.com')).toBe('https://claw.example.com');
});

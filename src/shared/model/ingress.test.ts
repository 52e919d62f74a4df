import { describe, expect, it } from 'vitest';
import { accessSchema, addressRangeSchema, hostNameSchema, ingressSchema } from './ingress.ts';

describe('hostNameSchema', () => {
  it.each([
    ['claw.example.com', 'claw.example.com'],
    ['Claw.Example.COM', 'claw.example.com'],
    ['xn--mller-kva.example', 'xn--mller-kva.example'],
  ])('takes %s', (text, host) => {
    expect(hostNameSchema.parse(text)).toBe(host);
  });

  it.each([
    'localhost',
    'claw.example.com.',
    '-claw.example.com',
    'claw_1.example.com',
    '203.0.113.7',
    'claw.example.com:443',
    'claw.example.com {\nrespond "x"',
    '*.example.com',
    `${'a'.repeat(64)}.example.com`,
    'müller.example',
  ])('refuses %s', (text) => {
    expect(hostNameSchema.safeParse(text).success).toBe(false);
  });
});

describe('accessSchema', () => {
  it.each([
    { mode: 'tunnel' },
    { mode: 'domain', host: 'claw.example.com' },
    { mode: 'base', domain: 'bots.example.com' },
    { mode: 'ip' },
    { mode: 'ip', address: '203.0.113.7' },
    { mode: 'ip', address: '2001:db8::1' },
  ])('takes %j', (access) => {
    expect(accessSchema.parse(access)).toEqual(access);
  });

  it.each([{ mode: 'domain' }, { mode: 'ip', address: 'example.com' }, { mode: 'tunnel', host: 'x.example' }])(
    'refuses %j',
    (access) => {
      expect(accessSchema.safeParse(access).success).toBe(false);
    },
  );
});

describe('ingressSchema', () => {
  it('knows addresses and networks, and nothing else', () => {
    for (const range of ['203.0.113.7', '198.51.100.0/24', '2001:db8::/32'])
      expect(addressRangeSchema.safeParse(range).success).toBe(true);
    for (const range of ['198.51.100.0/33', 'all', '0.0.0.0/0 }'])
      expect(addressRangeSchema.safeParse(range).success).toBe(false);
  });

  it('has no limits unless some are asked for', () => {
    expect(ingressSchema.parse({ access: { mode: 'tunnel' } })).toEqual({ access: { mode: 'tunnel' }, limits: {} });
  });
});

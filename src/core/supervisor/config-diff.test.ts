import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatConfigDiff } from './config-diff.ts';

describe('formatConfigDiff', () => {
  it('tells what was added, changed and removed', () => {
    const before = `{ gateway: { port: 1, bind: '0.0.0.0', nonsense: true }, /* mine */ list: [1, 2] }`;
    const after = '{"gateway":{"port":2,"bind":"lan"},"list":[1],"wizard":{"lastRunAt":"2026-11-21T02:14:56.750Z"}}';
    expect(formatConfigDiff(before, after)).toEqual([
      '~ gateway.bind = "lan" (was "0.0.0.0")',
      '- gateway.nonsense (was true)',
      '~ gateway.port = 2 (was 1)',
      '- list.1 (was 2)',
      '+ wizard.lastRunAt = "2026-11-21T02:14:56.750Z"',
    ]);
    expect(formatConfigDiff(before, before)).toEqual([]);
  });

  it('says so where one of them cannot be read', () => {
    expect(formatConfigDiff('{', '{"a":1}')).toEqual([
      'openclaw.json could not be read before, and held 1 settings now',
    ]);
    expect(formatConfigDiff(undefined, '{}')).toEqual(['openclaw.json was missing before, and held 1 settings now']);
    expect(formatConfigDiff('{', '{')).toEqual([]);
  });

  it('is bounded', () => {
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`n${n}`, n])));
    const lines = formatConfigDiff('{}', many);
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe('… and 401 more');
  });

  it.each([
    ['gateway.auth.token', { gateway: { auth: { token: 'short' } } }],
    ['env.vars', { env: { vars: { ANYTHING: 'opensesame' } } }],
    ['a key under any name', { plugins: { x: 'sk9or1v1abcdef0123456789' } }],
    ['credentials in an address', { channels: { telegram: { proxy: 'http://u:opensesame@proxy:3128' } } }],
  ])('never shows %s', (_name, config) => {
    const text = formatConfigDiff('{}', JSON.stringify(config)).join('\n');
    expect(text).toContain('[redacted]');
    expect(text).not.toMatch(/short|opensesame|sk9or/);
  });

  it('never shows random keys of 20 and more characters', () => {
    const key = fc.stringMatching(/^a7[A-Za-z0-9]{20,64}$/);
    fc.assert(
      fc.property(key, (secret) => {
        expect(formatConfigDiff('{}', JSON.stringify({ some: secret })).join()).not.toContain(secret);
        expect(formatConfigDiff(JSON.stringify({ some: secret }), '{}').join()).not.toContain(secret);
      }),
    );
  });
});

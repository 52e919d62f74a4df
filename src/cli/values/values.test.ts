import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessTextSchema } from './access.ts';
import { byteSizeSchema } from './byte-size.ts';
import { durationSchema } from './duration.ts';
import { guardValueSchemas } from './guard-values.ts';

const GIB = 1024 ** 3;

describe('a size', () => {
  it.each([
    ['2g', 2 * GIB],
    ['2G', 2 * GIB],
    ['2gb', 2 * GIB],
    ['2GiB', 2 * GIB],
    ['1.5g', 1.5 * GIB],
    ['512m', GIB / 2],
    ['64k', 65_536],
    ['1t', 1024 * GIB],
    ['1048576', 1_048_576],
  ])('%s is %d bytes', (text, expected) => {
    expect(byteSizeSchema.parse(text)).toBe(expected);
  });

  it.each(['', 'g', '-1g', '2 g', '2x', '0x10', '1e9', '1,5g', 'two', '2gg', '2ib!'])('is not %j', (text) => {
    expect(byteSizeSchema.safeParse(text).error?.issues[0]?.message).toBe('A size looks like 2g or 512m.');
  });

  it('is whole bytes, and more of the same unit is more', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.constantFrom('k', 'm', 'g'), (number, unit) => {
        const [one, next] = [number, number + 1].map((count) => byteSizeSchema.parse(`${String(count)}${unit}`));
        expect(Number.isInteger(one)).toBe(true);
        expect(next).toBeGreaterThan(one ?? Number.NaN);
      }),
    );
  });
});

describe('a time', () => {
  it.each([
    ['90s', 90],
    ['5m', 300],
    ['5min', 300],
    ['1H', 3600],
  ])('%s is %d seconds', (text, expected) => {
    expect(durationSchema.parse(text)).toBe(expected);
  });

  it.each(['', '5', 'm', '-5m', '1.5h', '5 m', '1d', '5ms'])('is not %j', (text) => {
    expect(durationSchema.safeParse(text).success).toBe(false);
  });
});

describe('access', () => {
  it.each([
    ['tunnel', { mode: 'tunnel' }],
    ['domain:Claw.Example.com', { mode: 'domain', host: 'claw.example.com' }],
    ['base:bots.example.com', { mode: 'base', domain: 'bots.example.com' }],
    ['ip', { mode: 'ip' }],
    ['ip:203.0.113.7', { mode: 'ip', address: '203.0.113.7' }],
    ['ip:2001:db8::7', { mode: 'ip', address: '2001:db8::7' }],
    ['ip:[2001:db8::7]', { mode: 'ip', address: '2001:db8::7' }],
  ])('%s', (text, expected) => {
    expect(accessTextSchema.parse(text)).toEqual(expected);
  });

  it.each([
    ['', 'tunnel, domain:HOST'],
    ['open', 'tunnel, domain:HOST'],
    ['domain', 'tunnel, domain:HOST'],
    ['domain:', 'tunnel, domain:HOST'],
    ['tunnel:claw.example.com', 'tunnel, domain:HOST'],
    ['domain:localhost', 'localhost is not a host name'],
    ['base:https://bots.example.com', 'is not a host name'],
    ['ip:300.1.1.1', '300.1.1.1 is not an IP address'],
  ])('is not %j', (text, message) => {
    expect(accessTextSchema.safeParse(text).error?.issues[0]?.message).toContain(message);
  });
});

describe('a limit of a guard', () => {
  it('is a number and a time', () => {
    expect(guardValueSchemas.cpu.parse('90:5m')).toEqual({ abovePercent: 90, forSeconds: 300 });
    expect(guardValueSchemas.memory.parse('95%:90s')).toEqual({ abovePercent: 95, forSeconds: 90 });
    expect(guardValueSchemas.restarts.parse('5:1h')).toEqual({ above: 5, withinSeconds: 3600 });
    expect(guardValueSchemas.requests.parse('1000:1m')).toEqual({ above: 1000, withinSeconds: 60 });
    expect(guardValueSchemas.disk.parse('10g')).toEqual({ aboveBytes: 10 * GIB });
  });

  it.each([
    ['cpu', '90', 'It looks like 90:5m.'],
    ['cpu', '90:', 'It looks like 90:5m.'],
    ['cpu', ':5m', 'It looks like 90:5m.'],
    ['cpu', '101:5m', 'from 1 to 100'],
    ['cpu', '90:5s', 'ten seconds'],
    ['memory', '90:25h', 'a day'],
    ['restarts', '0:1h', 'At least one'],
    ['restarts', '5%of:1h', 'It looks like 5:1h.'],
    ['disk', '10', 'at least 1 MB'],
    ['disk', 'ten', 'A size looks like'],
  ] as const)('%s is not %j', (rule, text, message) => {
    expect(guardValueSchemas[rule].safeParse(text).error?.issues[0]?.message).toContain(message);
  });
});

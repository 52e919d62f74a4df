import { describe, expect, it } from 'vitest';
import { isOfSite } from './caddy-site.ts';
import { cleanText, createStriker, LONGEST_TEXT } from './clean-text.ts';
import { parseJournalLine } from './parse-journal.ts';
import { createLineCutter, createTextParser, parseJsonLine, takeTime } from './parse-text.ts';
import { createFileParser } from './server-feed.ts';

const now = '2026-11-21T07:00:00.000Z';
const names = { unit: 'openclaw-gateway.service', caddyUnit: 'caddy.service' };
const journal = (fields: object): string => JSON.stringify({ __REALTIME_TIMESTAMP: '1795242612120000', ...fields });

describe('a line of the journal', () => {
  it('of the gateway has the time of the journal, and the level it names', () => {
    const line = journal({
      _SYSTEMD_USER_UNIT: names.unit,
      PRIORITY: '6',
      MESSAGE: '2026-11-21T06:30:12.120+00:00 [telegram] error: 401 Unauthorized',
    });
    expect(parseJournalLine(line, names, now)).toEqual({
      at: new Date(1795242612120).toISOString(),
      source: 'gateway',
      level: 'error',
      text: '[telegram] error: 401 Unauthorized',
    });
  });

  it('of systemd about the unit is of the service, as bad as systemd says', () => {
    const line = journal({
      USER_UNIT: names.unit,
      _SYSTEMD_USER_UNIT: 'init.scope',
      PRIORITY: '4',
      MESSAGE: "openclaw-gateway.service: Failed with result 'oom-kill'.",
    });
    expect(parseJournalLine(line, names, now)).toMatchObject({ source: 'service', level: 'warn' });
  });

  it('of Caddy is read, JSON as it writes', () => {
    const message = JSON.stringify({
      level: 'error',
      ts: 1795242612.12,
      logger: 'tls',
      msg: 'no certificate',
      identifier: 'a.example.com',
    });
    expect(
      parseJournalLine(journal({ _SYSTEMD_UNIT: 'caddy.service', PRIORITY: '6', MESSAGE: message }), names, now),
    ).toMatchObject({
      source: 'caddy',
      level: 'error',
      text: '[tls] no certificate {"identifier":"a.example.com"}',
    });
  });

  it('that is bytes is text all the same', () => {
    const bytes = [...Buffer.from('\u001b[31mred')];
    expect(parseJournalLine(journal({ _SYSTEMD_USER_UNIT: names.unit, MESSAGE: bytes }), names, now)?.text).toBe(
      '\u001b[31mred',
    );
  });

  it('that is none is shown as it is', () => {
    expect(parseJournalLine('No journal files were opened due to insufficient permissions.', names, now)).toEqual({
      at: now,
      source: 'service',
      level: 'warn',
      text: 'No journal files were opened due to insufficient permissions.',
    });
    expect(parseJournalLine('-- cursor: x', names, now)).toBeUndefined();
    expect(parseJournalLine(journal({ _SYSTEMD_USER_UNIT: names.unit, MESSAGE: null }), names, now)).toBeUndefined();
  });
});

describe('a text', () => {
  it.each([
    ['2026-11-21T06:30:12.120+00:00 [gateway] ready', '2026-11-21T06:30:12.120Z', '[gateway] ready'],
    ['2026-11-21T08:30:12+02:00 x', '2026-11-21T06:30:12.000Z', 'x'],
    ['[2026-11-21T06:30:12Z] x', '2026-11-21T06:30:12.000Z', 'x'],
    ['2026-11-21T06:30:12.123456789Z x', '2026-11-21T06:30:12.123Z', 'x'],
    ['2026-11-21 06:30:12 of nobody knows which zone', undefined, '2026-11-21 06:30:12 of nobody knows which zone'],
  ])('%s', (line, at, rest) => {
    expect(takeTime(line)).toEqual({ at, rest });
  });

  it('without a time has that of the line before it', () => {
    const parse = createTextParser('gateway', now);
    expect(parse('before any')?.at).toBe(now);
    parse('2026-11-21T06:30:12.120Z TypeError: x');
    expect(parse('    at y (z.js:1:2)')).toMatchObject({ at: '2026-11-21T06:30:12.120Z', text: '    at y (z.js:1:2)' });
    expect(parse('   ')).toBeUndefined();
  });

  it("is read where it is one of OpenClaw's JSON lines", () => {
    expect(parseJsonLine('{"0":"polled","_meta":{"logLevelName":"DEBUG"},"time":"2026-11-21T06:30:12.120Z"}')).toEqual({
      at: '2026-11-21T06:30:12.120Z',
      level: undefined,
      text: 'polled',
    });
    expect(parseJsonLine('{"half":')).toBeUndefined();
    expect(parseJsonLine('[1]')).toBeUndefined();
  });

  it('is cut into lines wherever its bytes are, also one that never ends', () => {
    const cut = createLineCutter(10);
    expect(cut(Buffer.from([0xe6, 0xbc]))).toEqual([]);
    expect(cut(Buffer.concat([Buffer.from([0xa2]), Buffer.from('\r\nb')]))).toEqual(['漢']);
    expect(cut('x'.repeat(20))).toEqual([`b${'x'.repeat(20)}`]);
  });
});

it('a line of a file says whose it is', () => {
  const parse = createFileParser();
  expect(parse('a 1795242612 2026-11-21T06:30:12Z anna@laptop i r deploy: sh')).toMatchObject({
    source: 'audit',
    at: '2026-11-21T06:30:12.000Z',
  });
  expect(parse('i 1795242612 npm notice')).toMatchObject({
    source: 'installer',
    at: new Date(1795242612000).toISOString(),
  });
  expect(parse('nothing of ours')).toBeUndefined();
});

it.each([
  ['{"request":{"host":"a.example.com"}}', true],
  ['{"request":{"host":"b.example.com"}}', false],
  ['{"identifiers":["b.example.com","a.example.com"]}', true],
  ['{"identifier":"*.example.com"}', true],
  ['server running {"name":"srv0"}', true],
])('of Caddy %s is of this site: %s', (line, isOurs) => {
  expect(isOfSite(line, 'a.example.com')).toBe(isOurs);
});

describe('what a line may hold', () => {
  it('is no colour, and no character that acts on a terminal', () => {
    expect(cleanText('\u001b[31mred\u001b[0m \u0007bell \u202eback \u001b]0;title\u0007x')).toBe(
      'red ␇bell <U+202E>back x',
    );
    expect(cleanText('x'.repeat(LONGEST_TEXT + 5))).toHaveLength(LONGEST_TEXT + 1);
  });

  it.each([
    'key sk-ant-api03-abcdefghijklmnopqrstuvwx used',
    'bot 123456789:AAFakeFakeFakeFakeFakeFakeFakeFake123',
    'Authorization: Bearer abcdefgh12345678',
    'http://127.0.0.1:1/#bootstrapToken=abcdefgh12345678',
    '{"token":"abcdefgh12345678"}',
    'xoxb-1234567890-abcdefghijkl',
    'socks://anna:abcdefgh12345678@proxy',
    'the token is known-to-us-1',
  ])('is no secret: %s', (line) => {
    const struck = createStriker(['known-to-us-1'])(line);
    expect(struck).toContain('[redacted]');
    expect(struck).not.toMatch(/abcdefgh|FakeFake|known-to-us/);
  });

  it('is left alone where it is none', () => {
    const line = 'session main: 12345:67 turn done in 8.2 s (sk-short)';
    expect(createStriker([''])(line)).toBe(line);
  });
});

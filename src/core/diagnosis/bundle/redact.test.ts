import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEntry } from '../../../shared/model/log.ts';
import { createRedactor } from './redact.ts';

const nobody = { secrets: [], hosts: [], users: [], names: [] };
const word = (alphabet: string, min: number, max: number) =>
  fc.array(fc.constantFrom(...Array.from(alphabet)), { minLength: min, maxLength: max }).map((all) => all.join(''));
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
const octet = fc.integer({ min: 0, max: 255 });

/** Sentences in which things of that kind are found in logs. */
const around = fc.constantFrom(
  (it: string) => it,
  (it: string) => `2026-11-21T09:00:00Z [gateway] got ${it} from there`,
  (it: string) => `{"value":"${it}","more":1}`,
  (it: string) => `(${it}), and again: ${it}`,
  (it: string) => `first line\n${it}\nlast line`,
  (it: string) => `value=${it};`,
);

function takesOut(kind: string, things: fc.Arbitrary<string>): void {
  fc.assert(
    fc.property(things, around, (thing, say) => {
      const said = createRedactor(nobody).text(say(thing));
      expect(said).not.toContain(thing);
      expect(said).toContain(`<${kind}-1>`);
    }),
    { numRuns: 300 },
  );
}

describe('what is taken out of a support bundle', () => {
  it('tokens of Telegram bots', () =>
    takesOut(
      'secret',
      fc.tuple(word('123456789', 8, 10), word(`${LOWER}${UPPER}${DIGITS}_-`, 35, 35)).map((all) => all.join(':')),
    ));
  it('keys of providers', () =>
    takesOut(
      'secret',
      fc
        .tuple(fc.constantFrom('sk-', 'sk-ant-', 'ghp_', 'xoxb-', 'gsk_'), word(`${LOWER}${UPPER}${DIGITS}`, 20, 60))
        .map((all) => all.join('')),
    ));
  it('hexadecimal tokens', () => takesOut('secret', word(`${DIGITS}abcdef`, 32, 64)));
  it('addresses of machines', () => {
    takesOut(
      'ip',
      fc.tuple(fc.integer({ min: 1, max: 126 }), octet, octet, octet).map((all) => all.join('.')),
    );
    takesOut(
      'ip',
      fc
        .ipV6()
        .filter(
          (one) =>
            !one.includes('.') &&
            one.split(':').length > 4 &&
            one.split(':').filter((part) => part.length > 1).length > 3,
        ),
    );
  });
  it('e-mail addresses', () =>
    takesOut(
      'email',
      fc
        .tuple(word(LOWER, 2, 12), word(LOWER, 2, 12), fc.constantFrom('com', 'org', 'de', 'museum'))
        .map(([a, b, c]) => `${a}@${b}.${c}`),
    ));
  it('telephone numbers', () =>
    takesOut(
      'phone',
      word('123456789', 8, 14).map((digits) => `+${digits}`),
    ));
  it('names of hosts', () =>
    takesOut(
      'host',
      fc.tuple(word(LOWER, 3, 12), fc.constantFrom('com', 'org', 'net', 'lan', 'fr')).map(([a, b]) => `claw.${a}.${b}`),
    ));
  it('names in home paths', () => {
    fc.assert(
      fc.property(word(LOWER, 3, 10), fc.constantFrom('/home/', '/Users/', 'C:\\Users\\'), (name, home) => {
        fc.pre(!['openclaw', 'node', 'root', 'caddy', 'ubuntu', 'debian', 'admin', 'user'].includes(name));
        expect(createRedactor(nobody).text(`open ${home}${name}/x`)).toBe(`open ${home}<user-1>/x`);
      }),
    );
  });
  it('whatever is known, as it is', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, maxLength: 60 }).filter((one) => one.trim().length > 5 && !one.includes('<')),
        around,
        (secret, say) => {
          expect(createRedactor({ ...nobody, secrets: [secret] }).text(say(secret))).not.toContain(secret);
        },
      ),
    );
    const redactor = createRedactor({ ...nobody, hosts: ['atlas'], users: ['anna'], names: ['Müller'] });
    expect(redactor.text('anna@atlas: Müller runs, Atlas too')).toBe('<user-1>@<host-1>: <name-1> runs, <host-1> too');
  });
  it('what settings are called says that they are secrets', () => {
    const redactor = createRedactor(nobody);
    expect(
      redactor.value({
        gateway: { auth: { token: 'correct horse' }, port: 18_789 },
        channels: { x: { botToken: 'battery', apiKey: 'staple', password: '${FROM_ENV}' } },
      }),
    ).toEqual({
      gateway: { auth: { token: '<secret-1>' }, port: 18_789 },
      channels: { x: { botToken: '<secret-2>', apiKey: '<secret-3>', password: '${FROM_ENV}' } },
    });
    expect(redactor.text('the token correct horse was refused')).toBe('the token <secret-1> was refused');
  });
  it('what stands behind its name in a line, and logins in addresses', () => {
    const said = createRedactor(nobody).text(
      'token=hunter2x Authorization: Bearer abcdef123 https://anna:pw12@claw.example.com/x "chatId":"-100123456789"',
    );
    for (const secret of ['hunter2x', 'abcdef123', 'anna:pw12', 'claw.example.com', '123456789'])
      expect(said).not.toContain(secret);
  });
  it.each([
    ['a telephone number in brackets', 'call +1 (555) 123-4567 now', ['555', '4567']],
    ['a telephone number with a zero left out', 'call +49 (0)170 1234567 now', ['170', '1234567']],
    ['a device of WhatsApp', 'from 491701234567:12@s.whatsapp.net', ['491701234567']],
    ['a group of WhatsApp', 'in 491701234567-1600000000@g.us', ['491701234567', '1600000000']],
    ['a password without a name', 'redis://:hunter2@redis:6379', ['hunter2']],
    ['base64 with a slash', 'got 9bXk2/Qm3vR8sT1uW5yZ7aC4eG6iK0mN2pQ4rS6tU8w= back', ['9bXk2', 'tU8w']],
    ['base64 that begins with a slash', 'got /bXk29Qm3v/8sT1uW5yZ7aC4eG6iK0mN2pQ4rS6tU8w back', ['bXk29', 'tU8w']],
    ['all pairs of a cookie', 'Cookie: lang=en; sid=8f7a; theme=dark', ['lang', '8f7a', 'dark']],
    ['a cookie among headers', '{"Cookie":["lang=en; sid=8f7a"],"Host":"x"}', ['lang', '8f7a']],
    ['what stands behind a name, in JSON in JSON', String.raw`"{\"botToken\":\"hunter2x\"}"`, ['hunter2x']],
    ['the same once more', String.raw`"{\\\"chatId\\\": \\\"-100123456789\\\"}"`, ['123456789']],
    ['an option in JSON in JSON', String.raw`"[\"--token\",\"hunter2x\"]"`, ['hunter2x']],
  ])('%s', (_what, line, parts) => {
    const said = createRedactor(nobody).text(line);
    for (const part of parts) expect(said).not.toContain(part);
  });
  it('ids in what a gateway logged as JSON', () => {
    const at = '2026-11-21T09:00:00.000Z';
    const text = '{"chatId":"-100123456789"}';
    expect(createRedactor(nobody).text(formatEntry({ at, source: 'gateway', level: 'info', text }))).not.toContain(
      '123456789',
    );
  });
  it('lines that were made to take long, in little time', () => {
    const lines = ['+1 (', '/aB3', 'a=b; ', '1:', 'cookie: a=b;', '\\\\"', '//:'].map((one) =>
      one.repeat(Math.floor(8_000 / one.length)),
    );
    const begin = performance.now();
    for (const line of lines) createRedactor(nobody).text(line);
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
  it('private keys as a whole', () => {
    const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\nZXktdjEA\n-----END OPENSSH PRIVATE KEY-----';
    expect(createRedactor(nobody).text(`x\n${key}\ny`)).toBe('x\n<secret-1>\ny');
  });
});

describe('what stays', () => {
  it.each([
    'listening at 127.0.0.1:18789 and [::1]:18789',
    'OpenClaw 2026.9.6 with Node.js v24.21.0',
    'read /home/openclaw/.openclaw/openclaw.json',
    'https://api.telegram.org/ answered 409',
    'gateway.auth.mode is not set in openclaw.json',
    '2026-11-21T09:00:00.123Z info ready',
    'gateway token mismatch',
    'agents/main/sessions/OpenClawGateway2/NodeModules3/index.js was read',
    'the cookie: missing',
    'UTC+2 (9 of 10) is fine',
  ])('%s', (line) => {
    expect(createRedactor(nobody).text(line)).toBe(line);
  });
  it('that two things are the same', () => {
    const redactor = createRedactor(nobody);
    expect(redactor.text('203.0.113.7 then 203.0.113.8')).toBe('<ip-1> then <ip-2>');
    expect(redactor.text('again 203.0.113.8')).toBe('again <ip-2>');
  });
});

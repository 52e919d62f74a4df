import { describe, expect, it } from 'vitest';
import { createRedactor } from './redact.ts';
import { cpuMsOf } from '../../../../test/cpu-time.ts';

const nobody = { secrets: [], hosts: [], users: [], names: [] };

describe('of a configuration', () => {
  it('everything is taken out that the editor of it hides, and from every other text then', () => {
    const redactor = createRedactor(nobody);
    const said = JSON.stringify(
      redactor.config({
        env: { vars: { MY_THING: 'correct horse battery' }, shellEnv: { enabled: true } },
        models: { providers: { own: { headers: { 'X-Team': 'staple99' }, baseUrl: 'http://127.0.0.1:1/v1' } } },
        channels: { feishu: { encryptKey: 'pw1' }, line: { secretFile: '/run/line' } },
        gateway: { port: 18_789, auth: { mode: 'token', token: '${FROM_ENV}' } },
      }),
    );
    for (const secret of ['correct horse battery', 'staple99', 'pw1']) expect(said).not.toContain(secret);
    for (const kept of ['MY_THING', 'X-Team', 'encryptKey', '/run/line', '18789', '${FROM_ENV}', '"token"', '/v1'])
      expect(said).toContain(kept);
    expect(redactor.text('said correct horse battery to staple99')).toBe('said <secret-1> to <secret-2>');
  });

  it('whoever may write to it is taken out, and what is set for them stays', () => {
    const redactor = createRedactor(nobody);
    const said = JSON.stringify(
      redactor.config({
        channels: {
          telegram: {
            allowFrom: ['tg:123456789', 987_654_321, '@anna_smith', '*'],
            groups: { '-1001234567890': { requireMention: true, historyLimit: 50 }, '*': { enabled: true } },
          },
          discord: { guilds: { '222333444555': { channels: { general7: { users: ['anna#1234'] } } } } },
          whatsapp: { accounts: { default: { dmPolicy: 'pairing' }, annaswork: { name: 'Call 5551234567' } } },
        },
        bindings: [{ agentId: 'main', match: { channel: 'telegram', peer: { kind: 'direct', id: 'annaxyz' } } }],
        session: { peers: [{ id: 'c0ffee', kind: 'direct' }, 5_551_234] },
        agents: { defaults: { timeoutMs: 1_800_000 } },
      }),
    );
    for (const own of [
      '123456789',
      '987654321',
      'anna',
      '1001234567890',
      '222333444555',
      'general7',
      '5551234567',
      '5551234',
      'c0ffee',
    ])
      expect(said).not.toContain(own);
    for (const kept of [
      '"*"',
      '"default"',
      'requireMention',
      '"historyLimit":50',
      'dmPolicy',
      'pairing',
      'telegram',
      'main',
      'direct',
      '1800000',
    ])
      expect(said).toContain(kept);
    expect(redactor.text('-1001234567890 wrote')).toMatch(/^<id-\d+> wrote$/);
  });
});

describe('of a line', () => {
  it.each([
    ['openclaw gateway --token hunter2 --port 1', 'openclaw gateway --token <secret-1> --port 1'],
    ["--gateway-password 'abc' x", "--gateway-password '<secret-1>' x"],
    ['["--token","hunter2"]', '["--token","<secret-1>"]'],
    ['use --token --json', 'use --token --json'],
  ])('what follows an option that names it: %s', (line, wanted) => {
    expect(createRedactor(nobody).text(line)).toBe(wanted);
  });

  it.each(['claw.example.at', 'firma.pl', 'example.it', 'meins.me', 'claw.gov.in', 'a.firma.rs', 'claw.firma.sh'])(
    'hosts of all countries: %s',
    (host) => {
      expect(createRedactor(nobody).text(`to ${host} now`)).toBe('to <host-1> now');
    },
  );
  it.each(['install.sh', 'README.md', 'main.js', 'a.tar.gz', 'server.ts', 'state.db'])(
    'no names of files: %s',
    (name) => {
      expect(createRedactor(nobody).text(`read ${name} now`)).toBe(`read ${name} now`);
    },
  );

  it('accounts of Windows whose names hold spaces', () => {
    const known = createRedactor({ ...nobody, users: ['Anna Maria'] });
    expect(known.text(String.raw`C:\Users\Anna Maria`)).toBe(String.raw`C:\Users\<user-1>`);
    const said = createRedactor(nobody).text(String.raw`open C:\Users\Anna Maria\x and "D:\\Users\\Bob B\\y"`);
    expect(said).toBe(String.raw`open C:\Users\<user-1>\x and "D:\\Users\\<user-2>\\y"`);
  });

  it('long ones are cut, in time, and no half of a secret stays', () => {
    const redact = (): void => {
      const redactor = createRedactor({ ...nobody, secrets: ['correct-horse-battery'] });
      const secretAtCut = `${'x '.repeat(3_995)}correct-horse-battery ${'y'.repeat(50)}`;
      const said = redactor.text(
        ['a'.repeat(500_000), 'a.'.repeat(250_000), ' '.repeat(500_000), secretAtCut].join('\n'),
      );
      expect(said.length).toBeLessThan(40_000);
      expect(said).not.toContain('correct');
      const half = `${'x '.repeat(3_990)}sk-${'b'.repeat(40)}`;
      expect(createRedactor(nobody).text(half)).not.toContain('sk-');
      createRedactor(nobody).text(`${'a-'.repeat(4_000)}\n`.repeat(60));
      createRedactor(nobody).text(`${'a'.repeat(8_000)}\n`.repeat(60));
    };
    expect(cpuMsOf(redact)).toBeLessThan(5_000);
  });
});

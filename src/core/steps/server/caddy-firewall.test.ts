import { describe, expect, it, test } from 'vitest';
import { instanceIdSchema } from '../../../shared/model/ids.ts';
import type { Check } from '../../../shared/model/run.ts';
import type { Fact } from '../../facts/fact.ts';
import { fileFact } from '../../facts/file.ts';
import { firewallFact } from '../../facts/firewall.ts';
import { folderFact } from '../../facts/folder.ts';
import { listenersFact, type Listener } from '../../facts/listeners.ts';
import { createFakeHost } from '../../host/fake/fake-host.ts';
import { CADDY_DIR, CADDYFILE } from '../../ingress/caddy-layout.ts';
import { absentFirewallRuleStep, findOthers, letsIn } from './caddy-firewall.ts';

test('what ufw lets in, by its own notes', () => {
  const any = '0.0.0.0/0 any 0.0.0.0/0 in';
  expect(letsIn([`allow tcp 80,443 ${any}`], 443)).toBe(true);
  expect(letsIn([`allow tcp 80,443 ${any} comment=68617264`], 80)).toBe(true);
  expect(letsIn([`allow any 443 ${any}`], 443)).toBe(true);
  expect(letsIn([`limit tcp 1:1024 ${any}`], 443)).toBe(true);
  expect(letsIn([`allow tcp any ${any}`], 80)).toBe(true);
});

test('what it does not', () => {
  expect(letsIn([], 80)).toBe(false);
  expect(letsIn(['deny tcp 80 0.0.0.0/0 any 0.0.0.0/0 in'], 80)).toBe(false);
  expect(letsIn(['allow udp 443 0.0.0.0/0 any 0.0.0.0/0 in'], 443)).toBe(false);
  expect(letsIn(['allow tcp 443 0.0.0.0/0 any 10.0.0.0/8 in'], 443)).toBe(false);
  expect(letsIn(['allow tcp 8443 0.0.0.0/0 any 0.0.0.0/0 in'], 443)).toBe(false);
});

describe('what else visitors come for', () => {
  const own = '/etc/caddy/hardshell.d/alpha-00112233.caddy';
  const alone = { listeners: [], files: [own, own.replace('.caddy', '.options')], caddyfile: undefined };
  const listener = (process: string | undefined, port: number, address = '0.0.0.0'): Listener => ({
    protocol: 'tcp',
    address,
    port,
    process,
    pid: 1,
    user: undefined,
    unit: undefined,
    isUserUnit: false,
    container: undefined,
  });

  it('is nothing where Caddy serves this instance alone', () => {
    const listeners = [
      listener('caddy', 80, '*'),
      listener('caddy', 443, '*'),
      listener('nginx', 80, '127.0.0.1'),
      listener('nginx', 80, '::1'),
      listener('nginx', 8080),
      { ...listener('nginx', 443), protocol: 'udp' as const },
    ];
    expect(findOthers({ ...alone, listeners }, own)).toBeUndefined();
  });

  it('is another program, another instance, or a site that somebody else has written', () => {
    expect(findOthers({ ...alone, listeners: [listener('nginx', 80, '::')] }, own)).toBe('nginx serves port 80');
    expect(findOthers({ ...alone, listeners: [listener(undefined, 443)] }, own)).toBe(
      'another program serves port 443',
    );
    const files = [...alone.files, '/etc/caddy/hardshell.d/beta-99112233.caddy'];
    expect(findOthers({ ...alone, files }, own)).toBe('Caddy serves other instances');
    expect(findOthers({ ...alone, caddyfile: 'example.com {\n\trespond hello\n}\n' }, own)).toBe(
      '/etc/caddy/Caddyfile has other sites',
    );
  });
});

describe('the rule for visitors', () => {
  const rule = `allow tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 in comment=${Buffer.from('hardshell visitors').toString('hex')}`;
  const check = async (rules: readonly string[], caddyfile?: string): Promise<Check> => {
    const step = absentFirewallRuleStep({ id: instanceIdSchema.parse('i-00112233445566aa'), name: 'alpha' });
    const answers = new Map<string, unknown>([
      [firewallFact().id, { ufw: { isInstalled: true, isActive: true, rules } }],
      [listenersFact().id, []],
      [folderFact(CADDY_DIR).id, []],
      [fileFact(CADDYFILE).id, caddyfile === undefined ? undefined : { text: caddyfile }],
    ]);
    expect(step.facts.map(({ id }) => id).sort()).toEqual([...answers.keys()].sort());
    const read = <T>({ id }: Fact<T>): Promise<T> => Promise.resolve(answers.get(id) as T);
    return step.check({ read, host: createFakeHost(), signal: new AbortController().signal });
  };

  it('goes with the last visitors, and stays where somebody else has some', async () => {
    expect(await check([])).toMatchObject({ is: 'satisfied', because: 'there is no rule of ours' });
    expect(await check([rule])).toMatchObject({ is: 'needed' });
    expect(await check([rule], ':80 {\n\trespond hello\n}\n')).toMatchObject({
      is: 'satisfied',
      because: 'the rule stays: /etc/caddy/Caddyfile has other sites',
    });
  });
});

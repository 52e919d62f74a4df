import { expect, test } from 'vitest';
import { parseKeyValues } from './answer.ts';
import { parseCaddy } from './caddy.ts';

const EXEC =
  'ExecStart={ path=/usr/bin/caddy ; argv[]=/usr/bin/caddy run --environ --config /etc/caddy/Caddyfile ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }';
const parse = (text: string): ReturnType<typeof parseCaddy> => parseCaddy(parseKeyValues(text));

test('a server with no Caddy', () => {
  expect(parse('LoadState=not-found\nActiveState=inactive\nend=yes')).toEqual({
    version: undefined,
    hasRateLimit: false,
    isPackaged: false,
    hasHome: false,
    service: 'absent',
  });
});

test('that of Debian, and that of its makers with a module', () => {
  expect(
    parse(`version=2.6.2\npackaged=yes\nhome=yes\nLoadState=loaded\nActiveState=active\n${EXEC}\nend=yes`),
  ).toEqual({
    version: '2.6.2',
    hasRateLimit: false,
    isPackaged: true,
    hasHome: true,
    service: 'running',
  });
  expect(
    parse(`version=v2.11.4 h1:XKxIBDHT=\nrate_limit=yes\nLoadState=loaded\nActiveState=inactive\n${EXEC}\nend=yes`),
  ).toMatchObject({ version: '2.11.4', hasRateLimit: true, service: 'stopped' });
});

test('one that is configured in another way is not ours to configure', () => {
  const json = EXEC.replaceAll('/etc/caddy/Caddyfile', '/etc/caddy/caddy.json');
  expect(parse(`version=2.11.4\nLoadState=loaded\nActiveState=active\n${json}\nend=yes`).service).toBe('other');
  expect(parse(`version=2.11.4\nLoadState=loaded\nActiveState=inactive\n${EXEC}\napi=yes\nend=yes`).service).toBe(
    'other',
  );
});

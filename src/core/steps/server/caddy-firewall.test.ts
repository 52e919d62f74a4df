import { expect, test } from 'vitest';
import { letsIn } from './caddy-firewall.ts';

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

import { expect, it } from 'vitest';
import { parseGroupRecord } from '../runner/local-lease-groups.ts';
import { parseStarted } from '../system/self-record.ts';
import { parseProcessRecord } from './gateway-process.ts';

it.each([
  [
    'gateway 0123456789abcdef 4711 129e40a7-c1f0/351860\n',
    { role: 'gateway', hash: '0123456789abcdef', identity: { pid: 4711, startedAt: '129e40a7-c1f0/351860' } },
  ],
  // macOS: as ps writes it, with two spaces before a day of one digit
  [
    'repair ff 7 Thu Sep  4 10:11:12 2026\n',
    { role: 'repair', hash: 'ff', identity: { pid: 7, startedAt: 'Thu Sep 4 10:11:12 2026' } },
  ],
  ['gateway ff 7 \n', undefined],
  ['gateway ff 7 x/1', undefined],
  ['', undefined],
])('the record of a process: %j', (text, expected) => {
  expect(parseProcessRecord(text)).toEqual(expected);
});

it.each([
  ['4711 129e40a7-c1f0/351860\n', { pid: 4711, startedAt: '129e40a7-c1f0/351860' }],
  ['7 Thu Sep  4 10:11:12 2026\n', { pid: 7, startedAt: 'Thu Sep 4 10:11:12 2026' }],
  ['7\n', undefined],
])('the record of a group: %j', (text, expected) => {
  expect(parseGroupRecord(text)).toEqual(expected);
});

it('reads as the identity of a process does', () => {
  expect(parseStarted(' Thu Sep  4 10:11:12 2026\n')).toBe('Thu Sep 4 10:11:12 2026');
  expect(parseStarted('\n')).toBeUndefined();
});

import { describe, expect, test } from 'vitest';
import { choosePublicAddress, describeDns, dnsError, judgeDns, parseAddresses } from './dns-check.ts';

const host = 'claw.example.com';
const judge = (machine: string[], outside: string[], inside = outside): string =>
  judgeDns({ host, machine, outside, inside }).is;

describe('where a name leads', () => {
  test('to the machine, by each of its addresses, however they are written', () => {
    expect(judge(['65.108.1.7', '2a01:4f9::7'], ['65.108.1.7', '2A01:4F9:0::7'])).toBe('right');
    expect(judge(['65.108.1.7'], ['65.108.1.7'], ['127.0.1.1'])).toBe('right');
    // Asked on the machine alone it was not: a resolver there may be silent.
    expect(judge(['65.108.1.7'], ['65.108.1.7'], [])).toBe('right');
  });

  test('elsewhere, also by one of its addresses alone', () => {
    expect(judge(['65.108.1.7'], ['65.108.1.8'])).toBe('wrong');
    expect(judge(['65.108.1.7'], ['65.108.1.7', '2a01:4f9::9'])).toBe('wrong');
    expect(judge(['65.108.1.7'], ['65.108.1.7'], ['65.108.1.8'])).toBe('wrong');
    expect(judge(['65.108.1.7'], ['127.0.0.1'])).toBe('wrong');
    expect(judge(['172.17.0.3'], ['10.9.9.9'])).toBe('wrong');
    expect(judge(['172.17.0.3'], [])).toBe('wrong');
  });

  test('what cannot be seen from here is not refused', () => {
    expect(judge(['10.0.0.4'], ['65.108.1.7'])).toBe('unsure');
    expect(judge(['172.17.0.3'], [], ['172.17.0.3'])).toBe('unsure');
  });

  test('both lists are told, and a record that a step makes is no reason to refuse', () => {
    const answers = { host, machine: ['10.0.0.4', '65.108.1.7'], outside: ['65.108.1.8'], inside: [] };
    const error = dnsError(answers);
    expect(error.message).toBe('claw.example.com leads to 65.108.1.8, which is not this machine.');
    expect(error.details).toEqual({
      host,
      machine: ['65.108.1.7'],
      seenFromHere: ['65.108.1.8'],
      seenFromTheMachine: [],
    });
    expect(describeDns(answers, false)).toMatchObject({ level: 'refuse', error: { code: 'ingress.dns' } });
    expect(describeDns(answers, true)).toMatchObject({ level: 'fix' });
  });
});

test('addresses as getent and ip print them', () => {
  expect(parseAddresses('172.17.0.3\n172.17.0.3\nfe80::1%eth0\n2001:DB8::1\nend\n')).toEqual([
    '172.17.0.3',
    'fe80::1',
    '2001:db8::1',
  ]);
});

test('the address for visitors', () => {
  expect(choosePublicAddress(['10.0.0.4', '2a01:4f9::7', '65.108.1.7'], ['65.108.1.9'])).toBe('65.108.1.7');
  expect(choosePublicAddress(['10.0.0.4'], ['65.108.1.9'])).toBe('65.108.1.9');
  expect(choosePublicAddress(['172.17.0.3'], ['127.0.0.1'])).toBe('172.17.0.3');
  expect(choosePublicAddress([], ['127.0.0.1'])).toBeUndefined();
});

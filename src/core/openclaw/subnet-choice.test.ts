import { expect, test } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { chooseSubnet, gatewayOf, parseRange, parseRoutes } from './subnet-choice.ts';

test('an instance gets sixteen addresses: the gateway of the network, itself and its proxy', () => {
  expect(chooseSubnet([], 0)).toEqual({
    subnet: '10.213.0.0/28',
    gateway: '10.213.0.1',
    address: '10.213.0.2',
    proxyAddress: '10.213.0.3',
  });
  expect(chooseSubnet([], 17).subnet).toBe('10.213.1.16/28');
  expect(gatewayOf('10.213.1.16/28')).toBe('10.213.1.17');
});

test('what overlaps in any way is passed over, and the search goes round', () => {
  expect(chooseSubnet(['10.213.0.0/28'], 0).subnet).toBe('10.213.0.16/28');
  expect(chooseSubnet(['10.213.0.0/17'], 3).subnet).toBe('10.213.128.0/28');
  expect(chooseSubnet(['10.213.255.254/32'], 4095).subnet).toBe('10.213.0.0/28');
  expect(chooseSubnet(['fd00::/64', 'nonsense', '0.0.0.0/33'], 1).subnet).toBe('10.213.0.16/28');
});

test('a range that is taken whole is an error that a person can act on', () => {
  expect(() => chooseSubnet(['10.0.0.0/8'], 5)).toThrow(AppError);
  expect(() => chooseSubnet(['192.0.2.0/28', '192.0.2.16/28'], 0, '192.0.2.0/27')).toThrow(/address range/);
});

test('a hundred networks, each knowing those before it, never overlap', () => {
  const taken: string[] = [];
  for (let seed = 0; seed < 100; seed += 1) taken.push(chooseSubnet(taken, seed % 7).subnet);
  const ranges = taken.flatMap((one) => parseRange(one) ?? []).sort((a, b) => a.first - b.first);
  for (const [index, range] of ranges.entries()) {
    const next = ranges[index + 1];
    if (next !== undefined) expect(range.last).toBeLessThan(next.first);
  }
  expect(ranges).toHaveLength(100);
});

test('routes are read as the kernel writes them, without the default route', () => {
  const text = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    'br-1\t0000D50A\t00000000\t0001\t0\t0\t0\tF0FFFFFF\t0\t0\t0',
    '',
  ].join('\n');
  expect(parseRoutes(text)).toEqual(['172.17.0.0/16', '10.213.0.0/28']);
});

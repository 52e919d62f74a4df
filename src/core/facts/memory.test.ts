import { expect, test } from 'vitest';
import { parseMemory } from './memory.ts';

const KiB = 1024;
const answer = (meminfo: string, swaps = '', limits = ''): string =>
  `${meminfo}\n--- swaps\nFilename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n${swaps}--- limits\n${limits}`;
const lab =
  'MemTotal:       24684096 kB\nMemFree:        20511304 kB\nMemAvailable:   22052088 kB\nSwapTotal:             0 kB\nHugePages_Total:       0';

test('a machine without swap and without limits, as it answered', () => {
  expect(parseMemory(answer(lab, '', '9223372036854771712\n9223372036854771712\n'))).toEqual({
    totalBytes: 24684096 * KiB,
    availableBytes: 22052088 * KiB,
    limitBytes: undefined,
    swaps: [],
    diskSwapBytes: 0,
  });
});

test('the smallest limit around the machine is what it has', () => {
  const memory = parseMemory(answer(lab, '', 'max\n2147483648\n1073741824\nmax\n'));
  expect(memory).toMatchObject({ totalBytes: 1024 ** 3, limitBytes: 1024 ** 3, availableBytes: 1024 ** 3 });
});

test('a limit above the memory of the machine limits nothing', () => {
  expect(parseMemory(answer('MemTotal: 1000 kB\nMemFree: 10 kB', '', '99999999999\n'))).toMatchObject({
    totalBytes: 1000 * KiB,
    availableBytes: 10 * KiB,
    limitBytes: undefined,
  });
});

test('swap on disk counts, swap in memory does not', () => {
  const swaps = [
    '/swapfile                               file\t\t2097148\t\t512\t\t-2',
    '/dev/vda2                               partition\t1048572\t\t0\t\t-3',
    '/dev/zram0                              partition\t1988604\t\t0\t\t100',
    '/my\\040swap (deleted)                   file\t\t4\t\t0\t\t-4',
    '/my\\040swap                             file\t\t1024\t\t0\t\t-4',
  ].join('\n');
  const memory = parseMemory(answer(lab, `${swaps}\n`));
  expect(memory?.swaps).toEqual([
    { name: '/swapfile', kind: 'file', sizeBytes: 2097148 * KiB },
    { name: '/dev/vda2', kind: 'partition', sizeBytes: 1048572 * KiB },
    { name: '/dev/zram0', kind: 'zram', sizeBytes: 1988604 * KiB },
    { name: '/my swap', kind: 'file', sizeBytes: 1024 * KiB },
  ]);
  expect(memory?.diskSwapBytes).toBe((2097148 + 1048572 + 1024) * KiB);
});

test('a machine that does not say how much it has', () => {
  expect(parseMemory(answer('MemFree: 1 kB'))).toBeUndefined();
  expect(parseMemory('')).toBeUndefined();
});

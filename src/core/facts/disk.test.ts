import { expect, test } from 'vitest';
import { parseDiskSpaces } from './disk.ts';

test('one answer a path, as a server gave them', () => {
  const text = '4096 66053021 19426390 16777216 16168325 overlayfs|55\n4096 3085512 3085495 3085512 3085464 tmpfs|65\n';
  expect(parseDiskSpaces(text, ['/opt', '/tmp'])).toEqual([
    {
      path: '/opt',
      totalBytes: 66053021 * 4096,
      freeBytes: 19426390 * 4096,
      freeInodes: 16168325,
      type: 'overlayfs',
      filesystem: '55',
    },
    {
      path: '/tmp',
      totalBytes: 3085512 * 4096,
      freeBytes: 3085495 * 4096,
      freeInodes: 3085464,
      type: 'tmpfs',
      filesystem: '65',
    },
  ]);
});

test('btrfs counts no inodes, ext4 keeps blocks for root, BusyBox knows few names', () => {
  const text = '4096 1000 500 0 0 btrfs|42\n4096 1000 -20 100 7 ext2/ext3|2049\n4096 1000 0 100 0 UNKNOWN|\n';
  const spaces = parseDiskSpaces(text, ['/a', '/b', '/c']);
  expect(
    spaces?.map(({ freeBytes, freeInodes, type, filesystem }) => [freeBytes, freeInodes, type, filesystem]),
  ).toEqual([
    [2048000, undefined, 'btrfs', '42'],
    [0, 7, 'ext2/ext3', '2049'],
    [0, 0, 'UNKNOWN', '/c'],
  ]);
});

test('what makes no sense is no answer', () => {
  expect(parseDiskSpaces('unknown|\n', ['/a'])).toBeUndefined();
  expect(parseDiskSpaces('', ['/a'])).toBeUndefined();
});

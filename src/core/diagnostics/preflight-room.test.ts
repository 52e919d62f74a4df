import { describe, expect, test } from 'vitest';
import { type Case, GIB, MIB, disk, find, fresh, judge, paths, summary } from '../../../test/preflight/fresh-server.ts';
import type { ServerFacts } from '../facts/server-facts.ts';

describe('memory', () => {
  const memory = (totalBytes: number, swapBytes = 0, availableBytes = totalBytes): Case => ({
    facts: {
      memory: {
        totalBytes,
        availableBytes,
        limitBytes: undefined,
        diskSwapBytes: swapBytes,
        swaps: swapBytes === 0 ? [] : [{ name: '/swapfile', kind: 'file', sizeBytes: swapBytes }],
      },
    },
  });
  test.each([
    ['512 MB', 480 * MIB, 0, 'preflight.memory'],
    ['512 MB with much swap', 480 * MIB, 4 * GIB, 'preflight.memory'],
    ['just too little', 768 * MIB - 1, 2 * GIB, 'preflight.memory'],
    ['just enough', 768 * MIB, 2 * GIB, 'ok'],
    ['sold as 1 GB', 965 * MIB, 0, 'fix'],
    ['sold as 1 GB, with swap', 965 * MIB, 2 * GIB, 'ok'],
    ['sold as 1 GB, with little swap', 965 * MIB, 1 * GIB, 'fix'],
    ['sold as 2 GB', 1.92 * GIB, 0, 'fix'],
    ['sold as 2 GB, with swap', 1.92 * GIB, 0.6 * GIB, 'ok'],
    ['2 GB sharp', 2 * GIB, 0, 'ok'],
    ['4 GB', 3.8 * GIB, 0, 'ok'],
  ])('%s', (_, total, swap, expected) => {
    expect(summary(find('memory', memory(total, swap)))).toBe(expected);
  });

  test('the swap file of the plan', () => {
    expect(judge(memory(965 * MIB)).fixes.swap).toEqual({ path: '/swapfile', sizeBytes: 2 * GIB });
    expect(judge(memory(965 * MIB, 1 * GIB)).fixes.swap).toEqual({ path: '/swapfile2', sizeBytes: 2 * GIB });
    expect(judge(memory(4 * GIB)).fixes.swap).toBeUndefined();
  });

  test('it needs room as well', () => {
    const given = { ...memory(965 * MIB).facts, disk: paths.map((path) => disk(path, 4 * GIB)) };
    expect(summary(find('disk', { facts: given }))).toBe('preflight.disk-full');
    expect(find('disk', { facts: given }).because).toContain('4.4 GB is needed');
  });

  test.each([
    ['a container of 1 GB', 965 * MIB, { machine: { ...fresh.machine, isContainer: true } }, 'preflight.memory'],
    ['a container of 2 GB', 1.9 * GIB, { machine: { ...fresh.machine, isContainer: true } }, 'warn'],
    [
      'btrfs, 1 GB',
      965 * MIB,
      { disk: paths.map((path) => disk(path, 30 * GIB, { type: 'btrfs' })) },
      'preflight.memory',
    ],
    ['zfs, 2 GB', 1.9 * GIB, { disk: paths.map((path) => disk(path, 30 * GIB, { type: 'zfs' })) }, 'warn'],
    ['xfs, 1 GB', 965 * MIB, { disk: paths.map((path) => disk(path, 30 * GIB, { type: 'xfs' })) }, 'fix'],
  ] as const)('where no swap file can be made: %s', (_, total, facts, expected) => {
    const given = { facts: { ...memory(total).facts, ...facts } };
    expect(summary(find('memory', given))).toBe(expected);
    expect(judge(given).fixes.swap === undefined).toBe(expected !== 'fix');
  });

  test('what others use is not free', () => {
    expect(summary(find('memory', memory(8 * GIB, 0, 1.1 * GIB)))).toBe('warn');
    expect(summary(find('memory', memory(8 * GIB, 0, 1.3 * GIB)))).toBe('ok');
    const running = { ...memory(8 * GIB, 0, 1.1 * GIB), wish: { isInstalled: true } };
    expect(summary(find('memory', running))).toBe('ok');
  });
});

describe('disk', () => {
  const disks = (...spaces: ServerFacts['disk']): Case => ({ facts: { disk: spaces } });
  const all = (freeBytes: number, more = {}): Case => disks(...paths.map((path) => disk(path, freeBytes, more)));
  test.each([
    ['on one disk', all(2500 * MIB), 'ok'],
    ['a little less', all(2499 * MIB), 'preflight.disk-full'],
    ['full', all(0), 'preflight.disk-full'],
    ['too few files', all(30 * GIB, { freeInodes: 65_099 }), 'preflight.disk-full'],
    ['enough files', all(30 * GIB, { freeInodes: 65_100 }), 'ok'],
    ['no count of files', all(30 * GIB, { freeInodes: undefined, type: 'btrfs' }), 'ok'],
    [
      'a small /home of its own',
      disks(
        disk('/opt/hardshell/node', 30 * GIB),
        disk('/home/openclaw', 1.9 * GIB, { filesystem: '2050' }),
        disk('/tmp', 1 * GIB, { filesystem: '65', type: 'tmpfs' }),
        disk('/', 30 * GIB),
      ),
      'preflight.disk-full',
    ],
    [
      'a large /home and a small /',
      disks(
        disk('/opt/hardshell/node', 460 * MIB),
        disk('/home/openclaw', 2.1 * GIB, { filesystem: '2050' }),
        disk('/tmp', 60 * MIB, { filesystem: '65', type: 'tmpfs' }),
        disk('/', 460 * MIB),
      ),
      'ok',
    ],
  ])('%s', (_, given, expected) => {
    expect(summary(find('disk', given))).toBe(expected);
  });

  test('installed already: only a full disk is worth a word', () => {
    expect(summary(find('disk', { ...all(400 * MIB), wish: { isInstalled: true } }))).toBe('ok');
    expect(summary(find('disk', { ...all(200 * MIB), wish: { isInstalled: true } }))).toBe('warn');
  });

  test('which disk it is', () => {
    expect(find('disk', all(1 * GIB)).because).toBe(
      'There is 1.0 GB free on the disk that holds /home/openclaw, /opt/hardshell/node and /tmp, and 2.4 GB is needed.',
    );
  });
});

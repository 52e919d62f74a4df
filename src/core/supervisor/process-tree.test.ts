import { describe, expect, it } from 'vitest';
import { listDescendants, parsePs } from './process-tree.ts';

describe('a tree of processes', () => {
  it('is found by who started whom', () => {
    const processes = parsePs('    1     0\n  40     1\n  41    40\n  42    41\n  43     1\n 440    40\n');
    expect(listDescendants(40, processes)).toEqual([41, 42, 440]);
    expect(listDescendants(43, processes)).toEqual([]);
  });

  it('is looked through once, also where pids were given anew between two looks', () => {
    expect(
      listDescendants(1, [
        { pid: 2, parent: 1 },
        { pid: 1, parent: 2 },
        { pid: 2, parent: 2 },
      ]),
    ).toEqual([2]);
  });
});

import { describe, expect, it } from 'vitest';
import { buildSample, parseReading, type Reading } from './metric-reading.ts';

const KIB = 1024;

/** Captured on Debian 12, kernel 6.1. */
const DEBIAN = `cpu  1202514 3021 402318 8120011 20012 0 15021 812 0 0
MemTotal:        4005328 kB
MemFree:          312004 kB
MemAvailable:    2918732 kB
disk 4096 10255636 6120933
`;

describe('parseReading', () => {
  it('reads what the script prints', () => {
    expect(parseReading(DEBIAN)).toEqual({
      cpuTotal: 1202514 + 3021 + 402318 + 8120011 + 20012 + 15021 + 812,
      cpuIdle: 8120011 + 20012,
      memoryTotalBytes: 4005328 * KIB,
      memoryUsedBytes: (4005328 - 2918732) * KIB,
      diskTotalBytes: 4096 * 10255636,
      diskUsedBytes: 4096 * (10255636 - 6120933),
    });
  });

  it('does without a disk, and without an old kernel knowing what is available', () => {
    const reading = parseReading('cpu  10 0 10 80\nMemTotal: 1000 kB\nMemFree: 400 kB\ndisk \n');
    expect(reading).toMatchObject({ cpuTotal: 100, cpuIdle: 80, memoryUsedBytes: 600 * KIB, diskTotalBytes: 0 });
  });

  it.each(['', 'cpu  1 2 3 4\n', 'MemTotal: 1000 kB\n', 'Welcome!\n'])('takes %j for no reading', (text) => {
    expect(parseReading(text)).toBeUndefined();
  });
});

describe('buildSample', () => {
  const reading = (cpuTotal: number, cpuIdle: number): Reading => ({
    cpuTotal,
    cpuIdle,
    memoryUsedBytes: 1,
    memoryTotalBytes: 2,
    diskUsedBytes: 3,
    diskTotalBytes: 4,
  });

  it('tells how busy processors were in between', () => {
    expect(buildSample(reading(1000, 600), reading(2000, 1350), 7)).toEqual({
      at: 7,
      cpu: 0.25,
      memoryUsedBytes: 1,
      memoryTotalBytes: 2,
      diskUsedBytes: 3,
      diskTotalBytes: 4,
    });
  });

  it.each([
    ['no time has passed', reading(1000, 600), reading(1000, 600), 0],
    ['idle time goes backwards', reading(1000, 600), reading(1100, 590), 1],
    ['idle time is more than all', reading(1000, 600), reading(1100, 900), 0],
    ['the machine was started anew', reading(1000, 600), reading(10, 5), 0],
  ])('stays between 0 and 1 when %s', (_when, before, after, cpu) => {
    expect(buildSample(before, after, 0).cpu).toBe(cpu);
  });
});

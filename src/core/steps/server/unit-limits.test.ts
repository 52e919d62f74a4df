import { describe, expect, it } from 'vitest';
import { formatLimits } from './unit-limits.ts';

describe('the limits of a unit', () => {
  it('are a share of the machine, and no less than a gateway needs', () => {
    expect(formatLimits(8 * 1024 ** 3)).toContain('MemoryHigh=70%\nMemoryMax=80%\n');
    expect(formatLimits(1024 ** 3)).toContain('MemoryHigh=1100M\nMemoryMax=1300M\n');
    expect(formatLimits(8 * 1024 ** 3)).not.toContain('CPUQuota');
  });

  it('are what a person chose', () => {
    const text = formatLimits(8 * 1024 ** 3, { memoryBytes: 2 * 1024 ** 3, cpus: 1.25 });
    expect(text).toContain('MemoryHigh=1825361100\nMemoryMax=2147483648\nCPUQuota=125%\n');
    expect(text).toContain('TasksMax=512\n');
  });
});

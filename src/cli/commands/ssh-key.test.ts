import { describe, expect, it } from 'vitest';
import { runFake } from '../../../test/cli/run-fake.ts';

describe('ssh-key', () => {
  it.each([
    [[], { key: 'install', passwords: 'as-is' }, 'is reached with a key of its own'],
    [['--disable-passwords'], { key: 'install', passwords: 'off' }, 'takes no password from that login'],
    [['--enable-passwords'], { key: 'as-is', passwords: 'on' }, 'takes passwords as it did before'],
    [['--remove'], { key: 'remove', passwords: 'as-is' }, 'was seen refused'],
    [['--remove', '--enable-passwords'], { key: 'remove', passwords: 'on' }, 'was seen refused'],
  ])('%j is a change that is planned, shown and run', async (flags, wish, told) => {
    const { code, core, io } = await runFake(['ssh-key', 'research', ...flags, '--yes']);
    expect([code, io.written.err]).toEqual([0, '']);
    expect(core.calls.map(([name]) => name)).toEqual(['change.preview', 'start']);
    expect(core.calls[0]?.[1]).toMatchObject({ name: 'research', change: { kind: 'ssh-key', wish } });
    expect(io.written.out).toContain(told);
  });

  it.each([[['--disable-passwords', '--enable-passwords']], [['--disable-passwords', '--remove']], [['a', 'b']]])(
    '%j is refused, and nothing is asked',
    async (flags) => {
      const { code, core } = await runFake(['ssh-key', 'research', ...flags, '--yes']);
      expect([code, core.calls]).toEqual([2, []]);
    },
  );

  it('asks, or wants --yes', async () => {
    const { code, core } = await runFake(['ssh-key', 'research']);
    expect([code, core.calls]).toEqual([2, []]);
  });

  it('shows its plan and changes nothing', async () => {
    const { code, core } = await runFake(['ssh-key', 'research', '--dry-run']);
    expect(code).toBe(0);
    expect(core.calls.map(([name]) => name)).toEqual(['change.preview', 'discard']);
  });
});

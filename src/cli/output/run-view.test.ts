import { describe, expect, it } from 'vitest';
import type { Happening, Script } from '../../../test/cli/fake-core.ts';
import { showTerminal } from '../../../test/cli/mini-terminal.ts';
import { startFake } from '../../../test/cli/run-fake.ts';
import { aPreview } from '../../../test/cli/samples.ts';
import { needed, satisfied } from '../../shared/model/run.ts';

const DEPLOY = ['deploy', 'research', '--to', 'ssh://root@203.0.113.7', '--yes'];
const COLUMNS = 60;

const preview = aPreview({
  findings: [],
  steps: [
    { id: 'there', title: 'What is there already', stage: 0, check: satisfied('it is there') },
    { id: 'node', title: 'Install Node.js', stage: 1, check: needed('x') },
    { id: 'package', title: '家のロボット: a title that is much longer than any line', stage: 1, check: needed('x') },
  ],
});

/** What the run has drawn below "Plan", while it waits and after it has ended. */
async function watch(
  happenings: readonly Happening[],
  script: Script = {},
): Promise<{ during: string[]; after: string[]; written: string }> {
  let release: () => void = () => undefined;
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  const run = startFake(DEPLOY, {
    tty: true,
    columns: COLUMNS,
    nowMs: () => Date.parse('2026-09-20T12:01:00.000Z'),
    script: { preview: () => preview, happenings: () => [...happenings, { type: 'wait', until }, ...end], ...script },
  });
  const drawn = (): string[] => {
    const { lines } = showTerminal(run.io.written.both, COLUMNS);
    return lines.slice(lines.findIndex((line) => line.startsWith('Plan')) + 5);
  };
  await run.io.waitFor('steps');
  await new Promise((resolve) => setImmediate(resolve));
  const during = drawn();
  release();
  await run.ended;
  return { during, after: drawn(), written: run.io.written.both };
}

const begin: readonly Happening[] = [
  { type: 'step.checked', stepId: 'there', check: satisfied('it is there') },
  { type: 'step.started', stepId: 'node' },
  { type: 'step.started', stepId: 'package' },
];
const end: readonly Happening[] = [
  { type: 'step.applied', stepId: 'node', because: '' },
  { type: 'step.applied', stepId: 'package', because: '' },
];

describe('a run on a terminal', () => {
  it('shows what runs side by side, and keeps what is done', async () => {
    const { during, after } = await watch([
      ...begin,
      { type: 'step.progressed', stepId: 'node', done: 12_000_000, total: 48_000_000, unit: 'bytes' },
      {
        type: 'step.spoke',
        stepId: 'package',
        stream: 'stdout',
        line: 'added 330 packages, and a lot more than this terminal is wide',
      },
      { type: 'step.spoke', stepId: 'package', stream: 'stdout', line: '}' },
    ]);
    expect(during).toEqual([
      '· 1 already done',
      '⠋ Install Node.js                                      57 s',
      '  │ 12 MB of 48 MB, 25 %',
      '⠋ 家のロボット: a title that is much longer tha…       56 s',
      '  │ added 330 packages, and a lot more than this terminal …',
      '  1 of 3 steps',
    ]);
    expect(after.slice(0, 4)).toEqual([
      '· 1 already done',
      '✓ Install Node.js                                     7.5 s',
      '✓ 家のロボット: a title that is much longer tha…      7.5 s',
      '',
    ]);
  });

  it('cannot be driven by what a program prints', async () => {
    const { during, written } = await watch([
      ...begin,
      {
        type: 'step.spoke',
        stepId: 'node',
        stream: 'stdout',
        line: '10 %\r\u001b[31m20 %\u001b]0;title\u0007\u001b[2J\u001b[10A',
      },
    ]);
    expect(during).toContain('  │ 20 %');
    expect(written).not.toMatch(/\u001b\]|\u001b\[2J|\u001b\[10A/);
  });
});

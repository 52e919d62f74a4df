import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createFakeProcess } from '../../test/cli/fake-process.ts';
import type { Happening } from '../../test/cli/fake-core.ts';
import { showTerminal } from '../../test/cli/mini-terminal.ts';
import { formatEntry } from '../shared/model/log.ts';
import { parseLines, startFake } from '../../test/cli/run-fake.ts';

const DEPLOY = ['deploy', 'research', '--to', 'ssh://root@203.0.113.7', '--yes'];
const never = new Promise<void>(() => undefined);
const hanging: readonly Happening[] = [
  { type: 'step.started', stepId: 'node' },
  { type: 'wait', until: never },
];
/** A run that does not even end when it is cancelled. */
const stuck = { happenings: () => hanging, dispose: () => never };

const A_LINE = formatEntry({ at: '2026-11-21T06:30:12.120Z', source: 'gateway', level: 'info', text: 'a line' });

describe('interrupts', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('one %s cancels the run and says so', async (signal) => {
    const run = startFake(DEPLOY, { script: { happenings: () => hanging } });
    await run.io.waitFor('Install Node.js');
    run.io.interrupt(signal);
    expect(await run.ended).toBe(130);
    expect(run.io.written.err).toContain('Cancelling');
    expect(run.io.written.err).toMatch(/· Cancelled\. .*\n→ Run the same command again.*\n→ hardshell runs show/);
    expect(run.io.written.both).not.toContain('✗');
    expect(run.core.disposed).toBe(true);
    expect(run.io.listeners).toBe(0);
  });

  it('two end at once, whatever goes on', async () => {
    for (const json of [[], ['--json']]) {
      const run = startFake([...DEPLOY, ...json], { tty: true, script: stuck });
      await run.io.waitFor(json.length > 0 ? 'step.started' : 'Install Node.js');
      run.io.interrupt();
      run.io.interrupt();
      expect(await run.ended).toBe(130);
      if (json.length > 0)
        expect(parseLines(run.io).at(-1)).toMatchObject({ ok: false, exitCode: 130, error: { code: 'run.cancelled' } });
      else expect(run.io.written.out).toMatch(/\u001b\[\?25h[^?]*\u001b\[\?2026l$/);
    }
  });

  it('in JSON they are told by the last line alone', async () => {
    const run = startFake([...DEPLOY, '--json'], { script: { happenings: () => hanging } });
    await run.io.waitFor('step.started');
    run.io.interrupt();
    expect(await run.ended).toBe(130);
    expect(run.io.written.err).toBe('');
    expect(parseLines(run.io).slice(-2)).toMatchObject([
      { type: 'run.cancelled' },
      { type: 'result', ok: false, exitCode: 130 },
    ]);
  });

  it('one at a question is a no', async () => {
    const run = startFake(DEPLOY.slice(0, -1), { tty: true });
    await run.io.waitFor('Deploy?');
    run.io.interrupt();
    expect(await run.ended).toBe(130);
    expect(run.core.calls.map(([name]) => name)).toEqual(['deploy.preview', 'discard']);
  });

  it('one is how logs --follow ends', async () => {
    const log = new PassThrough();
    const run = startFake(['logs', 'research', '--follow'], { script: { logs: () => log } });
    log.write(A_LINE);
    await run.io.waitFor('a line\n');
    run.io.interrupt();
    expect(await run.ended).toBe(0);
    expect(run.io.written.err).toBe('');
    expect(log.destroyed).toBe(true);
  });

  it('one is how open ends, and closes the way', async () => {
    const run = startFake(['open', 'research'], {
      script: { signIn: { url: 'http://127.0.0.1:40123/#t', forwarded: true } },
    });
    await run.io.waitFor('Ctrl-C ends it');
    run.io.interrupt();
    expect(await run.ended).toBe(0);
    expect(run.core.calls).toContainEqual(['signIn.close']);
  });

  it('go to the command of exec', async () => {
    const fake = createFakeProcess();
    const run = startFake(['exec', 'research', '--', 'sleep', '60'], { script: { process: () => fake.process } });
    fake.stdout.write('it runs');
    await run.io.waitFor('it runs');
    run.io.interrupt('SIGTERM');
    expect(fake.killed).toEqual(['SIGTERM']);
    fake.end(null, 'SIGTERM');
    expect(await run.ended).toBe(143);
  });

  it('one is how the supervisor ends', async () => {
    const run = startFake(['supervise', '--data-dir', '/srv/data']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(run.settings).toEqual([{ dataDir: '/srv/data' }]);
    run.io.interrupt('SIGTERM');
    expect(await run.ended).toBe(0);
  });
});

describe('an output that nobody reads', () => {
  it('ends a reading command quietly', async () => {
    const log = new PassThrough();
    const run = startFake(['logs', 'research', '--follow'], { script: { logs: () => log } });
    log.write(A_LINE);
    await run.io.waitFor('a line\n');
    run.io.closeOutput();
    log.write(A_LINE);
    expect(await run.ended).toBe(0);
    expect(run.io.written.err).toBe('');
    expect(log.destroyed).toBe(true);
  });

  it('cancels a run, which then is not done', async () => {
    const run = startFake(DEPLOY, {
      script: {
        happenings: () => [
          { type: 'step.started', stepId: 'node' },
          { type: 'wait', until: until.promise },
          { type: 'step.applied', stepId: 'node', because: '' },
          { type: 'wait', until: never },
        ],
      },
    });
    await run.io.waitFor('Install Node.js');
    run.io.closeOutput();
    until.resolve();
    expect(await run.ended).toBe(130);
    expect(run.io.written.err).toBe('');
    expect(run.core.disposed).toBe(true);
  });

  const until = (() => {
    let resolve: () => void = () => undefined;
    const promise = new Promise<void>((settle) => {
      resolve = settle;
    });
    return {
      promise,
      resolve: () => {
        resolve();
      },
    };
  })();
});

describe('an error that nobody caught', () => {
  it('ends the call as a bug, without a trace for the person', async () => {
    for (const json of [[], ['--json']]) {
      const run = startFake([...DEPLOY, ...json], { tty: true, script: { happenings: () => hanging } });
      await run.io.waitFor('Install Node.js');
      run.io.crash(new TypeError('x is not a function'));
      expect(await run.ended).toBe(1);
      expect(run.core.disposed).toBe(true);
      expect(run.io.written.both).not.toContain('    at ');
      if (json.length === 0) expect(showTerminal(run.io.written.both, 80).lines.at(-2)).toContain('bug of Hardshell');
      if (json.length > 0)
        expect(parseLines(run.io).at(-1)).toMatchObject({ ok: false, error: { code: 'internal.bug' } });
      else expect(run.io.written.err).toContain('x is not a function');
    }
  });
});

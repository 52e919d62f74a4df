import { describe, expect, it } from 'vitest';
import { anInstance, RUN_ID } from '../../../test/cli/samples.ts';
import { parseLines, runFake, startFake } from '../../../test/cli/run-fake.ts';
import { AppError } from '../../shared/app-error.ts';
import type { RunSnapshot } from '../../shared/model/run.ts';

const KEY = {
  host: '[server.example]:2222',
  type: 'ssh-ed25519',
  fingerprint: `SHA256:${'A'.repeat(43)}`,
  addedAt: '2026-09-01T00:00:00.000Z',
};
const RUN: RunSnapshot = {
  runId: RUN_ID,
  seq: 9,
  status: 'failed',
  kind: 'deploy',
  instanceId: 'i-0123456789abcdef',
  instanceName: 'research',
  place: 'ssh://root@203.0.113.7',
  who: 'anna@laptop',
  startedAt: '2026-09-20T11:00:00.000Z',
  endedAt: '2026-09-20T11:01:12.000Z',
  steps: [
    {
      id: 'a',
      title: 'Install Node.js',
      stage: 0,
      status: 'applied',
      because: 'it is there',
      startedAt: '2026-09-20T11:00:00.000Z',
      endedAt: '2026-09-20T11:00:08.000Z',
      lastLines: [],
    },
    {
      id: 'b',
      title: 'Install OpenClaw',
      stage: 1,
      status: 'failed',
      startedAt: '2026-09-20T11:00:08.000Z',
      endedAt: '2026-09-20T11:01:12.000Z',
      lastLines: ['x'],
    },
  ],
  error: new AppError('disk.full').toReport(),
};

describe('remove', () => {
  it('shows, runs and says what was kept', async () => {
    const { code, core, io } = await runFake(['remove', 'research', '--yes']);
    expect(code).toBe(0);
    expect(core.calls.map(([name]) => name)).toEqual(['remove.preview', 'start']);
    expect(io.written.out).toContain('state folder was kept');
  });

  it('purges only when told to, and never by default answer', async () => {
    const run = startFake(['remove', 'research', '--purge'], {
      tty: true,
      script: {
        preview: () => ({
          id: RUN_ID,
          instance: anInstance(),
          findings: [],
          steps: [
            {
              id: 's',
              title: 'Delete the state folder',
              stage: 0,
              check: { is: 'needed', because: '1.2 GB', severity: 'data-loss' },
            },
          ],
        }),
      },
    });
    await run.io.waitFor('Remove research?');
    expect(run.io.written.out).toContain('deletes data');
    expect(run.io.written.err).toContain('[y/N]');
    run.io.type('\n');
    expect(await run.ended).toBe(130);
    expect(run.core.calls[0]).toMatchObject(['remove.preview', { name: 'research', purge: true }]);
  });

  it('needs --yes where nobody can be asked', async () => {
    expect((await runFake(['remove', 'research'])).code).toBe(2);
    expect((await runFake(['remove', 'research', '--json'], { tty: true })).code).toBe(2);
  });
});

describe.each(['remove', 'status', 'open', 'logs', 'start', 'stop', 'restart', 'exec'])('%s', (command) => {
  it('says which instance was probably meant', async () => {
    const { code, io } = await runFake([
      command,
      'reserach',
      ...(command === 'remove' ? ['--yes'] : command === 'exec' ? ['--', 'ls'] : []),
    ]);
    expect(code).toBe(2);
    expect(io.written.err).toContain('There is no instance named reserach.');
    expect(io.written.err).toContain('Did you mean research?');
  });
});

describe('list', () => {
  it('tells a person and a program', async () => {
    const { code, io } = await runFake(['list']);
    expect(code).toBe(0);
    expect(io.written.out).toContain('research  ssh://root@203.0.113.7');
    const json = await runFake(['list', '--json']);
    expect(parseLines(json.io)).toMatchObject([
      { type: 'result', ok: true, instances: [{ name: 'research', port: 18789 }] },
    ]);
  });

  it('says how to begin', async () => {
    expect((await runFake(['list'], { script: { instances: [] } })).io.written.out).toContain('hardshell deploy');
  });

  it('leaves out what is as long as instructions', async () => {
    const script = { instances: [anInstance({ instructions: 'You are kind.', firewall: true })] };
    const [line] = parseLines((await runFake(['list', '--json'], { script })).io);
    expect(line).toMatchObject({ instances: [{ name: 'research', firewall: true }] });
    expect(JSON.stringify(line)).not.toContain('instructions');
  });
});

describe('status', () => {
  it.each([
    ['running', 0],
    ['starting', 0],
    ['stopped', 0],
    ['failed', 1],
    ['unreachable', 1],
    ['not-deployed', 1],
  ] as const)('%s ends with %d', async (state, expected) => {
    const script = { status: () => ({ instance: anInstance(), state, because: 'That is why.' }) };
    const { code, io } = await runFake(['status', 'research'], { script });
    expect(code).toBe(expected);
    expect(io.written.out).toContain('That is why.');
    expect(io.written.err).toBe('');
    const json = await runFake(['status', 'research', '--json'], { script });
    expect(parseLines(json.io)).toMatchObject([{ type: 'result', ok: expected === 0, status: { state } }]);
  });

  it('ends with the exit code of the error that is in the way', async () => {
    const script = {
      status: () => ({
        instance: anInstance(),
        state: 'unreachable' as const,
        because: 'No key.',
        error: new AppError('host.key-changed'),
      }),
    };
    const { code, io } = await runFake(['status', 'research', '--json'], { script });
    expect(code).toBe(3);
    expect(parseLines(io)).toMatchObject([
      { ok: false, exitCode: 3, error: { code: 'host.key-changed' }, status: { error: { code: 'host.key-changed' } } },
    ]);
  });
});

describe('start, stop, restart', () => {
  it.each(['start', 'stop', 'restart'])('%s', async (verb) => {
    const { code, core, io } = await runFake([verb, 'research']);
    expect(code).toBe(0);
    expect(core.calls).toEqual([[verb, 'research']]);
    expect(io.written.out).toMatch(/✓ research is (started|stopped|restarted)\./);
    const failing = await runFake([verb, 'research', '--json'], {
      script: {
        control: () => {
          throw new AppError('lease.held');
        },
      },
    });
    expect(failing.code).toBe(3);
    expect(parseLines(failing.io)).toMatchObject([{ ok: false, error: { code: 'lease.held' } }]);
  });
});

describe('trust', () => {
  it('lists and removes', async () => {
    const script = { keys: [KEY] };
    expect((await runFake(['trust', 'list'], { script })).io.written.out).toContain(KEY.fingerprint);
    expect(parseLines((await runFake(['trust', 'list', '--json'], { script })).io)).toEqual([
      { type: 'result', ok: true, keys: [KEY] },
    ]);
    expect((await runFake(['trust', 'remove', KEY.host], { script })).io.written.out).toContain('1 key');
    expect(parseLines((await runFake(['trust', 'remove', KEY.host, '--json'], { script })).io)).toEqual([
      { type: 'result', ok: true, removed: 1 },
    ]);
    const unknown = await runFake(['trust', 'remove', '[server.exmaple]:2222'], { script });
    expect(unknown.code).toBe(2);
    expect(unknown.io.written.err).toContain(`Did you mean ${KEY.host}?`);
  });
});

describe('runs', () => {
  const script = {
    runs: [
      RUN,
      { ...RUN, runId: 'r-0mhw3k2p1b-12345678', status: 'succeeded' as const, startedAt: '2026-09-20T11:30:00.000Z' },
    ],
  };

  it('lists the newest first', async () => {
    const { io } = await runFake(['runs', 'list'], { script });
    expect(io.written.out.indexOf('r-0mhw3k2p1b')).toBeLessThan(io.written.out.indexOf('r-0mhw3k2p1a'));
    expect(parseLines((await runFake(['runs', 'list', '--json'], { script })).io)).toMatchObject([
      { ok: true, runs: [{ status: 'succeeded' }, { status: 'failed' }] },
    ]);
  });

  it('shows one, also by its beginning', async () => {
    const { code, io } = await runFake(['runs', 'show', 'r-0mhw3k2p1a'], { script });
    expect(code).toBe(0);
    expect(io.written.out).toContain('The disk is full.');
    expect(parseLines((await runFake(['runs', 'show', RUN_ID, '--json'], { script })).io)).toMatchObject([
      { ok: true, run: { runId: RUN_ID } },
    ]);
  });

  it.each(['r-0mhw3k2p1', 'r-nothing'])('refuses %s', async (id) => {
    expect((await runFake(['runs', 'show', id], { script })).code).toBe(2);
  });
});

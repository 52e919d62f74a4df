import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createFakeProcess } from '../../../test/cli/fake-process.ts';
import { parseLines, runFake, startFake } from '../../../test/cli/run-fake.ts';
import { anInstance } from '../../../test/cli/samples.ts';
import { formatEntry, type LogEntry } from '../../shared/model/log.ts';
import { AppError } from '../../shared/app-error.ts';
import { readMoment } from './logs.ts';

const entry = (text: string, more: Partial<LogEntry> = {}): string =>
  formatEntry({ at: '2026-11-21T06:30:12.120Z', source: 'gateway', level: 'info', text, ...more });

describe('logs', () => {
  it('prints the entries, and lets none of them drive the terminal', async () => {
    const { code, core, io } = await runFake(['logs', 'research', '-n', '5'], {
      script: {
        logs: () => Readable.from([entry('one'), entry('two \u001b[2J\u001b]0;x\u0007').trimEnd(), '\nnone of ours\n']),
      },
    });
    expect(code).toBe(0);
    expect(io.written.out).toBe(
      '2026-11-21T06:30:12.120Z gateway   info  one\n2026-11-21T06:30:12.120Z gateway   info  two \n',
    );
    expect(core.calls[0]).toEqual(['logs', { name: 'research', follow: false, lines: 5 }]);
  });

  it('asks for what is wanted alone', async () => {
    const { core } = await runFake(
      [
        'logs',
        'research',
        '--source',
        'caddy',
        '--source',
        'audit',
        '--since',
        '2026-11-21T06:00Z',
        '--level',
        'warn',
      ].concat(['--grep', '/a+/']),
    );
    expect(core.calls[0]).toEqual([
      'logs',
      {
        name: 'research',
        follow: false,
        lines: 100,
        sources: ['caddy', 'audit'],
        since: '2026-11-21T06:00:00.000Z',
        level: 'warn',
        grep: '/a+/',
      },
    ]);
  });

  it('writes an entry a line for a program', async () => {
    const { code, io } = await runFake(['logs', 'research', '--json'], {
      script: { logs: () => Readable.from([entry('one', { level: 'error' })]) },
    });
    expect(code).toBe(0);
    expect(parseLines(io)).toMatchObject([
      { type: 'log', at: '2026-11-21T06:30:12.120Z', source: 'gateway', level: 'error', text: 'one' },
      { type: 'result', ok: true },
    ]);
  });

  it('reads no faster than its lines are taken', async () => {
    const { code, io } = await runFake(['logs', 'research'], {
      script: { logs: () => Readable.from(Array.from({ length: 20_000 }, (_, line) => entry(`line ${String(line)}`))) },
    });
    expect(code).toBe(0);
    expect(io.written.out.split('\n')).toHaveLength(20_001);
  });

  it('tells when the way breaks', async () => {
    const log = new PassThrough();
    const run = startFake(['logs', 'research', '--follow'], { script: { logs: () => log } });
    log.write(entry('a line'));
    await run.io.waitFor('a line\n');
    log.destroy(new AppError('host.connection-lost'));
    expect(await run.ended).toBe(1);
    expect(run.io.written.err).toContain('connection to the server was lost');
  });

  it.each([
    ['--lines', 'x'],
    ['--lines', '-1'],
    ['--lines', '1000000'],
    ['--source', 'nginx'],
    ['--since', 'yesterday'],
    ['--since', '2026-11-21 06:30'],
    ['--level', 'loud'],
    ['--grep', '/(a+)+/'],
    ['--grep', ''],
    ['--follow', '--until=-1h'],
    ['--since=-1h', '--until=-2h'],
  ])('refuses %s %s', async (...options) => {
    expect((await runFake(['logs', 'research', ...options])).code).toBe(2);
  });

  it.each([
    ['-2h', '2026-11-21T04:30:00.000Z'],
    ['15m', '2026-11-21T06:15:00.000Z'],
    ['2026-11-21T08:00+02:00', '2026-11-21T06:00:00.000Z'],
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['2026-13-40', undefined],
  ])('reads %s as %s', (text, moment) => {
    expect(readMoment(text, Date.parse('2026-11-21T06:30:00Z'))).toBe(moment);
  });
});

describe('exec', () => {
  it('joins the command to the streams, and ends as it ends', async () => {
    const fake = createFakeProcess();
    const run = startFake(['exec', 'research', '--', 'sh', '-c', 'cat; exit 7', '--json', '--'], {
      script: { process: () => fake.process },
    });
    run.io.type('for the command');
    run.io.endInput();
    fake.stdin.on('data', (chunk: Buffer) => fake.stdout.write(chunk.toString().toUpperCase()));
    fake.stdin.on('end', () => {
      fake.stderr.write(Buffer.from([0x1b, 0x5b, 0x6d, 0xff]));
      fake.end(7);
    });
    expect(await run.ended).toBe(7);
    expect(run.io.written.out).toBe('FOR THE COMMAND');
    expect(run.io.written.err).toContain('\u001b[m');
    expect(run.core.calls).toEqual([
      ['exec', { name: 'research', argv: ['sh', '-c', 'cat; exit 7', '--json', '--'], terminal: undefined }],
    ]);
  });

  it('gives it a terminal where there is one, and its size', async () => {
    const fake = createFakeProcess();
    const run = startFake(['exec', 'research', 'openclaw', 'tui', '--help'], {
      tty: true,
      columns: 100,
      rows: 30,
      script: { process: () => fake.process },
    });
    fake.stdout.write('hello');
    await run.io.waitFor('hello');
    run.io.resize(120, 40);
    run.io.type('\u0003');
    fake.end(0);
    expect(await run.ended).toBe(0);
    expect(run.core.calls).toEqual([
      ['exec', { name: 'research', argv: ['openclaw', 'tui', '--help'], terminal: { columns: 100, rows: 30 } }],
    ]);
    expect(fake.sizes).toEqual([{ columns: 120, rows: 40 }]);
    expect([run.io.rawMode, run.io.plainOutput]).toEqual([
      [true, false],
      [true, false],
    ]);
  });

  it('has pipes on this computer, where nobody gives it a terminal of its own', async () => {
    const fake = createFakeProcess();
    fake.end(0);
    const { core } = await runFake(['exec', 'home', '--', 'ls'], {
      tty: true,
      script: { process: () => fake.process, instances: [anInstance({ name: 'home', target: { kind: 'local' } })] },
    });
    expect(core.calls).toEqual([['exec', { name: 'home', argv: ['ls'], terminal: undefined }]]);
  });

  it.each([
    ['SIGKILL', 137],
    ['SIGTERM', 143],
    ['', 1],
  ])('reports %s as a shell does', async (signal, expected) => {
    const fake = createFakeProcess();
    fake.end(null, signal);
    expect((await runFake(['exec', 'research', '--', 'x'], { script: { process: () => fake.process } })).code).toBe(
      expected,
    );
  });

  it.each([[['exec', 'research']], [['exec', 'research', '--']], [['exec']]])('refuses %j', async (argv) => {
    expect((await runFake(argv)).code).toBe(2);
  });
});

describe('open', () => {
  it('prints the address alone to standard output, and ends where nothing has to stay', async () => {
    const { code, io } = await runFake(['open', 'research']);
    expect(code).toBe(0);
    expect(io.written.out).toBe('http://127.0.0.1:40123/#bootstrapToken=one-use\n');
    expect(io.written.err).toContain('good for one use, for 10 min');
  });

  it('tells a program', async () => {
    const { io } = await runFake(['open', 'research', '--json']);
    expect(parseLines(io)).toMatchObject([
      { type: 'sign-in', url: 'http://127.0.0.1:40123/#bootstrapToken=one-use', forwarded: false },
      { type: 'result', ok: true },
    ]);
  });

  it('ends when the way breaks', async () => {
    const ended = Promise.reject(new AppError('host.connection-lost'));
    const { code, core } = await runFake(['open', 'research'], {
      script: { signIn: { url: 'http://127.0.0.1:1/#t', forwarded: true, ended } },
    });
    expect(code).toBe(1);
    expect(core.calls).toContainEqual(['signIn.close']);
  });
});

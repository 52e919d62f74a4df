import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createFakeProcess } from '../../../test/cli/fake-process.ts';
import { parseLines, runFake, startFake } from '../../../test/cli/run-fake.ts';
import { anInstance } from '../../../test/cli/samples.ts';
import { AppError } from '../../shared/app-error.ts';

describe('logs', () => {
  it('prints the lines, and lets none of them drive the terminal', async () => {
    const { code, core, io } = await runFake(['logs', 'research', '-n', '5'], {
      script: { logs: () => Readable.from(['one\r\ntw', 'o \u001b[2J\u001b]0;x\u0007\nlast, without an end']) },
    });
    expect(code).toBe(0);
    expect(io.written.out).toBe('one\ntwo \nlast, without an end\n');
    expect(core.calls[0]).toEqual(['logs', { name: 'research', follow: false, lines: 5 }]);
  });

  it('reads no faster than its lines are taken', async () => {
    const { code, io } = await runFake(['logs', 'research'], {
      script: { logs: () => Readable.from(Array.from({ length: 20_000 }, (_, line) => `line ${String(line)}\n`)) },
    });
    expect(code).toBe(0);
    expect(io.written.out.split('\n')).toHaveLength(20_001);
  });

  it('tells when the way breaks', async () => {
    const log = new PassThrough();
    const run = startFake(['logs', 'research', '--follow'], { script: { logs: () => log } });
    log.write('a line\n');
    await run.io.waitFor('a line\n');
    log.destroy(new AppError('host.connection-lost'));
    expect(await run.ended).toBe(1);
    expect(run.io.written.err).toContain('connection to the server was lost');
  });

  it.each(['x', '-1', '1000000'])('refuses --lines %s', async (lines) => {
    expect((await runFake(['logs', 'research', '--lines', lines])).code).toBe(2);
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

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Script } from '../../../test/cli/fake-core.ts';
import { parseLines, runFake, startFake } from '../../../test/cli/run-fake.ts';
import { anInstance, RUN_ID } from '../../../test/cli/samples.ts';
import { AppError } from '../../shared/app-error.ts';

const GIB = 1024 ** 3;
const DOMAIN = {
  access: { mode: 'domain', host: 'claw.example.com' },
  limits: { rate: 5, burst: 20, bodyBytes: 1024 ** 2 },
} as const;
const docker = anInstance({ target: { kind: 'docker' }, limits: { memoryBytes: 3 * GIB, cpus: 2 } });
const reached = anInstance({ ingress: DOMAIN });
const inDocker: Script = { instances: [docker] };
const open: Script = { instances: [reached] };

/** The change that was asked for. */
async function changeOf(argv: readonly string[], script: Script, cwd?: string): Promise<unknown> {
  const { code, core, io } = await runFake([...argv, '--yes'], { script, ...(cwd === undefined ? {} : { cwd }) });
  expect([code, io.written.err]).toEqual([0, '']);
  expect(core.calls.map(([name]) => name)).toEqual(['change.preview', 'start']);
  return (core.calls[0]?.[1] as { change: unknown }).change;
}

describe('limits', () => {
  it.each([
    [['--memory', '4g'], { memoryBytes: 4 * GIB, cpus: 2 }],
    [['--cpus', '0.5'], { memoryBytes: 3 * GIB, cpus: 0.5 }],
  ])('%j leaves the other as it is', async (options, limits) => {
    expect(await changeOf(['limits', 'research', ...options], inDocker)).toEqual({ kind: 'limits', limits });
  });

  it('shows what there is, and what there is by default', async () => {
    const { core, io } = await runFake(['limits', 'research'], { script: inDocker });
    expect(io.written.out).toBe('research may take 3 GB, 2 processors.\n');
    expect(core.calls).toEqual([]);
    const script = { instances: [anInstance({ target: { kind: 'docker' } })] };
    expect((await runFake(['limits', 'research'], { script })).io.written.out).toContain('2 GB, 2 processors');
  });

  it.each([
    [['--memory', '512m'], 'at least 1 GB'],
    [['--memory', 'lots'], 'A size looks like'],
    [['--cpus', '0.1'], 'quarter of'],
    [['--cpus', 'two'], 'not a number'],
  ])('refuses %j', async (options, text) => {
    const { code, core, io } = await runFake(['limits', 'research', ...options, '--yes'], { script: inDocker });
    expect([code, core.calls]).toEqual([2, []]);
    expect(io.written.err).toContain(text);
  });

  it('are for Docker', async () => {
    const { code, io } = await runFake(['limits', 'research', '--cpus', '1', '--yes']);
    expect(code).toBe(2);
    expect(io.written.err).toContain('Only an instance in Docker');
  });
});

describe('suspend', () => {
  it('acts at once, and says what starts it again', async () => {
    const { code, core, io } = await runFake(['suspend', 'research', '--because', 'it writes to everyone', '--yes']);
    expect(code).toBe(0);
    expect(core.calls).toMatchObject([
      ['suspend', { name: 'research', reason: { by: 'person', because: 'it writes to everyone' } }],
    ]);
    expect(io.written.out).toContain('research is suspended. Nothing starts it but hardshell resume.');
  });

  it('tells the run in JSON, and how it failed', async () => {
    const failing = await runFake(['suspend', 'research', '--yes', '--json'], {
      script: { failure: new AppError('lease.held') },
    });
    expect([failing.code, failing.io.written.err]).toEqual([3, '']);
    const lines = parseLines(failing.io);
    expect(lines[0]).toMatchObject({ type: 'run.started' });
    expect(lines.at(-1)).toMatchObject({ ok: false, runId: RUN_ID, error: { code: 'lease.held' } });
  });

  it.each([
    ['y\n', 0],
    ['\n', 130],
  ])('asks a person, who answers %j', async (answer, expected) => {
    const run = startFake(['suspend', 'research'], { tty: true });
    await run.io.waitFor('Stop research at once, until it is resumed?');
    run.io.type(answer);
    expect(await run.ended).toBe(expected);
    expect(run.core.calls).toHaveLength(expected === 0 ? 1 : 0);
  });

  it('asks for a password that is missing', async () => {
    const wrong = new AppError('host.auth-failed', {
      details: { host: 'server', user: 'root', tried: [], accepted: ['password'] },
    });
    const run = startFake(['suspend', 'research', '--yes'], {
      tty: true,
      script: {
        preview: ({ secrets }) => {
          if (secrets?.sshPassword?.reveal() !== 'hunter2') throw wrong;
          return { id: RUN_ID, instance: anInstance(), findings: [], steps: [] };
        },
      },
    });
    await run.io.waitFor('Password for root@server:');
    run.io.type('hunter2\r');
    expect(await run.ended).toBe(0);
    expect(run.core.calls.map(([name]) => name)).toEqual(['suspend', 'suspend']);
  });
});

it('resume is planned, shown and run', async () => {
  expect(await changeOf(['resume', 'research'], {})).toEqual({ kind: 'resume' });
});

describe('ingress', () => {
  let folder: string;
  const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hardshell-cli-'));
    await writeFile(join(folder, 'root.pem'), pem);
    await writeFile(join(folder, 'not.pem'), 'MIIB');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each<[string[], Script, object]>([
    [['--access', 'ip'], open, { ...DOMAIN, access: { mode: 'ip' } }],
    [['--access', 'tunnel'], open, { ...DOMAIN, access: { mode: 'tunnel' } }],
    [['--access', 'base:bots.example.com'], {}, { access: { mode: 'base', domain: 'bots.example.com' }, limits: {} }],
    [['--email', 'anna@example.com'], open, { ...DOMAIN, email: 'anna@example.com' }],
    [['--connections', '20'], open, { ...DOMAIN, limits: { ...DOMAIN.limits, connections: 20 } }],
    [['--rate', 'off'], open, { ...DOMAIN, limits: { bodyBytes: 1024 ** 2 } }],
    [['--body', 'off', '--burst', '8'], open, { ...DOMAIN, limits: { rate: 5, burst: 8 } }],
    [
      ['--allow', '203.0.113.7', '--allow', '2001:db8::/32'],
      open,
      { ...DOMAIN, limits: { ...DOMAIN.limits, allow: ['203.0.113.7', '2001:db8::/32'] } },
    ],
    [
      ['--acme-dir', 'https://pebble.example/dir', '--acme-root', 'root.pem'],
      open,
      { ...DOMAIN, acme: { directory: 'https://pebble.example/dir', rootCertificate: pem } },
    ],
  ])('%j leaves the rest as it is', async (options, script, ingress) => {
    expect(await changeOf(['ingress', 'research', ...options], script, folder)).toEqual({ kind: 'ingress', ingress });
  });

  it.each<[string[], Script, string]>([
    [['--rate', '5'], {}, 'a tunnel lets in none'],
    [['--email', 'anna@example.com'], {}, 'a tunnel has none'],
    [['--access', 'domain:localhost'], {}, 'localhost is not a host name'],
    [['--access', 'ip', '--burst', '5'], {}, '--burst needs --rate'],
    [['--rate', 'quick'], open, 'not a number'],
    [['--allow', 'everyone'], open, 'an address or a network'],
    [['--acme-root', 'root.pem'], open, '--acme-root needs --acme-dir'],
    [['--acme-dir', 'https://pebble.example/dir', '--acme-root', 'nowhere.pem'], open, 'no file'],
    [['--acme-dir', 'https://pebble.example/dir', '--acme-root', 'not.pem'], open, 'PEM'],
    [['--acme-dir', 'pebble.example'], open, 'https://'],
  ])('refuses %j', async (options, script, text) => {
    const { code, core, io } = await runFake(['ingress', 'research', ...options, '--yes'], { script, cwd: folder });
    expect([code, core.calls]).toEqual([2, []]);
    expect(io.written.err).toContain(text);
  });

  it('without options asks how it is reached', async () => {
    const script: Script = {
      ...open,
      ingress: {
        url: 'https://claw.example.com',
        certificate: {
          subject: 'claw.example.com',
          issuer: "Let's Encrypt",
          notBefore: '2026-08-01T00:00:00.000Z',
          notAfter: '2026-09-25T12:00:00.000Z',
          isOverdue: true,
        },
        limitedBy: 'connections',
        problem: new AppError('ingress.dns'),
      },
    };
    const { code, io } = await runFake(['ingress', 'research'], { script });
    expect(code).toBe(3);
    for (const text of [
      'https://claw.example.com',
      "by Let's Encrypt",
      'for 5 days, until 2026-09-25T12:00:00.000Z: it should have been renewed by now',
      '5 a second of one visitor, 20 at once above that',
      'up to 1 MB each',
      'only connections are limited',
      'The name does not lead to this machine.',
    ]) {
      expect(io.written.out).toContain(text);
    }
    const json = await runFake(['ingress', 'research', '--json'], { script });
    expect(parseLines(json.io)).toMatchObject([
      {
        ok: false,
        exitCode: 3,
        ingress: { wanted: DOMAIN, limitedBy: 'connections', problem: { code: 'ingress.dns' } },
      },
    ]);
    const tunnel = await runFake(['ingress', 'research']);
    expect([tunnel.code, tunnel.io.written.out]).toEqual([0, expect.stringContaining('a tunnel, and nothing else')]);
  });
});

describe('exposure', () => {
  const report = (level: 'ok' | 'warn' | 'bad'): Script => ({
    exposure: {
      at: '2026-09-20T12:00:00.000Z',
      reachableFrom: 'Only this computer',
      findings: [{ id: 'gateway', title: 'Port 18789', level, because: 'it answers', fix: 'ufw deny 18789' }],
    },
  });

  it.each([
    ['ok', 0],
    ['warn', 0],
    ['bad', 1],
  ] as const)('%s ends with %d, and says how to close it', async (level, expected) => {
    const { code, io } = await runFake(['exposure', 'research'], { script: report(level) });
    expect([code, io.written.err]).toEqual([expected, '']);
    for (const text of ['Only this computer', 'Port 18789', 'ufw deny 18789']) expect(io.written.out).toContain(text);
    const json = await runFake(['exposure', 'research', '--json'], { script: report(level) });
    expect(parseLines(json.io)).toMatchObject([{ ok: expected === 0, exposure: { findings: [{ level }] } }]);
  });
});

describe('guard', () => {
  const cpu = { abovePercent: 90, forSeconds: 300 };
  const restarts = { above: 5, withinSeconds: 3600 };
  const guarded: Script = { instances: [anInstance({ guard: { cpu, restarts } })] };

  it.each([
    [['--memory', '95:90s'], guarded, { cpu, restarts, memory: { abovePercent: 95, forSeconds: 90 } }],
    [['--cpu', 'off', '--disk', '10g'], guarded, { restarts, disk: { aboveBytes: 10 * GIB } }],
    [['--requests', '1000:1m'], {}, { requests: { above: 1000, withinSeconds: 60 } }],
    [['--off'], guarded, {}],
  ])('%j', async (options, script, guard) => {
    const { code, core, io } = await runFake(['guard', 'research', ...options, '--yes'], { script });
    expect([code, io.written.err]).toEqual([0, '']);
    expect(core.calls).toEqual([['guards.set', { name: 'research', guard }]]);
  });

  it('shows what there is', async () => {
    const { core, io } = await runFake(['guard', 'research'], { script: guarded });
    expect(io.written.out).toContain('CPU above 90 % for 5 min');
    expect(io.written.out).toContain('more than 5 restarts within 1 h');
    expect(core.calls).toEqual([]);
    expect((await runFake(['guard', 'research'])).io.written.out).toContain('no limits that suspend it');
    const json = await runFake(['guard', 'research', '--json'], { script: guarded });
    expect(parseLines(json.io)).toMatchObject([{ ok: true, guard: { cpu, restarts } }]);
  });

  it('asks before it may suspend, and not before it may no more', async () => {
    for (const [option, question, expected] of [
      [['--cpu', '50:10s'], 'when that happens?', 130],
      [['--off'], 'Watch it no more?', 0],
    ] as const) {
      const run = startFake(['guard', 'research', ...option], { tty: true, script: guarded });
      await run.io.waitFor(question);
      run.io.type('\n');
      expect(await run.ended).toBe(expected);
    }
  });

  it.each([
    [['--cpu', '90'], '90:5m'],
    [['--cpu', '190:5m'], 'from 1 to 100'],
    [['--off', '--cpu', '90:5m'], '--off'],
  ])('refuses %j', async (options, text) => {
    const { code, core, io } = await runFake(['guard', 'research', ...options, '--yes']);
    expect([code, core.calls]).toEqual([2, []]);
    expect(io.written.err).toContain(text);
  });
});

const CHANGES: [command: string, ...options: string[]][] = [
  ['limits', '--cpus', '1'],
  ['ingress', '--access', 'ip'],
  ['guard', '--off'],
  ['suspend'],
  ['resume'],
];

it.each([...CHANGES.map((change) => [...change, '--yes']), ['exposure']])(
  '%s says which instance was probably meant',
  async (command, ...options) => {
    const { code, core, io } = await runFake([command, 'reserach', ...options], { script: inDocker });
    expect([code, core.calls]).toEqual([2, []]);
    expect(io.written.err).toContain('Did you mean research?');
  },
);

it.each(CHANGES)('%s needs --yes where nobody can be asked', async (command, ...options) => {
  const { code, core, io } = await runFake([command, 'research', ...options], { script: inDocker });
  expect([code, core.calls]).toEqual([2, []]);
  expect(io.written.err).toContain('--yes');
});

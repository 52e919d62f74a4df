import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPreview, RUN_ID, STEPS } from '../../../test/cli/samples.ts';
import { parseLines, runFake, startFake } from '../../../test/cli/run-fake.ts';
import { AppError } from '../../shared/app-error.ts';
import { needed, satisfied } from '../../shared/model/run.ts';

const TO = ['--to', 'ssh://root@203.0.113.7'];
const DEPLOY = ['deploy', 'research', ...TO];
const portBusy = new AppError('preflight.port-busy', { message: 'Port 18789 is used by nginx (pid 812).' });
const refusing = aPreview({
  findings: [
    { id: 'port', title: 'Port 18789', level: 'refuse', because: 'nginx (pid 812) holds it', error: portBusy },
  ],
});
const safe = aPreview({ steps: STEPS.map((step) => ({ ...step, check: needed('it is not there') })) });
const settled = aPreview({ steps: STEPS.map((step) => ({ ...step, check: satisfied('it is there') })) });

describe('deploy', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hardshell-cli-'));
    await writeFile(join(folder, 'key'), 'a key');
    await writeFile(join(folder, 'soul.md'), 'Du bist höflich.');
    await writeFile(join(folder, 'latin1.md'), Buffer.from([0x68, 0xf6, 0x66]));
    await writeFile(join(folder, 'large.md'), 'x'.repeat(200_001));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('shows the plan, runs it and says what to do next', async () => {
    const { code, core, io } = await runFake([...DEPLOY, '--yes']);
    expect(code).toBe(0);
    expect(core.calls.map(([name]) => name)).toEqual(['deploy.preview', 'start']);
    expect(core.disposed).toBe(true);
    expect(io.written.err).toBe('');
    for (const text of [
      'swap file of 2 GB',
      '· 2 already done',
      '✓ Install OpenClaw 2026.9.6',
      'research is running',
      'hardshell open research',
      'keychain',
    ]) {
      expect(io.written.out).toContain(text);
    }
    expect(io.listeners).toBe(0);
  });

  it('turns every option into the request', async () => {
    const options = [
      ...[
        '--identity',
        'key',
        '--jump',
        'ssh://me@gate.example:2200',
        '--jump',
        'ssh://inner',
        '--port',
        '18800',
        '--firewall',
      ],
      ...['--trust-host-key', `SHA256:${'A'.repeat(43)}`, '--trust-host-key', `SHA256:${'B'.repeat(43)}=`],
      ...['--version', '2026.9.5', '--provider', 'openrouter', '--model', 'openrouter/google/gemini-3.1-pro-preview'],
      ...['--instructions', 'soul.md', '--telemetry', 'on', '--installer', 'official', '--deadline', '5', '--yes'],
    ];
    const { code, core } = await runFake(
      ['deploy', 'Forschung Süd', '--to', 'ssh://admin@[2001:db8::7]:2222', ...options],
      { cwd: folder },
    );
    expect(code).toBe(0);
    expect(core.calls).toMatchObject([
      [
        'deploy.preview',
        {
          spec: {
            name: 'Forschung Süd',
            target: {
              kind: 'ssh',
              host: '2001:db8::7',
              port: 2222,
              user: 'admin',
              identityFile: join(folder, 'key'),
              jumps: [{ host: 'gate.example', user: 'me', port: 2200 }, { host: 'inner' }],
            },
            version: '2026.9.5',
            port: 18800,
            provider: 'openrouter',
            model: 'openrouter/google/gemini-3.1-pro-preview',
            instructions: 'Du bist höflich.',
            telemetry: true,
            installer: 'official',
            firewall: true,
          },
          options: { trustHostKeys: [`SHA256:${'A'.repeat(43)}`, `SHA256:${'B'.repeat(43)}`] },
        },
      ],
      ['start', { previewId: RUN_ID, deadlineMs: 300_000 }],
    ]);
  });

  it.each([
    [['deploy'], 'name'],
    [['deploy', 'research', '--too', 'local'], 'Did you mean --to?'],
    [['deploy', ...TO], 'name'],
    [['deploy', 'research'], '--to'],
    [['deploy', 'research', '--to', 'root@203.0.113.7', '--yes'], 'ssh://'],
    [['deploy', 'research', '--to', 'ssh://root:hunter2@203.0.113.7', '--yes'], 'password'],
    [['deploy', '../etc', ...TO, '--yes'], 'slashes'],
    [['deploy', '', ...TO, '--yes'], 'name'],
    [[...DEPLOY, '--yes', '--port', '70000'], '--port'],
    [[...DEPLOY, '--yes', '--port', 'x'], '--port'],
    [[...DEPLOY, '--yes', '--version', 'latest'], '--version'],
    [[...DEPLOY, '--yes', '--provider', 'acme'], '--provider'],
    [[...DEPLOY, '--yes', '--provider', 'openai', '--model', 'no slash'], 'model'],
    [[...DEPLOY, '--yes', '--model', 'openrouter/auto'], '--provider'],
    [[...DEPLOY, '--yes', '--telemetry', 'maybe'], '--telemetry'],
    [[...DEPLOY, '--yes', '--installer', 'mine'], '--installer'],
    [[...DEPLOY, '--yes', '--deadline', '0'], '--deadline'],
    [[...DEPLOY, '--yes', '--jump', 'gate.example'], 'hop'],
    [[...DEPLOY, '--yes', '--trust-host-key', 'MD5:aa'], '--trust-host-key'],
    [[...DEPLOY, '--yes', '--identity', 'nowhere'], '--identity'],
    [[...DEPLOY, '--yes', '--instructions', 'nowhere.md'], '--instructions'],
    [[...DEPLOY, '--yes', '--instructions', 'latin1.md'], 'UTF-8'],
    [[...DEPLOY, '--yes', '--instructions', 'large.md'], 'larger'],
    [['deploy', 'home', '--to', 'local', '--identity', 'key', '--yes'], '--identity'],
    [['deploy', 'home', '--to', 'local', '--jump', 'ssh://gate', '--yes'], '--jump'],
    [['deploy', 'home', '--to', 'local', '--firewall', '--yes'], '--firewall'],
    [DEPLOY, '--yes'],
  ])('refuses %j at the door', async (argv, named) => {
    const human = await runFake(argv, { cwd: folder });
    expect([human.code, human.core.calls, human.io.written.out]).toEqual([2, [], '']);
    expect(human.io.written.err).toContain(named);
    expect(human.io.written.err).not.toContain('hunter2');
    const machine = await runFake([...argv, '--json'], { cwd: folder });
    expect([machine.code, machine.io.written.err]).toEqual([2, '']);
    expect(parseLines(machine.io)).toMatchObject([
      { type: 'result', ok: false, exitCode: 2, error: { code: 'usage.invalid' } },
    ]);
  });

  it.each([
    ['changes nothing', aPreview(), 0, 'these 4 steps run'],
    ['says so where nothing is needed', settled, 0, 'all 6 steps are done'],
    ['ends with 3 where a finding refuses', refusing, 3, 'nginx'],
  ])('--dry-run %s', async (_, preview, expected, text) => {
    const { code, core, io } = await runFake([...DEPLOY, '--dry-run'], { script: { preview: () => preview } });
    expect(code).toBe(expected);
    expect(core.calls.map(([name]) => name)).toEqual(['deploy.preview', 'discard']);
    expect(io.written.both).toContain(text);
  });

  it('starts nothing that a finding refuses, and a refusal is 3 whatever its error is', async () => {
    const registry = new AppError('registry.unreachable');
    const preview = aPreview({
      findings: [{ id: 'network', title: 'Network', level: 'refuse', because: 'no way out', error: registry }],
    });
    for (const [script, message] of [
      [{ preview: () => refusing }, 'nginx'],
      [{ preview: () => preview }, 'registry'],
      [
        {
          preview: () =>
            aPreview({ findings: [{ id: 'x', title: 'X', level: 'refuse' as const, because: 'no reason' }] }),
        },
        'no reason',
      ],
    ] as const) {
      const { code, core, io } = await runFake([...DEPLOY, '--yes'], { script });
      expect(code).toBe(3);
      expect(core.calls.map(([name]) => name)).toEqual(['deploy.preview', 'discard']);
      expect(io.written.err).toContain(message);
      expect(io.written.err).toContain('Nothing was changed.');
    }
  });

  it.each([
    ['y\n', safe, 0],
    ['\n', safe, 0],
    ['n\n', safe, 130],
    ['\n', aPreview(), 130],
    ['perhaps\nYES\n', aPreview(), 0],
  ])('asks a person, who answers %j', async (answer, preview, expected) => {
    const run = startFake(DEPLOY, { tty: true, script: { preview: () => preview } });
    await run.io.waitFor('Deploy?');
    run.io.type(answer);
    expect(await run.ended).toBe(expected);
    expect(run.core.calls.map(([name]) => name)).toEqual(['deploy.preview', expected === 0 ? 'start' : 'discard']);
  });

  it('does not ask whether to change nothing', async () => {
    const { code, core, io } = await runFake(DEPLOY, { tty: true, script: { preview: () => settled } });
    expect(code).toBe(0);
    expect(core.calls.map(([name]) => name)).toEqual(['deploy.preview', 'start']);
    expect(io.written.both).not.toContain('Deploy?');
  });

  it('asks nobody who has not seen the plan', async () => {
    const { code } = await runFake(DEPLOY, { tty: { stdin: true, stderr: true, stdout: false } });
    expect(code).toBe(2);
  });

  it('tells a failure: what was done, what came of it, what it means, what to do', async () => {
    const failure = new AppError('registry.unreachable', {
      details: {
        doing: 'Installing OpenClaw',
        command: 'npm install -g openclaw',
        exitCode: 1,
        lastLines: ['npm error ENOTFOUND', 'npm error \u001b[31mred'],
      },
    });
    const { code, io } = await runFake([...DEPLOY, '--yes'], {
      script: {
        failure,
        happenings: () => [
          { type: 'step.started', stepId: 'package' },
          { type: 'step.failed', stepId: 'package', error: failure.toReport() },
        ],
      },
    });
    expect(code).toBe(1);
    const parts = [
      'Installing OpenClaw',
      'npm install -g openclaw',
      'exit code  1',
      '│ npm error ENOTFOUND',
      '│ npm error red',
      '✗ The npm registry could not be reached.',
      'HARDSHELL_MIRROR_NPM',
      'continues where it stopped',
      `hardshell runs show ${RUN_ID}`,
    ];
    const places = parts.map((part) => io.written.err.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });
});

describe('deploy --json', () => {
  it('writes the preview, every event and the result, and nothing else', async () => {
    const { code, io } = await runFake([...DEPLOY, '--yes', '--json'], { tty: true });
    expect([code, io.written.err]).toEqual([0, '']);
    const lines = parseLines(io);
    expect(lines.map(({ type }) => type)).toEqual([
      'preview',
      'run.started',
      ...['step.checked', 'step.checked'],
      ...['node', 'package', 'config', 'ready'].flatMap(() => [
        'step.checked',
        'step.started',
        'step.spoke',
        'step.applied',
      ]),
      'run.succeeded',
      'result',
    ]);
    expect(lines.at(-1)).toMatchObject({
      ok: true,
      runId: RUN_ID,
      instance: { name: 'research' },
      stats: { changes: 4 },
    });
  });

  it.each([
    ['a failure', { failure: new AppError('registry.unreachable') }, 1, 'registry.unreachable'],
    ['a held lease', { failure: new AppError('lease.held') }, 3, 'lease.held'],
    ['a cancelled run', { failure: new AppError('run.cancelled') }, 130, 'run.cancelled'],
    ['a bug', { preview: () => Promise.reject(new Error('oops')) }, 1, 'internal.bug'],
    ['a refusal', { preview: () => refusing }, 3, 'preflight.port-busy'],
    ['an unknown host key', { preview: () => Promise.reject(new AppError('host.key-unknown')) }, 3, 'host.key-unknown'],
  ])('ends with the result after %s', async (_, script, exitCode, errorCode) => {
    const { code, io } = await runFake([...DEPLOY, '--yes', '--json'], { tty: true, script });
    expect([code, io.written.err]).toEqual([exitCode, '']);
    expect(parseLines(io).at(-1)).toMatchObject({ type: 'result', ok: false, exitCode, error: { code: errorCode } });
  });

  it('tells a dry run', async () => {
    const { io } = await runFake([...DEPLOY, '--dry-run', '--json']);
    expect(parseLines(io)).toMatchObject([{ type: 'preview' }, { type: 'result', ok: true, dryRun: true, changes: 4 }]);
  });

  it('keeps what a terminal would act on out of the lines', async () => {
    const said = 'a \u001b]0;title\u0007 \u009b2J \u202e b';
    const { io } = await runFake([...DEPLOY, '--yes', '--json'], {
      script: { happenings: () => [{ type: 'step.spoke', stepId: 'node', stream: 'stdout', line: said }] },
    });
    expect(io.written.out.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(parseLines(io)).toContainEqual(expect.objectContaining({ type: 'step.spoke', line: said }));
  });

  it('reports a bad environment like everything else', async () => {
    const { code, io } = await runFake([...DEPLOY, '--yes', '--json'], { env: { HARDSHELL_DATA_DIR: 'relative' } });
    expect(code).toBe(2);
    expect(parseLines(io)).toMatchObject([
      { type: 'result', ok: false, error: { message: expect.stringContaining('HARDSHELL_DATA_DIR') as string } },
    ]);
  });
});

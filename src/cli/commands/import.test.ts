import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import type { FoundInstall } from '../../core/index.ts';
import { anInstance, aPreview } from '../../../test/cli/samples.ts';
import { parseLines, runFake } from '../../../test/cli/run-fake.ts';

const one: FoundInstall = {
  id: 'c-0123456789ab',
  kind: 'container',
  title: 'openclaw-gateway',
  version: '2026.9.6',
  port: 18_789,
  stateDir: '/home/node/.openclaw',
  token: 'environment',
};
const ours: FoundInstall = { id: 'c-ba9876543210', kind: 'container', title: 'second', ours: 'research' };
const stopped: FoundInstall = {
  id: 'c-aaaaaaaaaaaa',
  kind: 'container',
  title: 'third',
  problem: new AppError('import.stopped', { message: 'The container third does not run (exited).' }),
};

describe('import without a name', () => {
  it('lists what was found, and how to go on', async () => {
    const { code, io, core } = await runFake(['import', 'docker'], { script: { found: () => [one, ours, stopped] } });
    expect([code, io.written.err]).toEqual([0, '']);
    expect(core.calls).toEqual([['imports.look', { target: { kind: 'docker' } }]]);
    expect(io.written.out).toContain('openclaw-gateway');
    expect(io.written.out).toContain('is research');
    expect(io.written.out).toContain('The container third does not run (exited).');
    expect(io.written.out).toContain('hardshell import docker --which c-0123456789ab --name NAME');
  });

  it('says that there is nothing', async () => {
    const { code, io } = await runFake(['import', 'docker']);
    expect(code).toBe(0);
    expect(io.written.out).toContain('There is no OpenClaw that runs there.');
  });

  it('says it to a script', async () => {
    const { io } = await runFake(['import', 'docker', '--json'], { script: { found: () => [one, stopped] } });
    expect(parseLines(io)).toMatchObject([
      { type: 'result', ok: true, installs: [{ id: one.id, port: 18_789 }, { problem: { code: 'import.stopped' } }] },
    ]);
  });

  it.each([['--yes'], ['--which', 'c-0123456789ab'], ['--change', 'token']])('%s needs a name', async (...more) => {
    const { code, core } = await runFake(['import', 'docker', ...more]);
    expect([code, core.calls]).toEqual([2, []]);
  });
});

describe('what was adopted', () => {
  it('is forgotten when it is removed, and no state folder is spoken of', async () => {
    const adopted = {
      kind: 'service',
      user: 'anna',
      home: '/home/anna',
      node: '/usr/bin/node',
      packageDir: '/usr/lib/node_modules/openclaw',
      stateDir: '/home/anna/.openclaw',
      configPath: '/home/anna/.openclaw/openclaw.json',
      unit: 'openclaw-gateway.service',
      unitPath: '/home/anna/.config/systemd/user/openclaw-gateway.service',
    };
    const instance = anInstance({ adopted });
    const script = { instances: [instance], preview: () => aPreview({ instance }) };
    const { code, io } = await runFake(['remove', 'research', '--yes'], { script });
    expect(code).toBe(0);
    expect(io.written.out).toContain('research is forgotten here. Where it runs nothing was touched.');
  });
});

describe('import with a name', () => {
  it('is a plan that is shown and run', async () => {
    const argv = ['import', 'docker', '--which', one.id, '--name', 'helper', '--yes'];
    const { code, io, core } = await runFake(argv);
    expect([code, io.written.err]).toEqual([0, '']);
    expect(core.calls.map(([name]) => name)).toEqual(['imports.preview', 'start']);
    expect(core.calls[0]?.[1]).toMatchObject({
      request: { target: { kind: 'docker' }, name: 'helper', which: one.id, changes: [] },
    });
    expect(io.written.out).toContain('is adopted');
  });

  it('asks, or wants --yes', async () => {
    const { code, core } = await runFake(['import', 'docker', '--name', 'helper']);
    expect([code, core.calls]).toEqual([2, []]);
  });

  it('--dry-run changes nothing', async () => {
    const { code, core } = await runFake(['import', 'docker', '--name', 'helper', '--dry-run']);
    expect(code).toBe(0);
    expect(core.calls.map(([name]) => name)).toEqual(['imports.preview', 'discard']);
  });

  it('hands on a login, and what is to be changed', async () => {
    const argv = [
      'import',
      'ssh://root@203.0.113.7',
      '--name',
      'helper',
      '--change',
      'token',
      '--yes',
      '--secrets-stdin',
    ];
    const { core } = await runFake(argv, { input: '{"sshPassword":"secret-1"}' });
    expect(core.calls[0]?.[1]).toMatchObject({ request: { changes: ['token'] } });
    expect(JSON.stringify(core.calls)).not.toContain('secret-1');
  });

  it.each([
    [['import', 'somewhere']],
    [['import', 'docker', '--name', 'helper', '--which', 'nonsense']],
    [['import', 'docker', '--name', 'helper', '--change', 'everything']],
  ])('%j is refused at the door', async (argv) => {
    const { code, core } = await runFake(argv);
    expect([code, core.calls]).toEqual([2, []]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Script } from '../../../test/cli/fake-core.ts';
import { runFake } from '../../../test/cli/run-fake.ts';
import { anInstance, aPreview } from '../../../test/cli/samples.ts';
import type { DeploymentSpec } from '../../shared/model/spec.ts';

const GIB = 1024 ** 3;

async function specOf(argv: readonly string[], script: Script = {}): Promise<DeploymentSpec> {
  const { code, core, io } = await runFake(['deploy', 'lab', ...argv, '--yes'], { script, cwd: import.meta.dirname });
  expect([code, io.written.err]).toEqual([0, '']);
  return (core.calls[0]?.[1] as { spec: DeploymentSpec }).spec;
}

describe('deploy --to docker', () => {
  it('takes an image and limits', async () => {
    expect(await specOf(['--to', 'docker', '--image', 'build', '--memory', '3g', '--cpus', '1.5'])).toMatchObject({
      target: { kind: 'docker' },
      image: 'build',
      limits: { memoryBytes: 3 * GIB, cpus: 1.5 },
    });
  });

  it('signs in to a server as a deployment on it does', async () => {
    const { target } = await specOf([
      ...[
        '--to',
        'docker+ssh://admin@server.example:2222',
        '--identity',
        'deploy.ts',
        '--jump',
        'ssh://me@gate.example',
      ],
    ]);
    expect(target).toEqual({
      kind: 'docker',
      server: {
        kind: 'ssh',
        host: 'server.example',
        port: 2222,
        user: 'admin',
        identityFile: `${import.meta.dirname}/deploy.ts`,
        jumps: [{ host: 'gate.example', user: 'me' }],
      },
    });
  });

  it('asks for nothing that was not asked for', async () => {
    const spec = await specOf(['--to', 'docker']);
    expect([spec.image, spec.limits, spec.ingress]).toEqual([undefined, undefined, undefined]);
  });

  it('leaves what an instance that is there was given and this command does not name', async () => {
    const access = { mode: 'domain', host: 'claw.example.com' } as const;
    const script = {
      instances: [
        anInstance({
          name: 'lab',
          target: { kind: 'docker' },
          limits: { memoryBytes: 4 * GIB, cpus: 3 },
          ingress: { access, limits: { rate: 5 } },
        }),
      ],
    };
    const spec = await specOf(['--to', 'docker', '--memory', '3g', '--access', 'ip'], script);
    expect(spec.limits).toEqual({ memoryBytes: 3 * GIB, cpus: 3 });
    expect(spec.ingress).toEqual({ access: { mode: 'ip' }, limits: { rate: 5 } });
  });

  it('says what its container may take, and who reaches it', async () => {
    for (const [more, text] of [
      [{}, 'Only this computer reaches it.'],
      [{ ingress: { access: { mode: 'domain', host: 'claw.example.com' } } }, 'reached by https://claw.example.com'],
      [{ target: { kind: 'docker', server: { kind: 'ssh', host: 'server' } } }, 'Only SSH reaches it.'],
    ] as const) {
      const instance = anInstance({ name: 'lab', target: { kind: 'docker' }, ...more });
      const script = { instances: [instance], preview: () => aPreview({ instance }) };
      const { io } = await runFake(['deploy', 'lab', '--to', 'docker', '--yes'], { script });
      expect(io.written.out).toContain('Its container may take 2 GB, 2 processors.');
      expect(io.written.out).toContain(text);
    }
  });

  it.each([
    [['--to', 'docker', '--identity', 'deploy.ts'], '--identity'],
    [['--to', 'docker', '--jump', 'ssh://gate'], '--jump'],
    [['--to', 'docker', '--firewall'], '--firewall'],
    [['--to', 'docker', '--installer', 'official'], '--installer'],
    [['--to', 'docker', '--image', '-v /:/host'], '--image'],
    [['--to', 'docker', '--memory', '100m'], '--memory'],
    [['--to', 'docker', '--email', 'anna@example.com'], '--email'],
    [['--to', 'docker+tcp://server'], 'docker+ssh://'],
    [['--to', 'local', '--image', 'build'], '--image'],
    [['--to', 'ssh://server', '--memory', '2g'], '--memory'],
    [['--to', 'ssh://server', '--cpus', '2'], '--cpus'],
  ])('refuses %j at the door', async (argv, text) => {
    const { code, core, io } = await runFake(['deploy', 'lab', ...argv, '--yes'], { cwd: import.meta.dirname });
    expect([code, core.calls]).toEqual([2, []]);
    expect(io.written.err).toContain(text);
  });
});

describe('list and status', () => {
  const suspension = { at: '2026-09-20T11:00:00.000Z', by: 'guard', because: 'CPU above 90 % for 5 min' };
  const instance = anInstance({ target: { kind: 'docker' }, limits: { memoryBytes: 3 * GIB, cpus: 1 }, suspension });

  it('show limits, and what is suspended with its reason', async () => {
    const list = await runFake(['list'], { script: { instances: [instance, anInstance({ name: 'home' })] } });
    expect(list.io.written.out).toMatch(/research +docker .* suspended +3 GB, 1 processor /);
    const status = () => ({ instance, state: 'suspended', because: '' }) as const;
    const { code, io } = await runFake(['status', 'research'], { script: { status } });
    expect(code).toBe(0);
    for (const text of ['research is suspended', '3 GB, 1 processor', 'by its guard: CPU above 90 % for 5 min'])
      expect(io.written.out).toContain(text);
  });
});

import { describe, expect, it } from 'vitest';
import { NEWER, noOffer } from '../../../test/cli/fake-updates.ts';
import type { Script } from '../../../test/cli/fake-core.ts';
import { parseLines, runFake, startFake } from '../../../test/cli/run-fake.ts';
import { anInstance, RUN_ID } from '../../../test/cli/samples.ts';
import { AppError } from '../../shared/app-error.ts';

const changesOf = (calls: readonly (readonly [string, unknown?])[]): unknown[] =>
  calls.flatMap(([name, asked]) => (name === 'change.preview' ? [(asked as { change: unknown }).change] : []));
const three: Script = {
  instances: [
    anInstance({ id: 'i-1111111111111111', name: 'one' }),
    anInstance({ id: 'i-2222222222222222', name: 'two', version: NEWER }),
    anInstance({ id: 'i-3333333333333333', name: 'three', version: '2026.9.5' }),
  ],
};
const wayBack = { version: '2026.9.5', backup: 'b-0123456789abcdef', at: '2026-09-19T12:00:00.000Z' };

describe('what an update has left', () => {
  const leftState = { at: '2026-09-19T12:00:00.000Z', bytes: 1_300_000_000 };
  const script: Script = { instances: [anInstance({ leftState })] };

  it('is told where the backups are, and how it is removed', async () => {
    const { io } = await runFake(['backups', 'research'], { script });
    expect(io.written.out).toContain('research: what an update that failed had made of the state lies on its machine');
    expect(io.written.out).toContain('hardshell left-remove research');
    const { io: json } = await runFake(['backups', '--json'], { script });
    expect(parseLines(json).at(-1)).toMatchObject({ leftStates: [{ instanceName: 'research', ...leftState }] });
  });

  it('is removed by a change that is shown first', async () => {
    const { code, core } = await runFake(['left-remove', 'research', '--yes'], { script });
    expect([code, changesOf(core.calls)]).toEqual([0, [{ kind: 'forget' }]]);
    const { code: unasked } = await runFake(['left-remove', 'research', '--json'], { script });
    expect(unasked).not.toBe(0);
  });
});

describe('update', () => {
  it('shows what it brings, then the plan, and makes it', async () => {
    const { code, core, io } = await runFake(['update', 'research', '--yes']);
    expect([code, io.written.err]).toEqual([0, '']);
    expect(core.calls[0]).toEqual(['updates.look', { name: 'research', version: undefined }]);
    expect(changesOf(core.calls)).toEqual([{ kind: 'update', version: NEWER, reason: 'asked' }]);
    expect(io.written.out).toContain(`OpenClaw 2026.9.6 to ${NEWER}`);
    expect(io.written.out).toContain('Channels: nothing is said twice.');
    expect(io.written.out).toContain('hardshell rollback research');
  });

  it('takes the version that is asked for', async () => {
    const { core } = await runFake(['update', 'research', '--version', '2026.9.8', '--yes']);
    expect(changesOf(core.calls)).toEqual([{ kind: 'update', version: '2026.9.8', reason: 'asked' }]);
  });

  it('does nothing where it runs the newest', async () => {
    const script = { offer: noOffer('2026.9.6') };
    const { code, core, io } = await runFake(['update', 'research', '--yes', '--json'], { script });
    expect([code, changesOf(core.calls)]).toEqual([0, []]);
    expect(parseLines(io).at(-1)).toMatchObject({ ok: true, update: { runs: '2026.9.6', latest: '2026.9.6' } });
  });

  it('goes on with one that was cut short', async () => {
    const pendingUpdate = { version: NEWER, from: wayBack, isStill: false, phase: 'forward' };
    const script = { instances: [anInstance({ pendingUpdate })], offer: noOffer(NEWER) };
    const { code, core } = await runFake(['update', 'research', '--yes'], { script });
    expect([code, changesOf(core.calls)]).toEqual([0, [{ kind: 'update', version: NEWER, reason: 'asked' }]]);
  });

  it('goes on with it also where there is a newer one by now', async () => {
    const pendingUpdate = { version: '2026.9.6', from: wayBack, isStill: false, phase: 'forward' };
    const { core } = await runFake(['update', 'research', '--yes'], {
      script: { instances: [anInstance({ pendingUpdate })] },
    });
    expect(core.calls[0]).toEqual(['updates.look', { name: 'research', version: '2026.9.6' }]);
    expect(changesOf(core.calls)).toEqual([{ kind: 'update', version: '2026.9.6', reason: 'asked' }]);
  });

  it('tells in JSON how it failed', async () => {
    const script = { failure: new AppError('update.rolled-back') };
    const { code, io } = await runFake(['update', 'research', '--yes', '--json'], { script });
    expect([code, io.written.err]).toEqual([1, '']);
    expect(parseLines(io).at(-1)).toMatchObject({ ok: false, runId: RUN_ID, error: { code: 'update.rolled-back' } });
  });

  it.each([
    [[], 'Which instance is not said'],
    [['research', '--all'], '--all is for every instance'],
    [['research', '--version', 'latest'], 'A version looks like'],
  ])('refuses %j', async (argv, text) => {
    const { code, core, io } = await runFake(['update', ...argv, '--yes']);
    expect([code, core.calls]).toEqual([2, []]);
    expect(io.written.err).toContain(text);
  });
});

describe('update --all', () => {
  it('leaves alone what is suspended, and says so', async () => {
    const suspension = { at: '2026-09-19T12:00:00.000Z', by: 'person', because: 'a visit' };
    const script = { instances: [anInstance({ version: '2026.9.5', suspension })] };
    const { code, core, io } = await runFake(['update', '--all', '--yes', '--json'], { script });
    expect([code, changesOf(core.calls)]).toEqual([0, []]);
    expect(parseLines(io).at(-1)).toMatchObject({ ok: true, updated: [{ is: 'suspended' }] });
    const shown = await runFake(['update', '--all', '--yes'], { script });
    expect(shown.io.written.out).toContain('suspended: not updated');
  });

  it('leaves alone what was adopted, whatever its record says, and goes on to the next', async () => {
    const adopted = {
      kind: 'service',
      user: 'anna',
      home: '/home/anna',
      node: '/usr/bin/node',
      packageDir: '/home/anna/openclaw',
      stateDir: '/home/anna/.openclaw',
      configPath: '/home/anna/.openclaw/openclaw.json',
      unit: 'openclaw-gateway.service',
      unitPath: '/home/anna/.config/systemd/user/openclaw-gateway.service',
    };
    const foreign = anInstance({ version: '2026.9.5', adopted });
    const older = anInstance({ id: 'i-1123456789abcdef', name: 'own', version: '2026.9.5' });
    const args = ['update', '--all', '--yes'];
    const { code, core, io } = await runFake([...args, '--json'], { script: { instances: [foreign, older] } });
    expect([code, changesOf(core.calls).length]).toEqual([0, 1]);
    expect(parseLines(io).at(-1)).toMatchObject({ ok: true, updated: [{ is: 'adopted' }, { is: 'done' }] });
    const alone = await runFake(args, { script: { instances: [foreign] } });
    expect([alone.code, changesOf(alone.core.calls)]).toEqual([0, []]);
    expect(alone.io.written.out).toContain('adopted: updated by whoever set it up');
  });

  it('goes through those that are older, one after another', async () => {
    const { code, core, io } = await runFake(['update', '--all', '--yes', '--json'], { script: three });
    expect([code, io.written.err]).toEqual([0, '']);
    const asked = core.calls.flatMap(([name, given]) =>
      name === 'change.preview' ? [(given as { name: string }).name] : [],
    );
    expect(asked).toEqual(['one', 'three']);
    expect(parseLines(io).at(-1)).toMatchObject({
      ok: true,
      updated: [
        { instanceName: 'one', is: 'done', from: '2026.9.6', to: NEWER, runId: RUN_ID },
        { instanceName: 'two', is: 'newest' },
        { instanceName: 'three', is: 'done', from: '2026.9.5' },
      ],
    });
  });

  it('stops at the first that fails, and says which were not begun', async () => {
    const script = { ...three, failure: new AppError('update.rolled-back') };
    const { code, core, io } = await runFake(['update', '--all', '--yes', '--json'], { script });
    expect([code, changesOf(core.calls).length]).toEqual([1, 1]);
    expect(parseLines(io).at(-1)).toMatchObject({
      ok: false,
      error: { code: 'update.rolled-back' },
      updated: [{ is: 'failed', runId: RUN_ID }, { is: 'newest' }, { is: 'left' }],
    });
    const shown = await runFake(['update', '--all', '--yes'], { script });
    expect(shown.io.written.out).toMatch(/one +2026\.9\.6 to 2026\.9\.7 +\S+ failed/);
    expect(shown.io.written.out).toMatch(/three +2026\.9\.5 to 2026\.9\.7 +\S+ not begun/);
  });

  it('changes nothing in a dry run, and asks a person once', async () => {
    const dry = await runFake(['update', '--all', '--dry-run'], { script: three });
    expect([dry.code, changesOf(dry.core.calls)]).toEqual([0, []]);
    const run = startFake(['update', '--all'], { tty: true, script: three });
    await run.io.waitFor('Update 2 instances, one after another?');
    run.io.type('n\n');
    expect([await run.ended, changesOf(run.core.calls)]).toEqual([130, []]);
  });
});

describe('rollback', () => {
  it('says what is lost, and takes the update back', async () => {
    const script = { instances: [anInstance({ wayBack })] };
    const { code, core, io } = await runFake(['rollback', 'research', '--yes'], { script });
    expect([code, io.written.err, changesOf(core.calls)]).toEqual([0, '', [{ kind: 'rollback' }]]);
    expect(io.written.out).toContain('research goes back to OpenClaw 2026.9.5 and to how it was');
  });

  it('is refused where there is no way back', async () => {
    const { code, core, io } = await runFake(['rollback', 'research', '--yes', '--json']);
    expect([code, core.calls]).toEqual([3, []]);
    expect(parseLines(io).at(-1)).toMatchObject({ ok: false, error: { code: 'rollback.none' } });
  });
});

describe('update-policy', () => {
  it.each([
    [['--daily', '3'], { schedule: { every: 'day', hour: 3 } }],
    [['--weekly', 'sun:3'], { schedule: { every: 'week', weekday: 0, hour: 3 } }],
    [['--off'], {}],
  ])('%j', async (options, policy) => {
    const { code, core, io } = await runFake(['update-policy', 'research', ...options, '--yes', '--json']);
    expect([code, core.calls]).toEqual([0, [['updates.setPolicy', { name: 'research', policy }]]]);
    expect(parseLines(io).at(-1)).toMatchObject({ ok: true, updatePolicy: policy });
  });

  it('shows what is kept to, and refuses two at once', async () => {
    const script = { instances: [anInstance({ updates: { schedule: { every: 'day', hour: 4 } } })] };
    const shown = await runFake(['update-policy', 'research'], { script });
    expect([shown.code, shown.core.calls]).toEqual([0, []]);
    expect(shown.io.written.out).toContain('Updates of research');
    expect((await runFake(['update-policy', 'research', '--daily', '3', '--off', '--yes'])).code).toBe(2);
  });
});

import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKUP_ID, RECOVERY_KEY, aBackup } from '../../../test/cli/fake-backups.ts';
import { parseLines, runFake, startFake } from '../../../test/cli/run-fake.ts';
import { anInstance } from '../../../test/cli/samples.ts';
import { AppError } from '../../shared/app-error.ts';

const OTHER_ID = 'b-0123456789ffffff';
const kept = (core: Awaited<ReturnType<typeof runFake>>['core']) =>
  core.calls.map(([name]) => name).filter((name) => name !== 'discard');

describe('backup', () => {
  it('is a plan like any other, in the name of whoever asked, and shows what was made', async () => {
    const { code, core, io } = await runFake(['backup', 'research', '--yes']);
    expect([code, io.written.err]).toEqual([0, '']);
    expect(core.calls[0]).toMatchObject([
      'change.preview',
      { name: 'research', change: { kind: 'backup', reason: 'asked' } },
    ]);
    expect(io.written.out).toContain('research is backed up, and the backup is verified.');
    expect(io.written.out).toContain(BACKUP_ID);
  });

  it('goes to a place of its own as well', async () => {
    const argv = ['backup', 'research', '--to', 'stick', '--to', 'sftp://anna@nas.lan/volume1', '--yes'];
    const { core } = await runFake(argv, { cwd: '/media/anna' });
    const to = [
      { kind: 'folder', path: '/media/anna/stick' },
      { kind: 'sftp', path: '/volume1', server: { host: 'nas.lan', user: 'anna' } },
    ];
    expect(core.calls[0]).toMatchObject(['change.preview', { change: { kind: 'backup', to } }]);
  });

  it('is answered with its record in JSON', async () => {
    const { io } = await runFake(['backup', 'research', '--yes', '--json']);
    expect(parseLines(io).at(-1)).toMatchObject({ type: 'result', ok: true, backup: { id: BACKUP_ID } });
  });

  it('ends with the code of its failure', async () => {
    const script = { failure: new AppError('backup.no-room') };
    const { code, io } = await runFake(['backup', 'research', '--yes'], { script });
    expect(code).toBe(1);
    expect(io.written.both).toContain('There is not enough room for the backup.');
  });
});

describe('backups', () => {
  it('are listed, of one instance or of all', async () => {
    const script = { backups: [aBackup(), aBackup({ id: OTHER_ID, instanceName: 'gone' })] };
    const all = await runFake(['backups', '--json'], { script });
    expect(parseLines(all.io).at(-1)).toMatchObject({ backups: [{ id: BACKUP_ID }, { id: OTHER_ID }] });
    const one = await runFake(['backups', 'gone', '--json'], { script });
    expect(parseLines(one.io).at(-1)).toMatchObject({ backups: [{ id: OTHER_ID }] });
  });

  it('of an instance without any say how to make one; of none that is known, that', async () => {
    const none = await runFake(['backups', 'research'], { script: { backups: [] } });
    expect(none.io.written.out).toContain('hardshell backup research');
    expect((await runFake(['backups', 'reserch'])).io.written.err).toContain('Did you mean research?');
  });
});

describe('backup-policy', () => {
  const policyOf = async (argv: readonly string[], backups?: object): Promise<unknown> => {
    const script = { instances: [anInstance(backups === undefined ? {} : { backups })] };
    const { code, core, io } = await runFake(['backup-policy', 'research', ...argv, '--yes'], {
      script,
      cwd: '/home/anna',
    });
    expect([code, io.written.err]).toEqual([0, '']);
    return (core.calls.at(-1)?.[1] as { policy: unknown }).policy;
  };
  const usual = { last: 7, daily: 7, weekly: 4, monthly: 6 };

  it.each([
    [['--daily', '3'], { schedule: { every: 'day', hour: 3 }, keep: usual, destinations: [] }],
    [['--weekly', 'sun:23'], { schedule: { every: 'week', weekday: 0, hour: 23 }, keep: usual, destinations: [] }],
    [['--keep', 'last=2,monthly=0'], { keep: { ...usual, last: 2, monthly: 0 }, destinations: [] }],
    [['--to', 'nas'], { keep: usual, destinations: [{ kind: 'folder', path: '/home/anna/nas' }] }],
    [
      ['--to', 'sftp://anna@nas.example:2222/srv/b'],
      {
        keep: usual,
        destinations: [
          {
            kind: 'sftp',
            server: { kind: 'ssh', host: 'nas.example', user: 'anna', port: 2222, jumps: [] },
            path: '/srv/b',
          },
        ],
      },
    ],
  ])('%j', async (argv, policy) => {
    expect(await policyOf(argv)).toEqual(policy);
  });

  it('leaves what is not named as it is, and takes away what is off', async () => {
    const before = { schedule: { every: 'day', hour: 1 }, destinations: [{ kind: 'folder', path: '/mnt' }] };
    expect(await policyOf(['--keep', 'last=1'], before)).toMatchObject({ ...before, keep: { last: 1 } });
    expect(await policyOf(['--off', '--to', 'off'], before)).toEqual({ keep: usual, destinations: [] });
  });

  it('tries a new place before it relies on it, and an old one not again', async () => {
    const script = {
      instances: [anInstance({ backups: { destinations: [{ kind: 'folder', path: '/mnt/old' }] } })],
      backupFailure: new AppError('backup.denied'),
    };
    const refused = await runFake(['backup-policy', 'research', '--to', '/mnt/new', '--yes'], { script });
    expect(refused.code).not.toBe(0);
    expect(kept(refused.core)).toEqual(['backups.tryDestination']);
    const known = await runFake(['backup-policy', 'research', '--to', '/mnt/old', '--yes'], { script });
    expect([known.code, kept(known.core)]).toEqual([0, ['backups.setPolicy']]);
  });

  it.each([
    [['--daily', '24'], 'from 0 to 23'],
    [['--weekly', 'sunday'], 'sun:3'],
    [['--daily', '3', '--off'], 'choose one'],
    [['--keep', 'last=0'], 'at least the last one'],
    [['--keep', 'hourly=3'], 'is not understood'],
    [['--to', 'sftp://nas.example'], 'The folder on the SFTP server is missing.'],
    [['--to', 'sftp://anna:pw@nas.example/srv'], 'password does not belong'],
  ])('refuses %j', async (argv, text) => {
    const { code, core, io } = await runFake(['backup-policy', 'research', ...argv, '--yes']);
    expect([code, core.calls]).toEqual([2, []]);
    expect(io.written.err).toContain(text);
  });
});

describe('restore', () => {
  it('goes into the instance that it is of, by the beginning of its id', async () => {
    const { code, core, io } = await runFake(['restore', 'b-01', '--yes']);
    expect([code, io.written.err]).toEqual([0, '']);
    expect(core.calls[0]).toMatchObject([
      'change.preview',
      { name: 'research', change: { kind: 'restore', backup: BACKUP_ID } },
    ]);
    expect(io.written.out).toContain('What has come since is kept as a backup of its own.');
  });

  it('as a new instance deploys like before, then restores into it, with one word for both', async () => {
    const model = anInstance({ target: { kind: 'docker' }, limits: { memoryBytes: 2 ** 31, cpus: 1.5 } });
    let listed = 0;
    const script = {
      backups: [aBackup({ version: '2026.9.5' })],
      get instances() {
        // it is there once it is deployed
        listed += 1;
        return listed === 1
          ? [model]
          : [model, anInstance({ id: 'i-1123456789abcdef', name: 'copy', target: { kind: 'docker' } })];
      },
    };
    const { code, core, io } = await runFake(['restore', BACKUP_ID, '--as', 'copy', '--to', 'docker', '--yes'], {
      script,
    });
    expect(code).toBe(0);
    expect(kept(core)).toEqual(['deploy.preview', 'start', 'change.preview', 'start']);
    expect(core.calls[0]?.[1]).toMatchObject({
      spec: { name: 'copy', target: { kind: 'docker' }, version: '2026.9.5', limits: { cpus: 1.5 } },
    });
    expect(io.written.out).toContain('copy becomes what research was 1 day ago.');
    expect(core.calls[2]).toMatchObject(['change.preview', { name: 'copy', change: { kind: 'restore' } }]);
  });

  it.each([
    [['b-99'], 2, 'There is no backup b-99.'],
    [[BACKUP_ID, '--as', 'research', '--to', 'local'], 2, 'research is there already.'],
    [[BACKUP_ID, '--as', 'copy'], 2, 'Where to is not said.'],
    [[BACKUP_ID, '--to', 'local'], 2, '--to needs --as'],
    [[BACKUP_ID, '--in', 'research', '--as', 'copy', '--to', 'local'], 2, 'choose one'],
  ])('refuses %j', async (argv, code, text) => {
    const run = await runFake(['restore', ...argv, '--yes']);
    expect([run.code === 0, run.core.calls]).toEqual([false, []]);
    expect(run.io.written.err).toContain(text);
    expect([code, 3]).toContain(run.code);
  });

  it('of an instance that is gone asks into which one', async () => {
    const { code, io } = await runFake(['restore', BACKUP_ID, '--yes'], { script: { instances: [] } });
    expect(code).toBe(2);
    expect(io.written.err).toContain('--as research --to PLACE');
  });
});

describe('one backup', () => {
  it('is read back', async () => {
    const { code, core, io } = await runFake(['backup-verify', BACKUP_ID, '--json']);
    expect([code, kept(core)]).toEqual([0, ['backups.verify']]);
    expect(parseLines(io).at(-1)).toMatchObject({ backup: { verifiedAt: '2026-09-20T12:00:00.000Z' } });
  });

  it('that is damaged is refused', async () => {
    const script = { backupFailure: new AppError('backup.damaged') };
    expect((await runFake(['backup-verify', BACKUP_ID], { script })).code).toBe(3);
  });

  it('is deleted after a question, and not without an answer', async () => {
    expect((await runFake(['backup-remove', BACKUP_ID])).code).toBe(2);
    const { code, core } = await runFake(['backup-remove', BACKUP_ID, '--yes']);
    expect([code, kept(core)]).toEqual([0, ['backups.remove']]);
    const asked = await runFake(['backup-remove', BACKUP_ID], { tty: true, input: '\n' });
    expect([asked.code, kept(asked.core)]).toEqual([130, []]);
  });

  it('is taken over with the key of its sheet, which nothing repeats', async () => {
    const input = JSON.stringify({ backupKey: RECOVERY_KEY });
    const { code, core, io } = await runFake(['backup-adopt', '/mnt/nas', '--secrets-stdin'], { input });
    expect(code).toBe(0);
    expect(core.calls).toEqual([['backups.adopt', { from: { kind: 'folder', path: '/mnt/nas' }, key: RECOVERY_KEY }]]);
    expect(io.written.both).not.toContain(RECOVERY_KEY);
  });
});

describe('the key of another Hardshell', () => {
  it('is asked for at a terminal, and without one the error is the answer', async () => {
    const script = { backupFailure: new AppError('backup.key-wrong') };
    const piped = await runFake(['backup-adopt', '/mnt/nas'], { script });
    expect([piped.code, kept(piped.core).length]).toEqual([3, 1]);
    const { core, io, ended } = startFake(['backup-adopt', '/mnt/nas'], { tty: true, script });
    await io.waitFor('Key of the recovery sheet');
    io.type(`${RECOVERY_KEY}\n`);
    await io.waitFor('This key does not open the backup.');
    io.type('\n');
    expect(await ended).toBe(3);
    expect(core.calls.map(([, asked]) => (asked as { key?: string }).key)).toEqual([undefined, RECOVERY_KEY]);
    expect(io.written.both).not.toContain(RECOVERY_KEY);
  });
});

describe('recovery-sheet', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hardshell-sheet-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('is shown to whoever says yes', async () => {
    expect((await runFake(['recovery-sheet'])).code).toBe(2);
    expect((await runFake(['recovery-sheet', '--yes'])).io.written.out).toContain(RECOVERY_KEY);
    const { io } = await runFake(['recovery-sheet', '--yes', '--json']);
    expect(parseLines(io)).toMatchObject([
      { type: 'recovery-sheet', text: expect.stringContaining(RECOVERY_KEY) as string },
      { type: 'result', recovery: { recipient: 'age1fakerecipient' } },
    ]);
  });

  it('goes to a new file of this account alone, and nowhere else', async () => {
    const file = join(dir, 'sheet.txt');
    const { code, io } = await runFake(['recovery-sheet', '--out', 'sheet.txt', '--json'], { cwd: dir });
    expect(code).toBe(0);
    expect(io.written.both).not.toContain(RECOVERY_KEY);
    expect(await readFile(file, 'utf8')).toContain(RECOVERY_KEY);
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await runFake(['recovery-sheet', '--out', 'sheet.txt'], { cwd: dir })).code).toBe(2);
  });
});

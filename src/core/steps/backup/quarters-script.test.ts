import { createHash } from 'node:crypto';
import { cpSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProgramBench, runSql, type ProgramBench } from './fake-openclaw.ts';
import { JOURNAL } from './quarters-script.ts';

const ID = 'b-0123456789abcdef';
const OLD = { 'openclaw.json': '{"old":1}', 'agents/main/a.txt': 'old a', 'only-old.txt': 'x' };
const NEW = { 'openclaw.json': '{"new":1}', 'agents/main/a.txt': 'new a', 'workspace/SOUL.md': 'y' };

interface Archived {
  readonly bytes: Buffer;
  readonly bytesCount: number;
  readonly sha256: string;
}

function archive(bench: ProgramBench): Archived {
  const made = bench.run('archive').answer as { path: string; bytes: number; sha256: string; version: string };
  const bytes = bench.run('read').stdout;
  expect(made).toMatchObject({ version: '2026.9.6', path: join(bench.keepDir, `${ID}.tar.gz`) });
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(made.sha256);
  expect(bytes.length).toBe(made.bytes);
  return { bytes, bytesCount: made.bytes, sha256: made.sha256 };
}

/** The new state lies staged beside the old one. */
function stage(bench: ProgramBench, more: object = {}): void {
  empty(bench);
  bench.write(NEW);
  const { bytes, bytesCount, sha256 } = archive(bench);
  empty(bench);
  bench.write(OLD);
  expect(bench.run('receive', { bytes: bytesCount, sha256 }, { input: bytes }).code).toBe(0);
  expect(bench.run('unpack').answer).toEqual({ version: '2026.9.6', from: bench.stateDir, outside: [] });
  const text = Buffer.from('{"new":2}');
  expect(bench.run('settle', { bytes: text.length, ...more }, { input: text }).code).toBe(0);
  expect(bench.read()).toEqual(OLD);
}

function empty({ stateDir }: ProgramBench): void {
  for (const name of readdirSync(stateDir)) rmSync(join(stateDir, name), { recursive: true });
}

describe('an archive on its machine', { timeout: 60_000 }, () => {
  it('is verified, whole and closed to others; what was cut short before is swept away', () => {
    using bench = createProgramBench(ID);
    bench.write(OLD);
    archive(bench);
    writeFileSync(join(bench.keepDir, 'part-b-ffffffffffffffff.tar.gz'), 'half');
    writeFileSync(join(bench.keepDir, 'b-eeeeeeeeeeeeeeee.tar.gz'), 'never fetched');
    writeFileSync(join(bench.keepDir, 'mine.tar.gz'), 'of a person');
    bench.run('sweep', { ids: [ID] });
    expect(readdirSync(bench.keepDir)).toEqual([`${ID}.tar.gz`, 'mine.tar.gz']);
    expect(statSync(join(bench.keepDir, `${ID}.tar.gz`)).mode & 0o777).toBe(0o600);
    bench.run('retire', { ids: [ID] });
    expect(readdirSync(bench.keepDir)).toEqual(['mine.tar.gz']);
  });

  it('that does not verify is not kept', () => {
    using bench = createProgramBench(ID);
    bench.write(OLD);
    const { code, answer } = bench.run('archive', {}, { env: { UNVERIFIED: '1' } });
    expect(code).toBe(65);
    expect(answer).toMatchObject({ code: 'backup.unverified' });
    expect(readdirSync(bench.keepDir)).toEqual([]);
  });

  it('counts the state without what is ours', () => {
    using bench = createProgramBench(ID);
    expect(bench.run('survey').answer).toMatchObject({ hasState: false, stateBytes: 0 });
    bench.write({ ...OLD, '.hardshell-restore-b-1/x': 'y'.repeat(1000) });
    const answer = bench.run('survey').answer as { stateBytes: number; freeBytes: number };
    expect(answer).toMatchObject({ hasState: true, stateBytes: Object.values(OLD).join('').length });
    expect(answer.freeBytes).toBeGreaterThan(0);
  });
});

describe('an archive that arrives', { timeout: 60_000 }, () => {
  it.each([
    [
      'a flipped bit',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 50), Buffer.from([255]), bytes.subarray(51)]),
    ],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
  ])('with %s is refused, and nothing of it stays', (_what, spoil) => {
    using bench = createProgramBench(ID);
    bench.write(OLD);
    const { bytes, bytesCount, sha256 } = archive(bench);
    const { code, answer } = bench.run('receive', { bytes: bytesCount, sha256 }, { input: spoil(bytes) });
    expect([code, (answer as { code: string }).code]).toEqual([65, 'backup.damaged']);
    expect(bench.left()).toEqual([]);
    expect(bench.read()).toEqual(OLD);
  });

  it('and is none of OpenClaw is refused by OpenClaw', () => {
    using bench = createProgramBench(ID);
    bench.write(OLD);
    const bytes = Buffer.from('NOT A BACKUP');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(bench.run('receive', { bytes: bytes.length, sha256 }, { input: bytes }).code).toBe(0);
    expect(bench.run('unpack').answer).toMatchObject({ code: 'backup.damaged' });
    expect(bench.read()).toEqual(OLD);
  });

  it('of another place is led here, and the lease of its gateway is gone', () => {
    using elsewhere = createProgramBench(ID);
    using bench = createProgramBench(ID);
    const from = elsewhere.stateDir;
    elsewhere.write({ 'openclaw.json': JSON.stringify({ workspace: `${from}/workspace`, other: `${from}-2/x` }) });
    elsewhere.write({ 'state/x': '', 'workspace/a': 'a' });
    symlinkSync(`${from}/workspace`, join(from, 'link'));
    const said = `I wrote it to ${from}/a`;
    const job = JSON.stringify({ at: `${from}/a`, no: 1 });
    runSql(
      join(from, 'state', 'openclaw.sqlite'),
      `CREATE TABLE state_leases (scope TEXT, lease_key TEXT, owner TEXT) STRICT;
      INSERT INTO state_leases VALUES ('gateway-owner', 'global', 'me'), ('other', 'x', 'me');
      CREATE TABLE agent_database_leases (lease_id TEXT PRIMARY KEY, agent_id TEXT, owner_pid INTEGER) STRICT;
      INSERT INTO agent_database_leases VALUES ('one', 'main', ${String(process.pid)});
      CREATE TABLE cron_jobs (store_key TEXT PRIMARY KEY, job_json TEXT, said TEXT) STRICT;
      INSERT INTO cron_jobs VALUES ('${from}/cron/jobs.json', '${job}', '${said}')`,
    );
    const { bytes, bytesCount, sha256 } = archive(elsewhere);
    bench.run('receive', { bytes: bytesCount, sha256 }, { input: bytes });
    expect(bench.run('unpack').answer).toEqual({ version: '2026.9.6', from, outside: [] });
    const staged = join(bench.stateDir, `.hardshell-restore-${ID}`, 'new');
    const here = bench.stateDir;
    const config: unknown = JSON.parse(readFileSync(join(staged, 'openclaw.json'), 'utf8'));
    expect(config).toEqual({ workspace: `${here}/workspace`, other: `${from}-2/x` });
    expect(readlinkSync(join(staged, 'link'))).toBe(`${here}/workspace`);
    const copy = join(staged, 'state', 'openclaw.sqlite');
    expect(runSql(copy, 'SELECT scope FROM state_leases')).toEqual([{ scope: 'other' }]);
    expect(runSql(copy, 'SELECT * FROM agent_database_leases')).toEqual([]);
    // What somebody said stays as it was said.
    expect(runSql(copy, 'SELECT * FROM cron_jobs')).toEqual([
      { store_key: `${here}/cron/jobs.json`, job_json: JSON.stringify({ at: `${here}/a`, no: 1 }), said },
    ]);
  });
});

describe('swapping', { timeout: 60_000 }, () => {
  it('brings all of the backup and keeps what is ours', () => {
    using bench = createProgramBench(ID);
    stage(bench);
    bench.write({ '.hardshell-suspended': 'why' });
    expect(bench.run('swap').code).toBe(0);
    expect(bench.read()).toEqual({ ...NEW, 'openclaw.json': '{"new":2}' });
    bench.run('clear');
    expect(bench.left()).toEqual(['.hardshell-suspended']);
    expect(bench.run('back').code).toBe(0);
    expect(bench.read()).toEqual({ ...NEW, 'openclaw.json': '{"new":2}' });
  });

  it('goes back to what was there, whatever the new state has made meanwhile', () => {
    using bench = createProgramBench(ID);
    stage(bench);
    bench.run('swap');
    bench.write({ 'made-by-the-gateway.txt': 'z', 'only-old.txt': 'another' });
    bench.run('back');
    expect(bench.read()).toEqual(OLD);
    expect(bench.left()).toEqual([]);
  });

  it('that was cut short anywhere goes on, and goes back from anywhere, also when that is cut short', () => {
    using bench = createProgramBench(ID);
    stage(bench);
    const staged = join(bench.stateDir, '..', 'staged');
    cpSync(bench.stateDir, staged, { recursive: true });
    let cuts = 0;
    for (let cutAt = 1; ; cutAt += 1) {
      empty(bench);
      cpSync(staged, bench.stateDir, { recursive: true });
      const first = bench.run('swap', {}, { cutAt });
      if (first.code === 0) break;
      cuts += 1;
      if (cutAt % 2 === 0) {
        expect(bench.run('swap').code).toBe(0);
        expect(bench.read(), `cut at ${String(cutAt)}`).toEqual({ ...NEW, 'openclaw.json': '{"new":2}' });
      } else {
        // A gateway that was started in between has left something.
        bench.write({ 'stranger.txt': 's' });
        const back = bench.run('back', {}, { cutAt: 1 + (cutAt % 7) });
        if (back.code !== 0) expect(bench.run('back').code).toBe(0);
        const { 'stranger.txt': stranger = 's', ...rest } = bench.read();
        expect([stranger, rest], `cut at ${String(cutAt)}, then going back`).toEqual(['s', OLD]);
        expect(bench.left()).toEqual([]);
      }
      bench.run('clear');
    }
    expect(cuts).toBeGreaterThan(8);
  }, 120_000);

  it('refuses to begin while that of another backup was cut short', () => {
    using bench = createProgramBench(ID);
    stage(bench);
    bench.run('swap', {}, { cutAt: 4 });
    const other = 'b-ffffffffffffffff';
    const params = { id: other, bytes: 0, sha256: createHash('sha256').digest('hex') };
    expect(bench.run('receive', params, { input: Buffer.alloc(0) }).answer).toMatchObject({ code: 'restore.failed' });
    // Nor does it clear away what the other has to put back.
    expect(bench.run('clear', { id: other }).answer).toMatchObject({ code: 'restore.failed' });
    bench.run('back');
    expect(bench.read()).toEqual(OLD);
  });

  it('takes in no archive over what it has moved, also of its own backup', () => {
    using bench = createProgramBench(ID);
    stage(bench);
    const params = { bytes: 0, sha256: createHash('sha256').digest('hex') };
    const receive = (): unknown => bench.run('receive', params, { input: Buffer.alloc(0) }).answer;
    bench.run('swap', {}, { cutAt: 5 });
    expect(receive()).toMatchObject({ code: 'restore.failed' });
    bench.run('swap');
    bench.run('back', {}, { cutAt: 3 });
    expect(receive()).toMatchObject({ code: 'restore.failed' });
    bench.run('back');
    expect(bench.read()).toEqual(OLD);
  });

  it('back again leaves what came once all of it was back', () => {
    using bench = createProgramBench(ID);
    stage(bench);
    bench.run('swap');
    const journal = join(bench.stateDir, JOURNAL);
    const begun = JSON.parse(readFileSync(journal, 'utf8')) as object;
    bench.run('back');
    // The last that goes of it is its journal.
    writeFileSync(journal, JSON.stringify({ ...begun, phase: 'back', waiting: [] }));
    bench.write({ 'since.txt': 'since' });
    bench.run('back');
    expect([bench.read(), bench.left()]).toEqual([{ ...OLD, 'since.txt': 'since' }, []]);
  });

  it('of another backup that is through keeps what no backup could be made of', () => {
    using bench = createProgramBench(ID);
    stage(bench, { kept: false });
    bench.run('swap');
    // Cut short before it was cleared; then somebody restores another one.
    bench.run('clear', { id: 'b-ffffffffffffffff' });
    expect(readFileSync(join(bench.stateDir, '.hardshell-before', 'only-old.txt'), 'utf8')).toBe('x');
  });
});

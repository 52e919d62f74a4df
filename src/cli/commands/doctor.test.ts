import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { A_DIGEST, aBundle, someFindings } from '../../../test/cli/fake-diagnosis.ts';
import { parseLines, runFake } from '../../../test/cli/run-fake.ts';

const changesOf = (calls: readonly (readonly [string, unknown?])[]): unknown[] =>
  calls.flatMap(([name, asked]) => (name === 'change.preview' ? [(asked as { change: unknown }).change] : []));

describe('doctor', () => {
  it('tells what is wrong, the worst first, and ends with 1', async () => {
    const { code, core, io } = await runFake(['doctor', 'research']);
    expect(code).toBe(1);
    expect(core.calls.map(([name]) => name)).toEqual(['diagnosis.look', 'diagnosis.look']);
    expect(io.written.out.indexOf('While nobody is logged in')).toBeLessThan(io.written.out.indexOf('Old sessions'));
    expect(io.written.out).toContain('--fix --only files.sessions');
  });

  it('is content where nothing is bad', async () => {
    const fine = someFindings.quick.filter(({ level }) => level === 'ok');
    const script = { findings: { quick: fine, slow: [] } };
    const { code, io } = await runFake(['doctor', 'research'], { script });
    expect([code, io.written.err]).toEqual([0, '']);
    expect(io.written.out).toContain('research is well');
  });

  it('--quick leaves out what takes seconds', async () => {
    const { core } = await runFake(['doctor', 'research', '--quick']);
    expect(core.calls).toEqual([['diagnosis.look', { name: 'research', depth: 'quick' }]]);
  });

  it('--fix mends what does no harm, and --only what is chosen', async () => {
    const safe = await runFake(['doctor', 'research', '--fix', '--yes']);
    expect(safe.code).toBe(0);
    expect(changesOf(safe.core.calls)).toEqual([{ kind: 'repair', checks: ['service.linger'] }]);
    const chosen = await runFake(['doctor', 'research', '--fix', '--only', 'files.sessions', '--yes']);
    expect(changesOf(chosen.core.calls)).toEqual([{ kind: 'repair', checks: ['files.sessions'] }]);
  });

  it('shows what the doctor of OpenClaw would write before it asks', async () => {
    const invalid = {
      id: 'openclaw.config',
      title: 'openclaw.json',
      level: 'bad',
      because: 'gateway: Unrecognized key: "bogus"',
      fix: { id: 'doctor', label: 'Let OpenClaw mend it', isCareful: true },
    } as const;
    const script = { findings: { quick: [], slow: [invalid] } };
    const { core, io } = await runFake(['doctor', 'research', '--fix', '--only', 'openclaw.config', '--yes'], {
      script,
    });
    expect(io.written.out).toContain('- "bogus": 1');
    expect(core.calls.map(([name]) => name)).toEqual(
      expect.arrayContaining(['diagnosis.doctorDiff', 'change.preview', 'start']),
    );
    // What was shown, and nothing else.
    expect(changesOf(core.calls)).toEqual([{ kind: 'repair', checks: ['openclaw.config'], shown: A_DIGEST }]);
    const told = await runFake(['doctor', 'research', '--fix', '--only', 'openclaw.config', '--yes', '--json'], {
      script,
    });
    expect(parseLines(told.io).at(-1)).toMatchObject({ ok: true, doctorDiff: { changes: 1, digest: A_DIGEST } });
  });

  it.each([
    [['--yes'], '--fix'],
    [['--only', 'no.such'], 'no.such'],
    [['--only', 'NOT A CHECK'], 'check'],
  ])('refuses %j', async (options, said) => {
    const { code, core, io } = await runFake(['doctor', 'research', ...options]);
    expect(code).toBe(2);
    expect(io.written.err).toContain(said);
    expect(changesOf(core.calls)).toEqual([]);
  });

  it('says all of it in JSON', async () => {
    const { code, io } = await runFake(['doctor', 'research', '--json']);
    expect(code).toBe(1);
    expect(parseLines(io).at(-1)).toMatchObject({
      ok: false,
      error: { code: 'diagnosis.unhealthy' },
      diagnosis: { findings: [...someFindings.quick, ...someFindings.slow] },
    });
  });
});

describe('bundle', () => {
  let cwd: string;
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'hardshell-bundle-'));
  });
  afterAll(() => rm(cwd, { recursive: true, force: true }));

  it('is listed file by file, and written for this account alone', async () => {
    const { code, io } = await runFake(['bundle', 'research', '--yes'], { cwd });
    expect([code, io.written.err]).toEqual([0, '']);
    const path = join(cwd, aBundle.fileName);
    expect(await readFile(path, 'utf8')).toBe('packed');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(io.written.out).toContain('logs/gateway.log');
    expect(io.written.out).toContain(path);
  });

  it('never writes over a file', async () => {
    await writeFile(join(cwd, 'mine.tar.gz'), 'mine');
    const { code, io } = await runFake(['bundle', 'research', '--output', 'mine.tar.gz', '--yes', '--json'], { cwd });
    expect(code).toBe(1);
    expect(parseLines(io).at(-1)).toMatchObject({ error: { code: 'bundle.unwritable' } });
    expect(await readFile(join(cwd, 'mine.tar.gz'), 'utf8')).toBe('mine');
  });

  it('shows one file of it without writing anything', async () => {
    const { code, io } = await runFake(['bundle', 'research', '--show', 'logs/gateway.log'], { cwd });
    expect([code, io.written.out]).toEqual([0, 'listening at <ip-1>\n\n']);
    expect((await runFake(['bundle', 'research', '--show', 'x'], { cwd })).code).toBe(2);
  });
});

import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TOKEN_COPIES_SCRIPT } from './token-copies-script.ts';

const old = 'a1'.repeat(16);
const token = 'b2'.repeat(32);
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

describe.skipIf(process.platform === 'win32')('the files that name a token', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hardshell-copies-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const run = (verb: 'read' | 'write', input = ''): string =>
    execFileSync(
      process.execPath,
      [
        '-e',
        TOKEN_COPIES_SCRIPT,
        verb,
        JSON.stringify({ files: [join(dir, '.env')], unit: join(dir, 'gateway.service'), home: dir }),
      ],
      { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] },
    );

  const written = (said: string): unknown => JSON.parse(said);

  it('are none where nothing names it', async () => {
    await writeFile(
      join(dir, '.env'),
      '# OPENCLAW_GATEWAY_TOKEN=x\nOPENCLAW_GATEWAY_TOKEN=\nA=${OPENCLAW_GATEWAY_TOKEN}\n',
    );
    expect(JSON.parse(run('read'))).toEqual([]);
    expect(written(run('write', token))).toEqual({ written: [], left: [] });
  });

  it('are told by digests alone, and rewritten in place', async () => {
    const dropIns = join(dir, 'gateway.service.d');
    await mkdir(dropIns);
    await writeFile(
      join(dir, '.env'),
      `A=1\nexport OPENCLAW_GATEWAY_TOKEN='${old}'\n# OPENCLAW_GATEWAY_TOKEN=${old}\n`,
    );
    await writeFile(join(dir, 'more.env'), `OPENCLAW_GATEWAY_TOKEN=${old}`);
    await chmod(join(dir, 'more.env'), 0o640);
    await writeFile(join(dir, 'gateway.service'), `[Service]\nEnvironment=A=1 "OPENCLAW_GATEWAY_TOKEN=${old}" B=2\n`);
    await writeFile(
      join(dropIns, 'x.conf'),
      '[Service]\nEnvironmentFile=-%h/more.env\nEnvironmentFile=/nowhere/at.all\n',
    );
    const found = JSON.parse(run('read')) as unknown;
    expect(found).toEqual(
      ['.env', 'gateway.service', 'more.env'].map((name) => ({ path: join(dir, name), digests: [digest(old)] })),
    );
    expect(JSON.stringify(found)).not.toContain(old);

    expect(written(run('write', token))).toMatchObject({ written: { length: 3 }, left: [] });
    expect(await readFile(join(dir, '.env'), 'utf8')).toBe(
      `A=1\nexport OPENCLAW_GATEWAY_TOKEN='${token}'\n# OPENCLAW_GATEWAY_TOKEN=${old}\n`,
    );
    expect(await readFile(join(dir, 'gateway.service'), 'utf8')).toBe(
      `[Service]\nEnvironment=A=1 "OPENCLAW_GATEWAY_TOKEN=${token}" B=2\n`,
    );
    expect(await readFile(join(dir, 'more.env'), 'utf8')).toBe(`OPENCLAW_GATEWAY_TOKEN=${token}`);
    expect((await stat(join(dir, 'more.env'))).mode & 0o777).toBe(0o640);
    expect(written(run('write', token))).toEqual({ written: [], left: [] });
  });

  it('are rewritten but for those that cannot be, which are named', async () => {
    const more = join(dir, 'more.env');
    await writeFile(join(dir, '.env'), `OPENCLAW_GATEWAY_TOKEN=${old}\n`);
    await writeFile(more, `OPENCLAW_GATEWAY_TOKEN=${old}\n`);
    await writeFile(join(dir, 'gateway.service'), `[Service]\nEnvironmentFile=${more}\n`);
    await mkdir(join(dir, '.hardshell-.env'));
    expect(written(run('write', token))).toEqual({ written: [more], left: [join(dir, '.env')] });
    expect(await readFile(more, 'utf8')).toContain(token);
    expect(await readFile(join(dir, '.env'), 'utf8')).toContain(old);
  });

  it('are left alone where what arrives is no token', async () => {
    await writeFile(join(dir, '.env'), `OPENCLAW_GATEWAY_TOKEN=${old}\n`);
    expect(() => run('write', 'two words')).toThrow();
    expect(await readFile(join(dir, '.env'), 'utf8')).toContain(old);
  });
});

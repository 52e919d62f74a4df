import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  describeDowntime,
  EXIT_NOT_KEPT,
  KEEP_PACKAGE,
  PUT_PACKAGE_BACK,
  readUpgradeAnswer,
  upgradeError,
} from './server-upgrade.ts';

it('says why the updater failed, and where a person would look', () => {
  const answer = { isGood: false, code: 1, status: 'error', reason: 'global-install-failed', downMs: 0 };
  const error = upgradeError('2026.9.6', { ...answer, log: ['ENOSPC'], npmPrefix: '/root' }, []);
  expect(error.message).toBe("OpenClaw's own updater failed: global-install-failed.");
  expect(error.details).toMatchObject({ updateLog: ['ENOSPC'], npmPrefix: '/root' });
});

it('says that an updater was ended, and not what it said of that', () => {
  const answer = { isGood: false, code: 1, status: 'error', downMs: 900_000 };
  expect(upgradeError('2026.9.6', { ...answer, whyEnded: 'silent' }, []).message).toContain('answered for 15 minutes');
  expect(upgradeError('2026.9.6', { ...answer, whyEnded: 'late' }, []).message).toContain('no end in 55 minutes');
});

it('has a sentence for an updater that was killed', () => {
  expect(upgradeError('2026.9.6', undefined, ['Killed']).message).toContain('ended without a word');
});

it('takes nothing said for nothing said, as OpenClaw writes it', () => {
  const line = '{"isGood":true,"code":0,"status":"succeeded","reason":null,"version":"2026.9.6","downMs":236200}';
  expect(readUpgradeAnswer(`${line}\n`)).toMatchObject({ isGood: true, version: '2026.9.6', downMs: 236_200 });
});

it('says a downtime in seconds', () => {
  expect(describeDowntime(12_345)).toBe('the gateway did not answer for 12.3 s');
});

it('keeps the older program beside the newer one, and puts exactly that back', () => {
  const prefix = mkdtempSync(join(tmpdir(), 'hardshell-kept-'));
  const [place, kept] = [join(prefix, 'lib/openclaw'), join(prefix, '.older/lib/openclaw')];
  const write = (version: string): void => {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'package.json'), `{\n  "name": "openclaw",\n  "version": "${version}"\n}\n`);
  };
  const sh = (script: string, ...words: string[]): number | null =>
    spawnSync('sh', ['-c', script, 'sh', ...words]).status;
  try {
    mkdirSync(join(prefix, 'bin'));
    // Of a run that was cut short between its two renames.
    mkdirSync(join(prefix, '.retired.abcdef/openclaw'), { recursive: true });
    write('2026.9.5');
    expect(sh(KEEP_PACKAGE, place, kept)).toBe(0);
    // An updater that was killed in its swap leaves no program: what is kept is all there is.
    rmSync(place, { recursive: true });
    expect(sh(KEEP_PACKAGE, place, kept)).toBe(0);
    write('2026.9.6');
    expect(sh(PUT_PACKAGE_BACK, kept, place, '2026.9.4', prefix)).toBe(EXIT_NOT_KEPT);
    expect(sh(PUT_PACKAGE_BACK, kept, place, '2026.9.5', prefix)).toBe(0);
    expect(readFileSync(join(place, 'package.json'), 'utf8')).toContain('2026.9.5');
    expect([readdirSync(prefix), readdirSync(join(prefix, 'bin'))]).toEqual([['.older', 'bin', 'lib'], ['openclaw']]);
  } finally {
    rmSync(prefix, { recursive: true, force: true });
  }
});

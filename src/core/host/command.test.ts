import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  change,
  changeScript,
  formatCommand,
  formatShell,
  query,
  queryScript,
  quoteWord,
  resolveArgv,
} from './command.ts';

/** Text that any argument may be: every character but NUL, and no half of one. */
const anyText = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text));
const nastyText = fc.oneof(
  anyText,
  fc.stringMatching(/^[-'"`$(){}\\\n\r\t !*?[\]~#&|;<>=%^a]{0,12}$/),
  fc.constantFrom(
    '$(id)',
    '`id`',
    "'",
    "''",
    "'\\''",
    '"',
    '\\',
    '\n',
    '-n',
    '--',
    '',
    ' ',
    '~',
    '*',
    '$HOME',
    '!!',
    'a\nb',
    'é\u0301',
    '🦀',
    '=ls',
    '%1',
  ),
);

/** Many at once: what takes time is a process, not a word. */
const manyTexts = fc.array(nastyText, { minLength: 20, maxLength: 100 });

const shells = ['sh', 'bash', 'zsh', 'fish', 'busybox'].filter(
  (shell) => spawnSync(shell, ['-c', 'true']).error === undefined,
);

describe('words for a shell', () => {
  it.each(shells)('come out of %s as they went in', { timeout: 60_000 }, (shell) => {
    const args = shell === 'busybox' ? ['sh', '-c'] : ['-c'];
    fc.assert(
      fc.property(fc.oneof(manyTexts, fc.constant([])), (words) => {
        const printed = execFileSync(shell, [...args, formatShell(['printf', '%s\\0', ...words])]);
        expect(printed.toString().split('\0')).toEqual(words.length === 0 ? ['', ''] : [...words, '']);
      }),
      { numRuns: 12 },
    );
  });

  it('survive one shell inside another', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(manyTexts, (words) => {
        const inner = formatShell(['sh', '-c', 'printf "%s\\0" "$@"', 'sh', ...words]);
        const printed = execFileSync('sh', ['-c', formatShell(['sh', '-c', inner])]).toString();
        expect(printed.split('\0')).toEqual([...words, '']);
      }),
      { numRuns: 12 },
    );
  });

  it('stay readable where they can', () => {
    expect(formatShell(['npm', 'install', '--prefix', '/opt/a-b_c', 'openclaw@2026.9.5', 'a=b'])).toBe(
      'npm install --prefix /opt/a-b_c openclaw@2026.9.5 a=b',
    );
    expect(quoteWord("it's")).toBe(`'it'\\''s'`);
    expect(quoteWord('=ls')).toBe("'=ls'");
  });
});

describe('a command', () => {
  it('carries what it is', () => {
    expect(query(['ls', 1])).toEqual({ argv: ['ls', '1'], effect: 'read', runAs: 'login', env: {}, slow: false });
    expect(change(['rm', 'x'], { runAs: 'root', env: { A: 'b' }, slow: true })).toEqual({
      argv: ['rm', 'x'],
      effect: 'change',
      runAs: 'root',
      env: { A: 'b' },
      slow: true,
    });
    expect(queryScript('echo "$1"', ['a']).argv).toEqual(['sh', '-c', 'echo "$1"', 'sh', 'a']);
    expect(changeScript('true').effect).toBe('change');
  });

  it('brings its variables as arguments of env', { timeout: 60_000 }, () => {
    expect(resolveArgv(query(['ls']))).toEqual(['ls']);
    fc.assert(
      fc.property(manyTexts, (values) => {
        const env = Object.fromEntries(values.map((value, index) => [`V${index}`, value]));
        const [program, ...args] = resolveArgv(query(['env', '-0'], { env }));
        const printed = execFileSync(program, args).toString().split('\0');
        for (const [name, value] of Object.entries(env)) expect(printed).toContain(`${name}=${value}`);
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    ['a NUL', () => query(['echo', 'a\0b'])],
    ['half a character', () => query(['echo', 'a\ud800b'])],
    ['a NUL in a variable', () => query(['env'], { env: { A: '\0' } })],
    ['a variable that is none', () => query(['env'], { env: { 'A B': '' } })],
    ['a variable instead of a program', () => query(['A=b', 'c'])],
    ['an option instead of a program', () => query(['-x'])],
    ['no program', () => query([''])],
  ])('cannot hold %s', (_what, build) => {
    expect(build).toThrow(TypeError);
  });

  it('is shown in one line, long scripts by their beginning', () => {
    expect(formatCommand(queryScript('set -eu\nrm -rf "$1"', ["it's"]))).toBe(`sh -c 'set -eu…' 'it'\\''s'`);
    expect(formatCommand(query(['ls', '-l']))).toBe('ls -l');
  });
});

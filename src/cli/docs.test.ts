import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runFake } from '../../test/cli/run-fake.ts';
import { examples } from './examples.ts';
import { createProgram } from './program.ts';

const read = (name: string): Promise<string> => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
const program = createProgram('0.1.0', () => () => Promise.resolve());

function commandPaths(): string[] {
  return program.commands.flatMap((command) =>
    command.commands.length === 0
      ? [command.name()]
      : command.commands.map((child) => `${command.name()} ${child.name()}`),
  );
}

/** As a shell would: words, quotes, and no redirections. */
function parseShellLine(line: string): string[] {
  return Array.from(
    line.replace(/ [<>].*$/, '').matchAll(/'([^']*)'|(\S+)/g),
    ([, quoted, word]) => quoted ?? word ?? '',
  );
}

/** Parses without doing: a program of its own for each line, because commander keeps what it has parsed. */
async function parses(line: string): Promise<unknown> {
  const [name, ...argv] = parseShellLine(line);
  if (name !== 'hardshell') throw new Error(`Not of this program: ${line}`);
  const checked = createProgram('0.1.0', () => () => Promise.resolve());
  const strict = (command: typeof checked): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    command.commands.forEach(strict);
  };
  strict(checked);
  return await checked.parseAsync(argv, { from: 'user' });
}

describe('the help', () => {
  it.each([[], ...commandPaths().map((path) => path.split(' '))])(
    'of %s %s ends well and shows only what parses',
    async (...path) => {
      const { code, io } = await runFake([...path, '--help']);
      expect([code, io.written.err]).toEqual([0, '']);
      expect(io.written.out).toContain(`Usage: ${['hardshell', ...path].join(' ')}`);
      for (const line of examples[['hardshell', ...path].join(' ')] ?? []) {
        expect(io.written.out).toContain(line);
        await parses(line);
      }
    },
  );

  it('lists every command', async () => {
    const { io } = await runFake(['--help']);
    for (const command of program.commands) expect(io.written.out).toMatch(new RegExp(`^ {2}${command.name()} `, 'm'));
  });

  it('has examples for nothing that is not there', () => {
    const paths = [
      'hardshell',
      ...program.commands.map((command) => `hardshell ${command.name()}`),
      ...commandPaths().map((path) => `hardshell ${path}`),
    ];
    for (const path of Object.keys(examples)) expect(paths).toContain(path);
  });

  it('goes to standard error, with 2, where there is no command', async () => {
    for (const argv of [[], ['trust'], ['runs']]) {
      const { code, io } = await runFake(argv);
      expect([code, io.written.out]).toEqual([2, '']);
      expect(io.written.err).toContain('Usage:');
    }
  });

  it('is human even when JSON was asked for', async () => {
    expect((await runFake(['deploy', '--json', '--help'])).io.written.out).toContain('Usage: hardshell deploy');
  });

  it('tells the version', async () => {
    const { code, io } = await runFake(['--version']);
    expect([code, io.written.out]).toEqual([0, '0.1.0\n']);
  });

  it.each([
    [['depoly', 'x'], 'deploy'],
    [['status', 'x', '--jsn'], '--json'],
    [['trust', 'lst'], 'list'],
  ])('of a mistake %j suggests %s', async (argv, meant) => {
    const { code, io } = await runFake(argv);
    expect([code, io.written.out]).toEqual([2, '']);
    expect(io.written.err).toContain(`Did you mean ${meant}?`);
  });
});

describe('README.md', () => {
  it('lists exactly the commands that there are', async () => {
    const listed = Array.from(
      (await read('README.md')).matchAll(/^\| `hardshell ([a-z-]+(?: [a-z]+)?)/gm),
      ([, path]) => path,
    );
    expect(listed.sort()).toEqual(commandPaths().sort());
  });

  it('shows only what parses', async () => {
    const shown = Array.from((await read('README.md')).matchAll(/^hardshell .*$/gm), ([line]) => line);
    expect(shown.length).toBeGreaterThan(8);
    for (const line of shown) await parses(line);
  });

  it('names exactly the variables that are read', async () => {
    const readers = [
      'src/native/settings.ts',
      'src/native/data-dir.ts',
      'src/cli/output/look.ts',
      'src/main/extra-certificates.ts',
      'src/core/container-engine/local-endpoints.ts',
    ];
    const sources = (await Promise.all(readers.map(read))).join('');
    const names = Array.from(
      sources.matchAll(/'((?:HARDSHELL_|SSH_|DOCKER_|NO_|CI)[A-Z_]*|XDG_DATA_HOME)'/g),
      ([, name]) => name,
    );
    const listed = Array.from(
      (await read('README.md')).matchAll(/^\| ((?:`[A-Z_]+`(?:, )?)+) +\|/gm),
      ([, cell = '']) => Array.from(cell.matchAll(/[A-Z_]+/g), ([name]) => name),
    ).flat();
    expect(listed.sort()).toEqual([...new Set(names)].sort());
  });
});

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { root } from '../scripts/checkout.mjs';
import { tempDataDir } from './lab/temp-data-dir.ts';

/** Says who it is, then does what its first argument asks for. */
const program = `
  const [what, code] = process.argv.slice(2);
  if (what === 'wait') {
    process.on('SIGINT', () => process.exit(130));
    process.stdin.resume();
  }
  process.stdout.write(JSON.stringify({ pid: process.pid, args: process.argv.slice(2) }) + '\\n');
  if (what === 'exit') process.exitCode = Number(code);
  if (what === 'die') process.kill(process.pid, 'SIGTERM');
`;

interface Launched {
  readonly launcher: ChildProcess;
  readonly said: Promise<{ readonly pid: number; readonly args: readonly string[] }>;
  readonly ended: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>;
}

/** `oldNode`: as if the launcher ran on a Node.js that is too old for tools, so that it has to start another one. */
async function launch(args: readonly string[], { oldNode = false } = {}): Promise<Launched> {
  const build = await tempDataDir();
  onTestFinished(() => build[Symbol.asyncDispose]());
  writeFileSync(join(build.path, 'cli.js'), program);
  writeFileSync(join(build.path, 'package.json'), '{"type":"module"}');
  const old = `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '20.18.1' })`;
  const launcher = spawn(
    process.execPath,
    [...(oldNode ? ['--import', old] : []), join(root, 'bin', 'hardshell'), ...args],
    { env: { ...process.env, HARDSHELL_BUILD: build.path }, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const said = once(launcher.stdout, 'data').then(([line]) => JSON.parse(String(line)) as Awaited<Launched['said']>);
  const ended = once(launcher, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  onTestFinished(() => void launcher.kill('SIGKILL'));
  return { launcher, said, ended };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.each([{ oldNode: false }, { oldNode: true }])('the launcher (starts another Node.js: $oldNode)', (how) => {
  it('passes on arguments as they are, and the exit code', async () => {
    const { said, ended } = await launch(['exit', '7', "it's $(x)", '', 'ü\n'], how);
    expect((await said).args).toEqual(['exit', '7', "it's $(x)", '', 'ü\n']);
    expect(await ended).toEqual([7, null]);
  });

  it('passes on Ctrl-C', async () => {
    const { launcher, said, ended } = await launch(['wait'], how);
    await said;
    launcher.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
  });

  it('passes on being asked to end', async () => {
    const { launcher, said, ended } = await launch(['wait'], how);
    await said;
    launcher.kill('SIGTERM');
    const [code, signal] = await ended;
    expect(code ?? signal).toBe(how.oldNode ? 143 : 'SIGTERM');
  });

  it('does not leave the program alone when it is killed', async () => {
    const { launcher, said, ended } = await launch(['wait'], how);
    const { pid } = await said;
    launcher.kill('SIGKILL');
    await ended;
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });
});

describe('the launcher', () => {
  it('ends with 128 and the number of the signal that ended the program', async () => {
    const { ended } = await launch(['die'], { oldNode: true });
    expect(await ended).toEqual([143, null]);
  });
});

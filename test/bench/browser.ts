import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { readAddress } from '../lab/serve-address.ts';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A script of this folder for a page, with what it imports, as one. */
export async function bundleForPage(entry: 'watch-frames.mjs' | 'watch-terminal.mjs'): Promise<string> {
  const built = await build({
    root: fromHere('../..'),
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      lib: { entry: fromHere(entry), formats: ['iife'], name: 'hardshellBench' },
    },
  });
  const outputs = Array.isArray(built) ? built.flatMap(({ output }) => output) : 'output' in built ? built.output : [];
  const script = outputs.find((file) => file.type === 'chunk');
  if (script === undefined) throw new Error('There is no script.');
  return script.code;
}

export interface Door extends AsyncDisposable {
  readonly url: string;
}

/** `hardshell serve` of the build. */
export async function openDoor(env: Readonly<Record<string, string>>): Promise<Door> {
  const launcher = fromHere('../../bin/hardshell');
  const door = spawn(process.execPath, [launcher, 'serve', '--json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    url: await readAddress(door),
    async [Symbol.asyncDispose]() {
      if (door.exitCode !== null) return;
      const ended = once(door, 'exit');
      door.kill('SIGINT');
      await ended;
    },
  };
}

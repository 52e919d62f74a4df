import { spawn } from 'node:child_process';

/**
 * Runs a program and hands back how it ended; its output goes to our standard error, so that standard output
 * stays free for what was asked for.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, output?: 'stderr' | 'inherit' | 'collect', shell?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>} code 127 when it could not be started
 */
export function runCommand(file, args, options = {}) {
  const { output = 'stderr', ...rest } = options;
  /** @type {import('node:child_process').StdioOptions} */
  const stdio =
    output === 'inherit'
      ? 'inherit'
      : output === 'collect'
        ? ['ignore', 'pipe', 'pipe']
        : ['ignore', process.stderr, process.stderr];
  return new Promise((resolve) => {
    const child = spawn(file, [...args], { ...rest, stdio });
    let collected = '';
    /** @param {Buffer} chunk */
    const collect = (chunk) => void (collected += chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', (error) => resolve({ code: 127, output: `${file}: ${error.message}\n` }));
    // whoever asks us to end means what we run as well, and nothing shall follow it
    const passOn = () => {
      child.once('close', () => process.exit(143));
      child.kill('SIGTERM');
    };
    process.once('SIGTERM', passOn);
    child.on('close', () => process.off('SIGTERM', passOn));
    child.on('close', (code, signal) => resolve({ code: code ?? (signal === null ? 1 : 128), output: collected }));
  });
}

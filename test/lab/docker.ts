import { spawn } from 'node:child_process';

export interface Output {
  /** -1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the docker client and hands back how it ended, whatever the exit code. */
export function tryDocker(args: readonly string[], stdin?: string | Buffer): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', [...args], { stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({
        code: code ?? -1,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
    // a command that ends before it has read everything is no error of its own
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(stdin);
  });
}

/** Runs the docker client, hands back its output, throws when it fails. */
export async function docker(args: readonly string[], stdin?: string | Buffer): Promise<string> {
  const { code, stdout, stderr } = await tryDocker(args, stdin);
  if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`);
  return stdout.trim();
}

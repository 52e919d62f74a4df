import { spawn } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LabServer } from '../lab/server.ts';

const launcher = fileURLToPath(new URL('../../bin/hardshell', import.meta.url));

/** The command line as a person starts it, with a home and a data folder of their own. */
export interface Person {
  readonly dir: string;
  readonly registry: string;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function preparePerson(dir: string, registry: string, knows: LabServer): Promise<Person> {
  await mkdir(join(dir, '.ssh'), { recursive: true, mode: 0o700 });
  await copyFile(knows.knownHostsFile, join(dir, '.ssh', 'known_hosts'));
  return { dir, registry };
}

export async function runHardshell({ dir, registry }: Person, args: readonly string[]): Promise<Ended> {
  const env = {
    ...process.env,
    HOME: dir,
    HARDSHELL_DATA_DIR: join(dir, 'data'),
    HARDSHELL_MIRROR_NPM: registry,
    SSH_AUTH_SOCK: '',
  };
  const ended = await runProcess(process.execPath, [launcher, ...args], env);
  if (ended.code !== 0)
    throw new Error(`hardshell ${args.join(' ')} ended with ${String(ended.code)}:\n${ended.stdout}\n${ended.stderr}`);
  return ended;
}

/** What the system's own ssh client is given to run a command as root. */
export function sshArguments(server: LabServer, command: string, port = server.sshPort): string[] {
  return [
    ...['-i', server.identityFile, '-p', String(port), '-o', `UserKnownHostsFile=${server.knownHostsFile}`],
    ...['-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes', `root@${server.host}`, command],
  ];
}

/** A shell script over the system's own ssh client, in one session. */
export async function runOverSsh(server: LabServer, script: string, port = server.sshPort): Promise<Ended> {
  const ended = await runProcess('ssh', sshArguments(server, 'bash -s', port), process.env, script);
  if (ended.code !== 0)
    throw new Error(`The script ended with ${String(ended.code)}:\n${ended.stdout}\n${ended.stderr}`);
  return ended;
}

function runProcess(program: string, args: readonly string[], env: NodeJS.ProcessEnv, input = ''): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
    child.stdin.end(input);
  });
}

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** OpenSSH's own agent, in the foreground, with a socket of its own. */
export interface LabAgent extends AsyncDisposable {
  readonly socket: string;
  add(identityFile: string): void;
}

export async function startSshAgent(): Promise<LabAgent> {
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-agent-'));
  const socket = join(dir, 'agent.sock');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  // It prints its address when it listens.
  await once(agent.stdout, 'data');
  return {
    socket,
    add: (identityFile) =>
      void execFileSync('ssh-add', ['-q', identityFile], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: 'ignore',
      }),
    async [Symbol.asyncDispose]() {
      const ended = once(agent, 'exit');
      agent.kill();
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

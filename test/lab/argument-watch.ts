import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabServer } from './server.ts';

const EVERY_MS = 50;

/** Every argument list that could be read while it ran: any account of a machine can read them all. */
export interface ArgumentWatch extends AsyncDisposable {
  /** Ends it. */
  finish(): Promise<string[]>;
}

/** Of this machine, and with it of every container on it. */
export function watchArgumentsHere(): ArgumentWatch {
  const seen = new Set<string>();
  let over = false;
  const look = async (): Promise<void> => {
    while (!over) {
      const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
      const found = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
      for (const words of found) if (words !== '') seen.add(words);
      await sleep(EVERY_MS);
    }
  };
  const looking = look();
  const end = async (): Promise<void> => {
    over = true;
    await looking;
  };
  return {
    async finish() {
      await end();
      return [...seen];
    },
    [Symbol.asyncDispose]: end,
  };
}

/** Of a server. */
export async function watchArguments(server: LabServer): Promise<ArgumentWatch> {
  const program = '/run/lab-watch-arguments.pl';
  await server.sh(`cat >${program}`, { stdin: await readFile(new URL('./watch-arguments.pl', import.meta.url)) });
  const child = spawn('docker', ['exec', '-i', server.id, 'perl', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const seen: string[] = [];
  const lines = createInterface({ input: child.stdout }).on('line', (line) =>
    seen.push(Buffer.from(line, 'hex').toString()),
  );
  const ended = new Promise<void>((resolve) => lines.once('close', resolve));
  child.stdin.on('error', () => undefined); // a server that was taken away has nothing more to say
  const end = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return {
    async finish() {
      await end();
      return seen;
    },
    [Symbol.asyncDispose]: end,
  };
}

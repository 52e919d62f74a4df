import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import JSON5 from 'json5';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import type { LabServer } from './server.ts';

/** What was seen on a server while runs came, went and were broken off. */
export interface Sightings {
  readonly samples: number;
  /** Runs that had commands at work, in the order in which they were first seen. */
  readonly runs: readonly string[];
  /** Moments at which commands of two runs were at work. */
  readonly overlaps: readonly string[];
  /** An npm install that no command group accounts for. */
  readonly strangers: readonly string[];
  /** How often openclaw.json was another one than before. */
  readonly configs: number;
  /** Why one of them was not as it must be, at any moment: whole, and closed to others. */
  readonly badConfigs: readonly string[];
}

export interface ServerWatch extends AsyncDisposable {
  /** Ends it. */
  finish(): Promise<Sightings>;
}

/** Looks around on a server twenty times a second, past ssh. */
export async function watchServer(server: LabServer): Promise<ServerWatch> {
  const program = '/run/lab-watch-server.pl';
  await server.sh(`cat >${program}`, { stdin: await readFile(new URL('./watch-server.pl', import.meta.url)) });
  const words = ['exec', '-i', server.id, 'perl', program, `${serverLayout.ownDir}/groups`, serverLayout.configPath];
  const child = spawn('docker', words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
  const ended = new Promise<void>((resolve) => lines.once('close', resolve));
  child.stdin.on('error', () => undefined); // a server that was taken away has nothing more to say
  const end = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return {
    async finish() {
      await end();
      return readSightings(said);
    },
    [Symbol.asyncDispose]: end,
  };
}

/** Pure. */
export function readSightings(said: readonly string[]): Sightings {
  const of = (word: string): string[] =>
    said.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const runs = of('runs').map((line) => line.split(' ').filter((run) => run !== ''));
  const configs = of('config');
  return {
    samples: Number(of('samples')[0] ?? 0),
    runs: [...new Set(runs.flat())],
    overlaps: runs.filter((alive) => alive.length > 1).map((alive) => alive.join(' and ')),
    strangers: of('stranger'),
    configs: configs.length,
    badConfigs: configs.flatMap((config) => whyBad(config) ?? []),
  };
}

function whyBad(config: string): string | undefined {
  const [mode = '', hex = ''] = config.split(' ');
  if (mode !== '600') return `its mode was ${mode}`;
  const text = Buffer.from(hex, 'hex').toString();
  try {
    JSON5.parse(text);
    return undefined;
  } catch (error) {
    return `${String(error)} in ${text.length} characters: ${text.slice(-40)}`;
  }
}

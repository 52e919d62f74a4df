import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ExecStarter } from './dockerode-exec.ts';
import type { EngineClient } from './engine-client.ts';

interface Started {
  readonly argv: readonly string[];
  readonly connection: PassThrough;
}

/** An engine whose first process gets its environment only when it has been looked for twice. */
function slowEngine(): { readonly client: EngineClient; readonly started: Started[] } {
  const started: Started[] = [];
  const nobody = 3;
  const codeOf = (index: number): number => (index < 3 ? nobody : 0);
  const docker = {
    getContainer: () => ({
      exec: ({ Cmd: argv }: { Cmd: string[] }) => {
        started.push({ argv, connection: new PassThrough() });
        return Promise.resolve({ id: String(started.length - 1) });
      },
    }),
    getExec: (id: string) => ({
      start: () => {
        const index = Number(id);
        const { connection } = started[index] as Started;
        if (index > 0) connection.end();
        // Whoever is found ends.
        if (index > 0 && codeOf(index) === 0) started[0]?.connection.end();
        return Promise.resolve(connection);
      },
      inspect: () => {
        const index = Number(id);
        const ends = index > 0 || started[0]?.connection.readableEnded === true;
        return Promise.resolve({ Running: !ends, ExitCode: index > 0 ? codeOf(index) : ends ? 143 : null });
      },
    }),
  };
  const call = (_subject: unknown, _options: unknown, ask: (signal: AbortSignal) => unknown): unknown =>
    ask(new AbortController().signal);
  const client = { docker, call, closed: new AbortController().signal } as unknown as EngineClient;
  return { client, started };
}

describe('a signal to a process in a container', () => {
  it('is sent again while the engine has said that it started, and it has not', async () => {
    const { client, started } = slowEngine();
    const process = await new ExecStarter(client).start('one', { argv: ['sleep', '300'] });
    process.stdout.resume();
    process.stderr.resume();
    process.kill('SIGTERM');
    expect(await process.exit).toEqual({ code: 143, signal: null });
    expect(started.map(({ argv }) => argv[0])).toEqual(['sleep', 'sh', 'sh', 'sh']);
  });
});

import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import type { Exit, Process } from '../host/host.ts';
import { ProgramStream } from './program-stream.ts';

interface Program {
  readonly process: Process;
  readonly stdout: PassThrough;
  readonly stderr: PassThrough;
  exit(error?: Error): void;
}

function startProgram(): Program {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let settle: (error?: Error) => void = () => undefined;
  const exit = new Promise<Exit>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve({ code: 0, signal: null }) : reject(error));
  });
  return {
    process: { stdin, stdout, stderr, exit, kill: () => undefined },
    stdout,
    stderr,
    exit: (error) => settle(error),
  };
}

it('hands on all that the program has printed before it ended, however slowly it is read', async () => {
  const program = startProgram();
  const stream = new ProgramStream(program.process);
  for (let sent = 0; sent < 50; sent += 1) program.stdout.write(Buffer.alloc(4096, sent));
  program.stdout.end();
  program.exit();
  await sleep(20);
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    await sleep(1);
  }
  const all = Buffer.concat(chunks);
  expect(all).toHaveLength(50 * 4096);
  expect(all.at(-1)).toBe(49);
});

it('ends where the program has nothing to say, not even why', async () => {
  const program = startProgram();
  const stream = new ProgramStream(program.process);
  program.stdout.end();
  program.exit();
  expect(await buffer(stream)).toHaveLength(0);
});

it('fails with what a program says that never spoke for an engine', async () => {
  const program = startProgram();
  const stream = new ProgramStream(program.process);
  program.stdout.end();
  await sleep(5);
  program.stderr.write('permission denied\n');
  await sleep(5);
  program.exit();
  await expect(buffer(stream)).rejects.toMatchObject({
    code: 'engine.unreachable',
    details: { reason: 'permission denied' },
  });
});

it('fails where the way to the machine breaks', async () => {
  const program = startProgram();
  const stream = new ProgramStream(program.process);
  program.stdout.write('half');
  program.exit(new AppError('host.connection-lost'));
  await expect(buffer(stream)).rejects.toMatchObject({ code: 'host.connection-lost' });
});

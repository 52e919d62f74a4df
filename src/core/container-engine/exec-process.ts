import { Readable, Writable, type Duplex } from 'node:stream';
import { AppError } from '../../shared/app-error.ts';
import type { Exit, Process, TerminalSize } from '../host/host.ts';
import { FrameParser, type Frame } from './log-demux.ts';

export type ExecSignal = Parameters<Process['kill']>[0];

export interface ExecEnds {
  /** Asks the engine how it ended, until it has. */
  readonly exit: () => Promise<Exit>;
  readonly kill: (signal: ExecSignal) => void;
  readonly resize: ((size: TerminalSize) => void) | undefined;
}

/** The streams of a process out of the one connection that an engine gives for them. Both have to be read. */
export function openExecProcess(
  connection: Duplex,
  ends: ExecEnds,
): Process & { readonly letGo: (error: Error) => void } {
  const resume = (): void => void connection.resume();
  const create = (): Readable => {
    const stream = new Readable({ read: resume });
    stream.on('error', () => undefined);
    return stream;
  };
  const streams = { stdout: create(), stderr: create() };
  const frames = ends.resize === undefined ? new FrameParser() : undefined;
  connection.on('data', (chunk: Buffer) => {
    const arrived: Frame[] = frames?.push(chunk) ?? [{ stream: 'stdout', payload: chunk }];
    for (const { stream, payload } of arrived) {
      if (!streams[stream].destroyed && !streams[stream].push(payload)) connection.pause();
    }
  });
  const letGo = (error: Error): void => {
    streams.stdout.destroy(error);
    streams.stderr.destroy(error);
    connection.destroy();
  };
  const ended = new Promise<void>((resolve, reject) => {
    connection.once('end', resolve);
    connection.once('error', (cause) => {
      reject(new AppError('engine.unreachable', { details: { reason: cause.message }, cause }));
    });
    connection.once('close', () => {
      reject(new AppError('engine.unreachable', { message: 'The connection to a process in a container was closed.' }));
    });
  });
  const exit = ended.then(async () => {
    for (const stream of Object.values(streams)) if (!stream.destroyed) stream.push(null);
    const how = await ends.exit();
    connection.destroy();
    return how;
  });
  // Whoever owns the process awaits it; a failure without an owner is nobody's.
  exit.catch(letGo);
  const stdin = new Writable({
    write: (chunk: Buffer, _encoding, done) => void connection.write(chunk, done),
    final: (done) => void connection.end(done),
  });
  stdin.on('error', () => undefined);
  return { stdin, ...streams, exit, kill: ends.kill, ...(ends.resize && { resize: ends.resize }), letGo };
}

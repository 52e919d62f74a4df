import { Duplex } from 'node:stream';
import { AppError, toAppError } from '../../shared/app-error.ts';
import type { Process } from '../host/host.ts';

const KEPT_CHARACTERS = 1_000;

/** A process that speaks for a connection: what it reads is written, what it prints is read. */
export class ProgramStream extends Duplex {
  readonly #program: Process;

  constructor(program: Process) {
    super({ allowHalfOpen: true });
    this.#program = program;
    let said = '';
    let hasSpoken = false;
    program.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-KEPT_CHARACTERS)));
    program.stdout.on('data', (chunk: Buffer) => {
      hasSpoken = true;
      if (!this.destroyed && !this.push(chunk)) program.stdout.pause();
    });
    program.stdin.on('error', () => undefined);
    // Not when the program ends: what it has printed may still wait here for a reader who takes his time.
    const isRead = new Promise<void>((resolve) => {
      program.stdout.once('end', resolve).once('close', resolve);
    });
    void isRead.then(() => {
      if (hasSpoken && !this.destroyed) this.push(null);
    });
    Promise.all([program.exit, isRead]).then(
      () => {
        if (this.destroyed || hasSpoken) return;
        if (said === '') this.push(null);
        else this.destroy(new AppError('engine.unreachable', { details: { reason: said.trim() } }));
      },
      (error: unknown) => this.destroy(toAppError(error)),
    );
  }

  override _read(): void {
    this.#program.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#program.stdin.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#program.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // Without its input it ends by itself; killed as well, in case that it waits for an engine that hangs.
    this.#program.stdin.end();
    this.#program.kill('SIGTERM');
    this.#program.stdout.resume();
    done(error);
  }
}

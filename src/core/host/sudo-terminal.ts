import { randomBytes } from 'node:crypto';
import { PassThrough, Transform } from 'node:stream';
import type { Secret } from '../../shared/secret.ts';
import type { Process } from './host.ts';

/** The two moments that tell when sudo listens: texts that nothing else prints. */
export interface SudoMarks {
  /** What sudo asks for the password with. */
  readonly prompt: string;
  /** What the command says first. */
  readonly begin: string;
}

const BEGIN = 'printf %s "$1"; shift; exec "$@"';

export function createSudoMarks(): SudoMarks {
  const nonce = randomBytes(8).toString('hex');
  return { prompt: `[sudo ${nonce}]`, begin: `[began ${nonce}]` };
}

/** The argument list for a terminal: sudo asks recognisably, and the command says that it begins. Pure. */
export function argvForSudoTerminal(argv: readonly string[], marks: SudoMarks): readonly [string, ...string[]] {
  return ['sudo', '-k', '-S', '-p', marks.prompt, '--', 'sh', '-c', BEGIN, 'sh', marks.begin, ...argv];
}

/**
 * Answers sudo's question for a password in a terminal, and takes both out of what is shown. A password that is typed before
 * the question would be echoed for everybody to read; and sudo throws away what is typed between question and command, so
 * that has to wait as well.
 */
export function answerSudoPrompt(started: Process, marks: SudoMarks, password: Secret): Process {
  const stdin = new PassThrough();
  let waitsFor: 'prompt' | 'begin' | 'nothing' = 'prompt';
  // Latin-1 keeps every byte as it is, wherever a chunk ends.
  let held = '';
  const stdout = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (waitsFor === 'nothing') {
        done(null, chunk);
        return;
      }
      held += chunk.toString('latin1');
      if (waitsFor === 'prompt' && held.includes(marks.prompt)) {
        held = held.replace(marks.prompt, '');
        waitsFor = 'begin';
        started.stdin.write(`${password.reveal()}\n`);
      }
      if (waitsFor === 'begin' && held.includes(marks.prompt)) {
        // Asked once more: the password is not the right one any longer, and nobody else knows another.
        started.kill('SIGTERM');
        started.stdin.end();
      }
      if (held.includes(marks.begin)) {
        waitsFor = 'nothing';
        const shown = held.replace(marks.begin, '').replace(/^\r?\n/, '');
        stdin.pipe(started.stdin);
        done(null, Buffer.from(shown, 'latin1'));
        return;
      }
      done();
    },
    flush(done) {
      if (waitsFor !== 'nothing') stdin.resume();
      done(null, waitsFor === 'nothing' ? null : Buffer.from(held.replaceAll(marks.prompt, ''), 'latin1'));
    },
  });
  for (const stream of [stdin, stdout]) stream.on('error', () => undefined);
  started.stdout.on('error', (error) => stdout.destroy(error));
  started.stdout.pipe(stdout);
  return {
    stdin,
    stdout,
    stderr: started.stderr,
    exit: started.exit,
    kill: (signal) => started.kill(signal),
    ...(started.resize === undefined ? {} : { resize: started.resize.bind(started) }),
  };
}

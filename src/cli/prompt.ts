import { StringDecoder } from 'node:string_decoder';
import { AppError } from '../shared/app-error.ts';
import { Secret } from '../shared/secret.ts';
import type { Input } from './io.ts';

/** Longest answer that is read; what a person types is shorter, and a stuck key fills no memory. */
const MAX_ANSWER_CHARS = 4096;

/** Reads what a person types. Whoever asks has written the question. */
export interface Prompter {
  /** @throws AppError `run.cancelled` at the end of input, Ctrl-C, or the reason of an aborted signal */
  readLine(signal: AbortSignal): Promise<string>;
  /** As `readLine`, without an echo. */
  readHidden(signal: AbortSignal): Promise<Secret>;
}

/** What was typed ahead of a question is kept for the next one. */
export function createPrompter(input: Input): Prompter {
  const decoder = new StringDecoder('utf8');
  let pending = '';

  const read = async (signal: AbortSignal, edit: (typed: string) => Typed): Promise<string> => {
    signal.throwIfAborted();
    const first = edit(pending);
    pending = first.rest;
    if (first.is === 'line') return first.line;
    let held = first.line;
    return await new Promise<string>((resolve, reject) => {
      const settle = (act: () => void): void => {
        input.off('data', take).off('end', end).off('close', end).off('error', end);
        signal.removeEventListener('abort', abort);
        input.pause();
        act();
      };
      const take = (chunk: Buffer | string): void => {
        const typed = edit(held + (typeof chunk === 'string' ? chunk : decoder.write(chunk)));
        held = typed.line;
        if (typed.is === 'open' && held.length <= MAX_ANSWER_CHARS) return;
        pending = typed.rest;
        settle(() => {
          if (typed.is === 'line') resolve(typed.line);
          else reject(new AppError('run.cancelled'));
        });
      };
      const end = (): void => {
        settle(() => {
          reject(new AppError('run.cancelled'));
        });
      };
      const abort = (): void => {
        settle(() => {
          reject(signal.reason instanceof Error ? signal.reason : new AppError('run.cancelled'));
        });
      };
      input.on('data', take).on('end', end).on('close', end).on('error', end);
      signal.addEventListener('abort', abort, { once: true });
      input.resume();
    });
  };

  return {
    readLine: async (signal) => (await read(signal, editCooked)).trim(),
    readHidden: async (signal) => {
      input.setRawMode?.(true);
      try {
        return new Secret(await read(signal, editRaw));
      } finally {
        input.setRawMode?.(false);
      }
    },
  };
}

type Typed = { readonly is: 'line' | 'open' | 'ended'; readonly line: string; readonly rest: string };

/** The terminal edits the line itself. */
function editCooked(typed: string): Typed {
  const end = typed.search(/[\r\n]/);
  if (end < 0) return { is: 'open', line: typed, rest: '' };
  return { is: 'line', line: typed.slice(0, end), rest: typed.slice(end + 1).replace(/^\n/, '') };
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';
const BACKSPACE = new Set(['\u0008', '\u007f']);

/** Keys as a raw terminal sends them: we edit the line. Escape sequences (arrow keys, bracketed paste) are left out. */
function editRaw(typed: string): Typed {
  const keys = Array.from(typed.replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|O.)/g, ''));
  const line: string[] = [];
  for (const [index, key] of keys.entries()) {
    const rest = keys.slice(index + 1).join('');
    if (key === '\r' || key === '\n') return { is: 'line', line: line.join(''), rest: rest.replace(/^\n/, '') };
    if (key === CTRL_C || (key === CTRL_D && line.length === 0)) return { is: 'ended', line: '', rest };
    if (BACKSPACE.has(key)) line.pop();
    else if (key === CTRL_U) line.length = 0;
    else line.push(key);
  }
  return { is: 'open', line: line.join(''), rest: '' };
}

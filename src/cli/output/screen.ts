import type { Writable } from 'node:stream';
import type { CliIo } from '../io.ts';
import { formatLine, lineWidth, type Line } from './line.ts';
import { parseLook, type Look } from './look.ts';

/** Terminals that know synchronised updates show a frame whole; the others ignore these two. */
const BEGIN_FRAME = '\u001b[?2026h';
const END_FRAME = '\u001b[?2026l';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_BELOW = '\u001b[J';
/** To the end of the line: what was there is painted over first, and only what is left of it is erased, so nothing flickers. */
const ERASE_REST = '\u001b[K';

/** One of the two streams that a person reads. */
export interface Paper {
  readonly look: Look;
  /** Columns of the terminal; absent where the stream is no terminal, and lines are as long as they are. */
  columns(): number | undefined;
  print(...lines: readonly Line[]): void;
}

/**
 * The terminal with what is being redrawn at its bottom. Everything human goes through here, so that a line printed in the
 * middle of a redraw, on either stream, lands above it. Disposing takes
 * the drawing away for good; lines can still be printed.
 */
export interface Screen extends Disposable {
  readonly out: Paper;
  readonly err: Paper;
  /** Replaces what is drawn at the bottom, where the output can be redrawn, and prints lines above it to stay. */
  draw(lines: readonly Line[], above?: readonly Line[]): void;
  /** Text of ours that is not a whole line: a question. */
  writeQuestion(line: Line): void;
  /** A text for programs, as it is: one line of stdout. Resolves when more may be written. */
  writeRaw(line: string): Promise<void>;
}

export function openScreen(io: CliIo): Screen {
  const look = parseLook(io.env, io.isTty.stdout);
  let drawn: readonly Line[] = [];
  let cursorHidden = false;
  let closed = false;

  const fit = (): number => Math.max(1, io.columns() - 1);
  // After a resize the terminal has broken our lines anew: rows are counted with the width that it has now.
  const rowsOf = (lines: readonly Line[], cutAt: number): number =>
    lines.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(Math.min(lineWidth(line), cutAt) / Math.max(1, io.columns()))),
      0,
    );
  let cutAt = fit();

  /** Back to where the drawing begins. */
  const rewound = (): string => {
    if (drawn.length === 0) return '';
    const up = rowsOf(drawn, cutAt) - 1;
    return `\r${up > 0 ? `\u001b[${String(up)}A` : ''}`;
  };
  const painted = (lines: readonly Line[]): string => {
    cutAt = fit();
    return lines.map((line) => `${formatLine(line, look, cutAt)}${ERASE_REST}`).join('\n') + ERASE_BELOW;
  };
  const printed = (lines: readonly Line[], onto: Look): string =>
    lines.map((line) => `${formatLine(line, onto)}${drawn.length > 0 ? ERASE_REST : ''}\n`).join('');
  const frame = (text: string): void => {
    io.stdout.write(`${BEGIN_FRAME}${text}${END_FRAME}`);
  };

  const draw = (lines: readonly Line[], above: readonly Line[] = []): void => {
    const kept = look.live && !closed ? lines.slice(-Math.max(1, io.rows() - 1)) : [];
    if (kept.length === 0 && drawn.length === 0) {
      if (above.length > 0) io.stdout.write(printed(above, look));
      return;
    }
    const cursor = kept.length > 0 === cursorHidden ? '' : cursorHidden ? SHOW_CURSOR : HIDE_CURSOR;
    cursorHidden = kept.length > 0;
    frame(cursor + rewound() + printed(above, look) + painted(kept));
    drawn = kept;
  };

  const print = (stream: Writable, lines: readonly Line[], onto: Look): void => {
    if (lines.length === 0) return;
    if (drawn.length === 0) stream.write(printed(lines, onto));
    else if (stream === io.stdout) draw(drawn, lines);
    else {
      const kept = drawn;
      draw([]);
      stream.write(printed(lines, onto));
      draw(kept);
    }
  };

  const paper = (stream: Writable, isTty: boolean): Paper => {
    const own = parseLook(io.env, isTty);
    return {
      look: own,
      columns: () => (isTty ? io.columns() : undefined),
      print: (...lines) => {
        print(stream, lines, own);
      },
    };
  };

  const stopListening = io.onResize(() => {
    draw(drawn);
  });

  return {
    out: paper(io.stdout, io.isTty.stdout),
    err: paper(io.stderr, io.isTty.stderr),
    draw,
    writeQuestion: (line) => {
      draw([]);
      io.stderr.write(`${formatLine(line, parseLook(io.env, io.isTty.stderr))} `);
    },
    writeRaw: (line) => writeWaiting(io.stdout, `${line}\n`),
    [Symbol.dispose]: () => {
      closed = true;
      stopListening();
      draw([]);
    },
  };
}

/** Resolves when the stream takes more, or is gone. */
export async function writeWaiting(stream: Writable, text: string | Buffer): Promise<void> {
  if (stream.destroyed || stream.write(text)) return;
  await new Promise<void>((resolve) => {
    const settle = (): void => {
      for (const event of ['drain', 'close', 'error']) stream.off(event, settle);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) stream.on(event, settle);
  });
}

/** A paste longer than this is shown before it is sent, even as one line. */
const LONG_PASTE = 5_000;

export interface Paste {
  readonly lines: number;
  readonly characters: number;
  /** Whether a shell would begin to run it before the person has read it. */
  readonly isAsked: boolean;
  /** What a terminal would act on is taken out; line ends are those of a keyboard when it is sent. */
  readonly text: string;
}

const dangerous = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Pure. Escape sequences in a paste could end the brackets that protect it, or press keys of their own. */
export function preparePaste(raw: string): Paste {
  const text = raw.replace(/\r\n?/g, '\n').replace(dangerous, '');
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const lines = body === '' ? 0 : body.split('\n').length;
  return { lines, characters: text.length, isAsked: text.includes('\n') || text.length > LONG_PASTE, text };
}

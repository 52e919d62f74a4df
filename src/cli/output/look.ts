/** How a stream may be written to. */
export interface Look {
  readonly colour: boolean;
  /** Whether the terminal's font has ✓ and its like. */
  readonly symbols: boolean;
  /** Whether lines may be drawn again in place. */
  readonly live: boolean;
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'alarm' | 'code';

const SGR: Readonly<Record<Style, string>> = {
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
  cyan: '36',
  alarm: '1;31',
  // black on white, whatever the terminal's own colours: a phone is to read it
  code: '30;107',
};

export function paint(text: string, style: Style | undefined, look: Look): string {
  return style === undefined || !look.colour || text === '' ? text : `\u001b[${SGR[style]}m${text}\u001b[0m`;
}

export interface Marks {
  readonly done: string;
  readonly idle: string;
  readonly warn: string;
  readonly bad: string;
  readonly next: string;
  readonly bar: string;
  readonly spinner: readonly string[];
}

const SYMBOLS: Marks = {
  done: '✓',
  idle: '·',
  warn: '!',
  bad: '✗',
  next: '→',
  bar: '│',
  spinner: Array.from('⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'),
};
const ASCII: Marks = { done: '+', idle: '-', warn: '!', bad: 'x', next: '>', bar: '|', spinner: Array.from('-\\|/') };

export function marksOf(look: Look): Marks {
  return look.symbols ? SYMBOLS : ASCII;
}

/** What the environment says about a stream. Pure. */
export function parseLook(env: Readonly<Record<string, string | undefined>>, isTty: boolean): Look {
  const said = (name: string): boolean => (env[name] ?? '') !== '';
  const able = isTty && env['TERM'] !== 'dumb';
  return {
    colour: able && !said('NO_COLOR'),
    symbols: env['TERM'] !== 'linux',
    live: able && !said('NO_COLOR') && !said('CI'),
  };
}

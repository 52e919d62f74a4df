import type { ISearchDecorationOptions } from '@xterm/addon-search';
import type { ITheme } from '@xterm/xterm';
import { readColour } from '../../theme-colours.ts';

type Ansi = Required<
  Pick<
    ITheme,
    | 'black'
    | 'red'
    | 'green'
    | 'yellow'
    | 'blue'
    | 'magenta'
    | 'cyan'
    | 'white'
    | 'brightBlack'
    | 'brightRed'
    | 'brightGreen'
    | 'brightYellow'
    | 'brightBlue'
    | 'brightMagenta'
    | 'brightCyan'
    | 'brightWhite'
  >
>;

/** The sixteen colours that programs ask for by number; each has 4.5:1 on the ground of its theme, but for its black or white. */
const ansi: Readonly<Record<'light' | 'dark', Ansi>> = {
  light: {
    black: '#2b2724',
    red: '#b3261e',
    green: '#1f6f43',
    yellow: '#7d5a00',
    blue: '#1f5fa8',
    magenta: '#8b3a8f',
    cyan: '#0f6b75',
    white: '#6b655f',
    brightBlack: '#5f5953',
    brightRed: '#c0392b',
    brightGreen: '#217a4a',
    brightYellow: '#876200',
    brightBlue: '#2568b5',
    brightMagenta: '#96439a',
    brightCyan: '#13747f',
    brightWhite: '#2b2724',
  },
  dark: {
    black: '#3a3532',
    red: '#f0817a',
    green: '#7fcf9b',
    yellow: '#e3bd6a',
    blue: '#85b7f0',
    magenta: '#d79bdc',
    cyan: '#75cbd6',
    white: '#ddd8d3',
    brightBlack: '#9a938d',
    brightRed: '#ff9d96',
    brightGreen: '#9be3b4',
    brightYellow: '#f3d28a',
    brightBlue: '#a5caf8',
    brightMagenta: '#e6b5ea',
    brightCyan: '#95dfe8',
    brightWhite: '#faf7f4',
  },
};

export function readTerminalTheme(shown: 'light' | 'dark'): ITheme {
  return {
    ...ansi[shown],
    background: readColour('--bg-raised'),
    foreground: readColour('--text'),
    cursor: readColour('--text'),
    cursorAccent: readColour('--bg-raised'),
    selectionBackground: shown === 'dark' ? '#5b4a42' : '#f0d9cf',
  };
}

/** The search takes hexadecimal colours alone. */
export function searchColours(shown: 'light' | 'dark'): ISearchDecorationOptions {
  return shown === 'dark'
    ? {
        matchBackground: '#4d4326',
        matchOverviewRuler: '#e3bd6a',
        activeMatchBackground: '#7a5a1e',
        activeMatchColorOverviewRuler: '#f3d28a',
      }
    : {
        matchBackground: '#f3e3b3',
        matchOverviewRuler: '#7d5a00',
        activeMatchBackground: '#f0c860',
        activeMatchColorOverviewRuler: '#876200',
      };
}

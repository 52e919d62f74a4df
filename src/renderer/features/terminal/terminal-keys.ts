import { isMac, isShortcut } from '../../platform.ts';

export type TerminalCommand = 'copy' | 'paste' | 'search' | 'larger' | 'smaller' | 'actual-size' | 'new-tab' | 'split';

/** What a key means to the terminal itself; undefined: it goes to what runs in it. Pure. */
export function readCommand(event: KeyboardEvent): TerminalCommand | undefined {
  if (isShortcut(event, true)) {
    switch (event.key.toLowerCase()) {
      case 'c':
        return 'copy';
      case 'v':
        return 'paste';
      case 'f':
        return 'search';
      case 't':
        return isMac && !event.shiftKey ? undefined : 'new-tab';
      case 'd':
        return isMac && !event.shiftKey ? undefined : 'split';
    }
  }
  // a plus needs Shift on some keyboards
  if (isShortcut(event, false) || (isShortcut(event, true) && event.key === '+')) {
    switch (event.key) {
      case '+':
      case '=':
        return 'larger';
      case '-':
        return 'smaller';
      case '0':
        return 'actual-size';
    }
  }
  return undefined;
}

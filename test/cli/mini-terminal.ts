/** What a terminal of this size would show, after all that was written. It knows what our screen uses, and refuses the rest. */
export function showTerminal(
  written: string,
  columns: number,
): { readonly lines: string[]; readonly cursorHidden: boolean } {
  const rows: string[][] = [[]];
  let row = 0;
  let column = 0;
  let cursorHidden = false;
  const line = (): string[] => (rows[row] ??= []);
  const tokens = written.match(/\u001b\[[?0-9;]*[A-Za-z]|[\s\S]/gu) ?? [];
  for (const token of tokens) {
    if (token === '\n') {
      row += 1;
      column = 0;
      line();
    } else if (token === '\r') column = 0;
    else if (token.length === 1 || !token.startsWith('\u001b')) {
      if (column >= columns) {
        row += 1;
        column = 0;
      }
      line()[column] = token;
      column += 1;
    } else {
      const code = token.slice(2);
      const count = Number.parseInt(code, 10) || 1;
      if (code === '?25l') cursorHidden = true;
      else if (code === '?25h') cursorHidden = false;
      else if (code.endsWith('m') || code.startsWith('?2026')) continue;
      else if (code.endsWith('A')) row = Math.max(0, row - count);
      else if (code === 'K') line().length = Math.min(line().length, column);
      else if (code === 'J') {
        line().length = Math.min(line().length, column);
        rows.length = row + 1;
      } else throw new Error(`The terminal does not know ${JSON.stringify(token)}.`);
    }
  }
  return {
    lines: rows.map((cells) =>
      Array.from(cells, (cell: string | undefined) => cell ?? ' ')
        .join('')
        .trimEnd(),
    ),
    cursorHidden,
  };
}

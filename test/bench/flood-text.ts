/*
 * What floods a terminal: lines as a build or a log has them, some coloured, some with letters beyond ASCII. Always the same.
 */

const BLOCK_LINES = 600;
const words = [
  'compiling',
  'resolved',
  'GET /api/v1/items',
  'grün',
  '数据',
  'retrying in',
  'cache hit',
  'src/core/run.ts',
];

/** About 64 kB of lines that end as they do in a file. Pure. */
export function formatFloodBlock(): string {
  const lines = Array.from({ length: BLOCK_LINES }, (_, index) => {
    const rest = Array.from({ length: 8 }, (_, at) => words[(index * 7 + at * 3) % words.length]).join(' ');
    const stamp = `12:${String(index % 60).padStart(2, '0')}:07.${String(index).padStart(3, '0')}`;
    const level =
      index % 4 === 0 ? '\u001b[32minfo\u001b[0m' : index % 11 === 0 ? '\u001b[1;31merror\u001b[0m' : 'debug';
    return `${stamp} ${level} ${rest}`;
  });
  return `${lines.join('\n')}\n`;
}

/** The same as a terminal gets it. Pure. */
export const asTerminalGetsIt = (text: string): string => text.replaceAll('\n', '\r\n');

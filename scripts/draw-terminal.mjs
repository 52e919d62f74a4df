// Draws what a command showed on a terminal as a picture, for the documentation:
//   script -qefc 'hardshell deploy research --to ssh://…' seen.txt && node scripts/draw-terminal.mjs 90 'hardshell …' < seen.txt > docs/terminal.svg
import { readFileSync } from 'node:fs';

const [, , width = '90', title = ''] = process.argv;
const columns = Number(width);
const cell = { width: 8.4, height: 19 };
const margin = 22;
const bar = 34;
const colours = /** @type {Record<string, string>} */ ({
  31: '#e5786d',
  32: '#8cc98f',
  33: '#e0b45c',
  36: '#7fc1ca',
});
const ink = '#d8d4cc';

/** @typedef {{ text: string, style: string }} Cell */

/**
 * The lines that a terminal of this width holds after all that was written to it.
 * @param {string} written
 * @returns {Cell[][]}
 */
function showTerminal(written) {
  /** @type {Cell[][]} */
  const rows = [[]];
  const at = { row: 0, column: 0 };
  let style = '';
  const line = () => (rows[at.row] ??= []);
  for (const token of written.match(/\u001b\[[?0-9;]*[A-Za-z]|[\s\S]/gu) ?? []) {
    const code = token.startsWith('\u001b[') ? token.slice(2) : '';
    const count = Number.parseInt(code, 10) || 1;
    if (token === '\n') at.row += 1;
    else if (token === '\r') at.column = 0;
    else if (code.endsWith('m')) style = /^0?m$/.test(code) ? '' : `${style};${code.slice(0, -1)}`;
    else if (code.endsWith('A')) at.row = Math.max(0, at.row - count);
    else if (code === 'K' || code === 'J') {
      line().length = Math.min(line().length, at.column);
      if (code === 'J') rows.length = at.row + 1;
    } else if (code === '') {
      if (at.column >= columns) {
        at.row += 1;
        at.column = 0;
      }
      line()[at.column] = { text: token, style };
      at.column += 1;
    }
  }
  return Array.from(rows, (cells = []) => Array.from(cells, (one) => one ?? { text: ' ', style: '' }));
}

/** @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** @param {string} style */
function attributes(style) {
  const codes = style.split(';').filter((code) => code !== '');
  const colour = codes.map((code) => colours[code]).findLast((found) => found !== undefined) ?? ink;
  return `fill="${colour}"${codes.includes('1') ? ' font-weight="600"' : ''}${codes.includes('2') ? ' opacity="0.62"' : ''}`;
}

/**
 * @param {Cell[]} cells
 * @param {number} row
 */
function drawLine(cells, row) {
  /** @type {(Cell & { column: number })[]} */
  const runs = [];
  cells.forEach(({ text, style }, column) => {
    const last = runs.at(-1);
    if (last?.style === style) last.text += text;
    else runs.push({ text, style, column });
  });
  const y = bar + margin + row * cell.height;
  return runs
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, style, column }) => {
      const shown = text.trimEnd();
      const length = (Array.from(shown).length * cell.width).toFixed(1);
      const x = (margin + column * cell.width).toFixed(1);
      return `<text x="${x}" y="${y}" textLength="${length}" xml:space="preserve" ${attributes(style)}>${escaped(shown)}</text>`;
    })
    .join('');
}

const rows = showTerminal(
  readFileSync(0, 'utf8')
    .replace(/^Script started[^\n]*\n/, '')
    .replace(/\nScript done[\s\S]*$/, ''),
);
while (rows.length > 0 && rows.at(-1)?.every(({ text }) => text.trim() === '')) rows.pop();
const prompt = [...Array.from(`$ ${title}`, (text) => ({ text, style: '' }))];
const lines = title === '' ? rows : [prompt, ...rows];
const size = {
  width: Math.ceil(columns * cell.width + 2 * margin),
  height: Math.ceil(bar + margin + lines.length * cell.height + margin / 2),
};
const dots = ['#5a5651', '#5a5651', '#5a5651'].map(
  (fill, index) => `<circle cx="${margin + index * 18}" cy="${bar / 2}" r="5.5" fill="${fill}"/>`,
);

process.stdout
  .write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" aria-label="${escaped(title).replaceAll('"', '&quot;')}, seen in a terminal">
<rect width="100%" height="100%" rx="10" fill="#23211f"/>
${dots.join('')}
<g font-family="ui-monospace, 'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
${lines.map(drawLine).join('\n')}
</g>
</svg>
`);

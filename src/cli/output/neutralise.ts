/*
 * Whatever a server says may end up on the person's terminal, and a terminal acts on what it is sent: colours, titles, the
 * clipboard, keys typed back. So no control character of foreign text reaches it. The patterns hold control characters on
 * purpose: they are what is being taken out.
 */

/** CSI sequences (colours, cursor), in their 7-bit and 8-bit form. Dropped: npm and systemd colour their output. */
const CSI = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/gu;
/** OSC, DCS, SOS, PM and APC strings up to their terminator: titles, links, clipboard. Dropped with their content. */
const STRINGS =
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)/gu;
/** What else a terminal or a reader would act on: controls, line separators, and the marks that reorder text. */
const ACTIVE =
  /[\p{Cc}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

const DELETE = 0x7f;
const CONTROL_PICTURES = 0x2400;
const PICTURE_OF_DELETE = '\u2421';

/** One line of text that no terminal acts on. Pure, idempotent; text without such characters comes back unchanged. */
export function neutralise(text: string): string {
  return text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(STRINGS, '')
    .replace(CSI, '')
    .replaceAll('\t', '  ')
    .replace(ACTIVE, picture);
}

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(CONTROL_PICTURES + code);
  if (code === DELETE) return PICTURE_OF_DELETE;
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** What a terminal would show at last of a line in which a program has overwritten itself (progress bars do). */
export function lastOverwrite(line: string): string {
  return line.split('\r').findLast((part) => part.trim() !== '') ?? '';
}

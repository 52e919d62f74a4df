import { inflateSync } from 'node:zlib';
import { styled, type Line } from './line.ts';
import type { Look } from './look.ts';

/** Dark squares of a code, row by row, without its margin. */
type Code = readonly (readonly boolean[])[];

const SIGNATURE = '89504e470d0a1a0a';
/** A code of the largest size, eight points a square. */
const MOST_POINTS = 1_500;
/** Of the corner by which a code is found. */
const CORNER = 7;
const LEAST_SQUARES = 21;
const MOST_SQUARES = 177;
const MARGIN = 2;

/**
 * The lines that a phone can scan from a terminal: two squares a letter. Undefined: the picture is no code that can be drawn so. Pure.
 * @param address a PNG as a `data:` address
 */
export function formatScanCode(address: string, look: Look): Line[] | undefined {
  const points = readPicture(Buffer.from(address.slice(address.indexOf(',') + 1), 'base64'));
  const code = points === undefined ? undefined : readCode(points);
  if (code === undefined) return undefined;
  const size = code.length;
  const isDark = (row: number, column: number): boolean => code[row]?.[column] === true;
  const lines: Line[] = [];
  for (let row = -MARGIN; row < size + MARGIN; row += 2) {
    let text = '';
    for (let column = -MARGIN; column < size + MARGIN; column += 1)
      text += letterOf(isDark(row, column), isDark(row + 1, column), look.colour);
    lines.push([look.colour ? styled('code')(text) : text]);
  }
  return lines;
}

/** Without colours most terminals are dark, and what is drawn is the light of the code. */
function letterOf(isUpper: boolean, isLower: boolean, isDrawnDark: boolean): string {
  const [upper, lower] = isDrawnDark ? [isUpper, isLower] : [!isUpper, !isLower];
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}

/** Finds the corner, which says how large a square is, and reads the middle of each. */
function readCode(points: Code): Code | undefined {
  const top = points.findIndex((row) => row.includes(true));
  const first = points[top];
  if (first === undefined) return undefined;
  const left = first.indexOf(true);
  const width = first.lastIndexOf(true) - left + 1;
  const end = first.indexOf(false, left);
  const step = ((end === -1 ? first.length : end) - left) / CORNER;
  const size = width / step;
  if (!Number.isInteger(step) || step < 1 || !Number.isInteger(size)) return undefined;
  if (size < LEAST_SQUARES || size > MOST_SQUARES || (size - LEAST_SQUARES) % 4 !== 0) return undefined;
  const places = Array.from({ length: size }, (_, index) => Math.floor((index + 0.5) * step));
  return places.map((down) => places.map((right) => points[top + down]?.[left + right] === true));
}

/** Eight bits a colour, as every library for codes writes them. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };

/** Which points of a PNG are dark. Undefined: it is none, or one of another kind. */
function readPicture(file: Buffer): Code | undefined {
  if (file.length < 33 || file.subarray(0, 8).toString('hex') !== SIGNATURE) return undefined;
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const channels = CHANNELS[file.readUInt8(25)];
  const isPlain = file.readUInt8(24) === 8 && file.readUInt8(28) === 0;
  if (!isPlain || channels === undefined || width > MOST_POINTS || height > MOST_POINTS) return undefined;
  const stride = width * channels;
  let packed: Buffer;
  try {
    packed = inflateSync(Buffer.concat(listData(file)), { maxOutputLength: (stride + 1) * height });
  } catch {
    // A picture that is damaged is none.
    return undefined;
  }
  if (packed.length < (stride + 1) * height) return undefined;
  const rows: boolean[][] = [];
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y += 1) {
    const start = y * (stride + 1);
    const row = unfilter(packed.readUInt8(start), packed.subarray(start + 1, start + 1 + stride), above, channels);
    rows.push(Array.from({ length: width }, (_, x) => isDarkAt(row, x * channels, channels)));
    above = row;
  }
  return rows;
}

/** What shows through is light. */
function isDarkAt(row: Uint8Array, at: number, channels: number): boolean {
  const isSeen = channels === 1 || channels === 3 || (row[at + channels - 1] ?? 0) > 127;
  return isSeen && (row[at] ?? 255) < 128;
}

function listData(file: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 8; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at);
    if (file.subarray(at + 4, at + 8).toString('latin1') === 'IDAT') found.push(file.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return found;
}

/** Each row says how it was foretold from what is left of it and above. */
function unfilter(kind: number, given: Uint8Array, above: Uint8Array, step: number): Uint8Array<ArrayBuffer> {
  const row = new Uint8Array(given.length);
  for (const [index, value] of given.entries()) {
    const left = row[index - step] ?? 0;
    const up = above[index] ?? 0;
    const corner = above[index - step] ?? 0;
    row[index] = value + foretell(kind, left, up, corner);
  }
  return row;
}

function foretell(kind: number, left: number, up: number, corner: number): number {
  switch (kind) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return Math.floor((left + up) / 2);
    case 4: {
      const guess = left + up - corner;
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
      if (a <= b && a <= c) return left;
      return b <= c ? up : corner;
    }
    default:
      return 0;
  }
}

import { deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CODE_OF_21 } from '../../../test/cli/scan-codes.ts';
import { formatLine } from './line.ts';
import type { Look } from './look.ts';
import { formatScanCode } from './scan-code.ts';

const look = (colour: boolean): Look => ({ colour, symbols: true, live: false });
const draw = (address: string, colour: boolean): string[] | undefined =>
  formatScanCode(address, look(colour))?.map((line) =>
    line.map((span) => (typeof span === 'string' ? span : span.text)).join(''),
  );

/** The picture with its rows changed, or with another header. */
function repack(change: (rows: Buffer, header: Buffer) => Buffer): string {
  const file = Buffer.from(CODE_OF_21.slice(CODE_OF_21.indexOf(',') + 1), 'base64');
  const header = Buffer.from(file.subarray(0, 33));
  const data: Buffer[] = [];
  for (let at = file.indexOf('IDAT', 0, 'latin1'); at >= 0; at = file.indexOf('IDAT', at + 4, 'latin1'))
    data.push(file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4)));
  const rows = inflateSync(Buffer.concat(data));
  const packed = deflateSync(change(rows, header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(packed.length);
  const made = Buffer.concat([header, length, Buffer.from('IDAT'), packed, Buffer.alloc(4)]);
  return `data:image/png;base64,${made.toString('base64')}`;
}

describe('a code in the terminal', () => {
  it('has the three corners by which a phone finds it, black on white', () => {
    const lines = draw(CODE_OF_21, true) ?? [];
    expect(lines).toHaveLength(13);
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([25]));
    expect(lines.slice(0, 6)).toEqual([
      ' '.repeat(25),
      expect.stringMatching(/^ {2}█▀▀▀▀▀█ .* █▀▀▀▀▀█ {2}$/),
      expect.stringMatching(/^ {2}█ ███ █ .* █ ███ █ {2}$/),
      expect.stringMatching(/^ {2}█ ▀▀▀ █ .* █ ▀▀▀ █ {2}$/),
      expect.stringMatching(/^ {2}▀▀▀▀▀▀▀ .* ▀▀▀▀▀▀▀ {2}$/),
      expect.anything(),
    ]);
    expect(formatLine(formatScanCode(CODE_OF_21, look(true))?.[1] ?? [], look(true))).toMatch(
      /^\u001b\[30;107m.*\u001b\[0m$/,
    );
  });

  it('is drawn by its light where there are no colours', () => {
    expect(draw(CODE_OF_21, false)?.[1]).toMatch(/^██ ▄▄▄▄▄ █.*█ ▄▄▄▄▄ ██$/);
  });

  it('is the same however the picture foretells its rows', () => {
    const wanted = draw(CODE_OF_21, true);
    const filtered = repack((rows, header) => {
      const stride = header.readUInt32BE(16) * 4;
      for (let start = 0; start < rows.length; start += stride + 1) {
        if (rows[start] !== 0) continue;
        rows[start] = 1;
        for (let at = start + stride; at > start + 4; at -= 1) rows[at] = (rows[at] ?? 0) - (rows[at - 4] ?? 0);
      }
      return rows;
    });
    expect(filtered).not.toBe(CODE_OF_21);
    expect(draw(filtered, true)).toEqual(wanted);
  });

  it('is none where the picture is none', () => {
    expect(draw('data:image/png;base64,AAAA', true)).toBeUndefined();
    expect(
      draw(
        repack((rows) => rows.subarray(0, 100)),
        true,
      ),
    ).toBeUndefined();
    expect(
      draw(
        repack((rows) => Buffer.alloc(rows.length, 255)),
        true,
      ),
    ).toBeUndefined();
    const large = repack((rows, header) => {
      header.writeUInt32BE(60_000, 16);
      return rows;
    });
    expect(draw(large, true)).toBeUndefined();
  });
});

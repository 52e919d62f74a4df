import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { tempDataDir } from '../lab/temp-data-dir.ts';

/** An X server of its own, whose screen can be read: the eyes for a program that nobody can drive. */
export interface XScreen extends AsyncDisposable {
  /** For DISPLAY. */
  readonly name: string;
  /** How often each colour is on the screen. The screen itself is black. */
  colours(): ReadonlyMap<number, number>;
}

const BLACK = 0;

/** Where the head of an X window dump has what is needed here: numbers of 32 bits, the highest byte first. */
const HEAD = { size: 0, width: 4, height: 5, lowByteFirst: 7, bytesPerLine: 12, paletteSize: 19 } as const;
const PALETTE_ENTRY_BYTES = 12;

/** Pure. */
function countColours(dump: Buffer): Map<number, number> {
  const head = (field: keyof typeof HEAD): number => dump.readUInt32BE(HEAD[field] * 4);
  const start = head('size') + head('paletteSize') * PALETTE_ENTRY_BYTES;
  const lowByteFirst = head('lowByteFirst') === 0;
  const counted = new Map<number, number>();
  for (let y = 0; y < head('height'); y += 1) {
    for (let x = 0; x < head('width'); x += 1) {
      const place = start + y * head('bytesPerLine') + x * 4;
      const colour = (lowByteFirst ? dump.readUInt32LE(place) : dump.readUInt32BE(place)) & 0xffffff;
      counted.set(colour, (counted.get(colour) ?? 0) + 1);
    }
  }
  counted.delete(BLACK);
  return counted;
}

export async function openXScreen({
  width,
  height,
}: {
  readonly width: number;
  readonly height: number;
}): Promise<XScreen> {
  const folder = await tempDataDir();
  const size = `${width}x${height}x24`;
  const args = ['-displayfd', '1', '-screen', '0', size, '-fbdir', folder.path, '-nolisten', 'tcp'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(server, 'exit');
  const [number] = (await Promise.race([
    once(server.stdout, 'data'),
    ended.then(() => Promise.reject(new Error('Xvfb ended'))),
  ])) as [Buffer];
  return {
    name: `:${number.toString().trim()}`,
    colours: () => countColours(readFileSync(join(folder.path, 'Xvfb_screen0'))),
    async [Symbol.asyncDispose]() {
      server.kill();
      await ended;
      await folder[Symbol.asyncDispose]();
    },
  };
}

import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rotateLog } from './log-file.ts';
import { lastLinesOf, openLogStream, readLastLines } from './log-reader.ts';

let dir = '';
let log = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-log-'));
  log = join(dir, 'gateway.log');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const read = async (lines: number): Promise<string> =>
  (await openLogStream(log, { lines, follow: false }).toArray()).join('');

describe('the last lines', () => {
  it.each([
    ['a\nb\nc\n', 2, 'b\nc\n'],
    ['a\nb\nc', 2, 'b\nc'],
    ['a\n', 5, 'a\n'],
    ['', 3, ''],
    ['a\nb\n', 0, ''],
    ['\n\n\n', 2, '\n\n'],
  ])('of %j: %d', (text, lines, expected) => {
    expect(lastLinesOf(Buffer.from(text), lines).toString()).toBe(expected);
  });

  it('go back into a log that was set aside, and are none where there is no log', async () => {
    expect(await read(5)).toBe('');
    await writeFile(log, 'one\ntwo\n');
    expect(await rotateLog(log, 1)).toBe(true);
    await appendFile(log, 'three\n');
    expect(await read(2)).toBe('two\nthree\n');
    expect(await readLastLines(log, 10)).toEqual(['one', 'two', 'three']);
  });
});

describe('a followed log', () => {
  it('goes on through a rotation without a gap, and ends when it is told to', async () => {
    await writeFile(log, 'old\n');
    const stop = new AbortController();
    const stream = openLogStream(log, { lines: 1, follow: true, signal: stop.signal });
    let text = '';
    const done = (async () => {
      for await (const chunk of stream) {
        text += String(chunk);
        if (text.endsWith('last\n')) stop.abort();
      }
    })();
    for (let n = 0; n < 8; n += 1) {
      await appendFile(log, `${n}\n`);
      // Set aside now before it was read, now after: in a real log the new one is never as long as the old one by then.
      if (n === 3) await rotateLog(log, 1);
      await expect.poll(() => text, { timeout: 20_000 }).toContain(`${n}\n`);
      if (n === 6) await rotateLog(log, 1);
    }
    await appendFile(log, 'last\n');
    await done;
    expect(text).toBe('old\n0\n1\n2\n3\n4\n5\n6\n7\nlast\n');
  });

  it('begins with what comes when there is no log yet', async () => {
    const stop = new AbortController();
    const stream = openLogStream(log, { lines: 10, follow: true, signal: stop.signal });
    setTimeout(() => void writeFile(log, 'first\n'), 100);
    for await (const chunk of stream) {
      expect(String(chunk)).toBe('first\n');
      stop.abort();
    }
  });
});

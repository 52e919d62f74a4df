import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { query, queryScript } from './command.ts';
import { exec } from './exec.ts';
import type { Host } from './host.ts';
import { readAll, readLines } from './streams.contract.ts';

/** The part of the contract about programs: what they are given, what they say, and how they end. */
export function describePrograms(title: string, open: () => Promise<Host>): void {
  describe(`${title} runs programs as they are given:`, () => {
    let host: Host;
    beforeEach(async () => {
      host = await open();
    });
    afterEach(() => host[Symbol.asyncDispose]());

    const runsNow = async (marker: string): Promise<boolean> => {
      const { stdout } = await exec(host, query(['ps', '-A', '-o', 'args=']));
      return stdout.includes(marker);
    };

    it.each([
      ['quotes', `it's "so" \`id\` $(id) \${HOME} \\ \\\\`],
      ['line breaks', '\n a\r\n\tb \n\n'],
      ['other scripts', 'Größe 大小 🦀 \u00a0\u2028 é\u0301'],
      ['what shells expand', '~ * ? [a-z] {1,2} !! # ; & | < > ( ) = =ls %1 ^a^b'],
      ['nothing', ''],
      ['control characters', '\u0001\u0007\u001b[31m\u007f'],
    ])('arguments with %s', async (_what, word) => {
      const result = await exec(host, query(['printf', '%s|%s', word, `-${word}`]));
      expect(result.stdout).toBe(`${word}|-${word}`);
      const { stdout } = await exec(host, query(['sh', '-c', 'printf %s "$V"'], { env: { V: word } }));
      expect(stdout).toBe(word);
    });

    it('a program that is not there ends with 127', async () => {
      const result = await exec(host, query(['hardshell-no-such-program']));
      expect(result.code).toBe(127);
      expect(result.stderr).toContain('not found');
    });

    it('a megabyte goes in and comes back, byte by byte', async () => {
      const sent = randomBytes(1024 * 1024);
      const process = await host.spawn(query(['cat']));
      process.stderr.resume();
      process.stdin.end(sent);
      expect((await readAll(process.stdout)).equals(sent)).toBe(true);
      expect(await process.exit).toEqual({ code: 0, signal: null });
    });

    it('a command that does not read its input is no error', async () => {
      const result = await exec(host, query(['true']), { input: 'x'.repeat(300_000) });
      expect(result.code).toBe(0);
    });

    it('a flood waits for its reader and stays out of memory', async () => {
      const sizeBytes = 50_000_000;
      const process = await host.spawn(queryScript('head -c "$1" /dev/zero; echo all written >&2', [sizeBytes]));
      process.stdin.end();
      let said = '';
      process.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      await sleep(600);
      expect(said).toBe('');
      const before = memoryBytes();
      let readBytes = 0;
      let measuredAt = 0;
      let most = 0;
      for await (const chunk of process.stdout) {
        readBytes += (chunk as Buffer).length;
        if (readBytes - measuredAt < 5_000_000) continue;
        measuredAt = readBytes;
        most = Math.max(most, memoryBytes() - before);
      }
      expect(readBytes).toBe(sizeBytes);
      expect(await process.exit).toEqual({ code: 0, signal: null });
      expect(said).toBe('all written\n');
      // Far less than what passed through: it was not collected anywhere.
      expect(most).toBeLessThan(15_000_000);
    });

    it('an output without end is kept only in part, with its end', async () => {
      const result = await exec(host, queryScript('head -c 9000000 /dev/zero | tr "\\0" x; echo; echo the end'));
      expect(result.truncated).toBe(true);
      expect(result.stdout.length).toBeLessThan(4.5 * 1024 * 1024);
      expect(result.stdout.endsWith('\nthe end\n')).toBe(true);
    });

    it('lines arrive while it runs', async () => {
      const lines: string[] = [];
      const at: number[] = [];
      await exec(
        host,
        queryScript('echo one; sleep 0.3; printf "zw\\303"; sleep 0.1; printf "\\266i\\r\\n"; echo e >&2; printf last'),
        {
          onLine: (stream, line) => {
            lines.push(`${stream} ${line}`);
            at.push(performance.now());
          },
        },
      );
      expect(lines.filter((line) => line.startsWith('stdout'))).toEqual(['stdout one', 'stdout zwöi', 'stdout last']);
      expect(lines).toContain('stderr e');
      expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeGreaterThan(200);
    });

    it('a signal reaches the process', async () => {
      const process = await host.spawn(
        queryScript('trap "echo got it; exit 9" INT; echo ready; while :; do sleep 0.05; done'),
      );
      process.stderr.resume();
      const output = readLines(process.stdout);
      await output.until('ready');
      process.kill('SIGINT');
      expect(await process.exit).toEqual({ code: 9, signal: null });
      expect(output.text()).toBe('ready\ngot it\n');
    });

    it('aborting ends the whole group on the machine', async () => {
      const marker = `hardshell-${randomBytes(8).toString('hex')}`;
      const stop = new AbortController();
      const running = exec(host, queryScript('sh -c "sleep 300; :" "$1" & sleep 300', [marker]), {
        signal: stop.signal,
      });
      const outcome = expect(running).rejects.toThrow('enough');
      await expect.poll(() => runsNow(marker), { timeout: 5000 }).toBe(true);
      stop.abort(new Error('enough'));
      await outcome;
      await expect.poll(() => runsNow(marker), { timeout: 5000 }).toBe(false);
    });

    it('aborting kills what does not want to end', { timeout: 20_000 }, async () => {
      const marker = `hardshell-${randomBytes(8).toString('hex')}`;
      const stop = new AbortController();
      const running = exec(host, queryScript('trap "" TERM HUP INT; while :; do sleep 0.1; done', [marker]), {
        signal: stop.signal,
      });
      const outcome = expect(running).rejects.toThrow('enough');
      await expect.poll(() => runsNow(marker), { timeout: 5000 }).toBe(true);
      stop.abort(new Error('enough'));
      await outcome;
      await expect.poll(() => runsNow(marker), { timeout: 5000 }).toBe(false);
    });

    it('thirty at once', async () => {
      const results = await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          exec(host, queryScript('cat; sleep 0.1; exit "$1"', [index]), { input: String(index) }),
        ),
      );
      expect(results.map(({ code, stdout }) => [code, stdout])).toEqual(
        Array.from({ length: 30 }, (_, index) => [index, String(index)]),
      );
    });
  });
}

/** What is really in use: what is only waiting for the collector does not count. */
function memoryBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSessionStart, createLeaderFilter } from './session-leader.ts';

const NONCE = '0123456789abcdef';
const anyText = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text));

function filtered(chunks: readonly Buffer[]): { text: string; leader: number | undefined } {
  const filter = createLeaderFilter(NONCE);
  const out = [...chunks.map((chunk) => filter.take(chunk)), filter.flush()];
  return { text: Buffer.concat(out).toString(), leader: filter.leader() };
}

describe('the announcement of a session', () => {
  it('is taken out of standard error, wherever its chunks end and whatever stands around it', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.array(fc.nat(200)), (before, after, cuts) => {
        const whole = Buffer.from(`${before}${NONCE} 4711\n${after}`);
        const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const chunks = at.slice(1).map((end, index) => whole.subarray(at[index], end));
        expect(filtered(chunks)).toEqual({ text: before + after, leader: 4711 });
      }),
    );
  });

  it('that never comes holds nothing back for ever', () => {
    expect(filtered([Buffer.from('This account is '), Buffer.from('not available.\n')])).toEqual({
      text: 'This account is not available.\n',
      leader: undefined,
    });
    const filter = createLeaderFilter(NONCE);
    expect(filter.take(Buffer.alloc(70_000, 'x'))).toHaveLength(70_000);
    expect(filter.take(Buffer.from(`${NONCE} 5\n`)).toString()).toBe(`${NONCE} 5\n`);
  });

  it('that names no process is believed by nobody', () => {
    for (const said of ['1', '0', '-1', 'x', '1e3x', ''])
      expect(filtered([Buffer.from(`${NONCE} ${said}\n`)]).leader).toBeUndefined();
  });

  it('is made by the command’s own process, and the command gets its words unchanged', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 50 }), (words) => {
        const start = buildSessionStart(['sh', '-c', 'printf "%s\\0" "$@"; echo $$ >&2', 'sh', ...words], false);
        const run = spawnSync('sh', ['-c', start.text]);
        const stderr = Buffer.concat([start.filter?.take(run.stderr) ?? Buffer.alloc(0)]).toString();
        expect(run.stdout.toString()).toBe(words.map((word) => `${word}\0`).join(''));
        expect(start.buildKill('SIGTERM')).toBe(
          `exec sh -c 'kill -s "$1" -- "-$2" 2>/dev/null' sh TERM ${stderr.trim()}`,
        );
      }),
      { numRuns: 10 },
    );
  });

  it('is left out in a terminal', () => {
    const start = buildSessionStart(['echo', "it's"], true);
    expect(start.filter).toBeUndefined();
    expect(start.buildKill('SIGTERM')).toBeUndefined();
    expect(execFileSync('sh', ['-c', start.text]).toString()).toBe("it's\n");
  });
});

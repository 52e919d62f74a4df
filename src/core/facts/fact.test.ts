import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { change, query, type Command } from '../host/command.ts';
import type { ExecResult } from '../host/exec.ts';
import { createFactReader, fact, type Fact } from './fact.ts';

const say = (text: string): Fact<string> => fact(text, query(['echo', text]), (result) => result.stdout);
const one = say('one');
const two = say('two');
const three = say('three');

const answer = (command: Command): ExecResult => ({
  command,
  code: 0,
  signal: null,
  stdout: command.argv[1] ?? '',
  stderr: '',
  truncated: false,
});

/** A machine that remembers what it was asked, journey by journey. */
function machine(): { asked: string[][]; ask: (facts: readonly Fact<unknown>[]) => Promise<ExecResult[]> } {
  const asked: string[][] = [];
  return {
    asked,
    ask: (facts) => {
      asked.push(facts.map(({ id }) => id));
      return Promise.resolve(facts.map(({ command }) => answer(command)));
    },
  };
}

describe('a fact', () => {
  it('is a question, never a change', () => {
    expect(() => fact('bad', change(['rm', 'x']), () => 1)).toThrow(TypeError);
  });
});

describe('a reader of facts', () => {
  it('asks along what others will want, each once, in one journey', async () => {
    const { asked, ask } = machine();
    const reader = createFactReader(ask, () => [two, one, two]);
    expect(await Promise.all([reader.read(one), reader.read(two), reader.read(one)])).toEqual(['one', 'two', 'one']);
    expect(asked).toEqual([['one', 'two']]);
  });

  it('asks a later one alone when all others are known', async () => {
    const { asked, ask } = machine();
    const reader = createFactReader(ask, () => [one, two]);
    await reader.read(one);
    expect(await reader.read(three)).toBe('three');
    expect(asked).toEqual([['one', 'two'], ['three']]);
  });

  it('asks again after a change, and what is wanted then', async () => {
    const { asked, ask } = machine();
    let wanted = [one, two];
    const reader = createFactReader(ask, () => wanted);
    await reader.read(one);
    reader.invalidate();
    wanted = [two];
    await reader.read(two);
    await reader.read(two);
    expect(asked).toEqual([['one', 'two'], ['two']]);
  });

  it('does not take an answer from before a change for one from after it', async () => {
    const waiting: ((results: ExecResult[]) => void)[] = [];
    let count = 0;
    const reader = createFactReader(
      () => new Promise((resolve) => waiting.push(resolve)),
      () => [],
    );
    const before = reader.read(one);
    reader.invalidate();
    const after = reader.read(one);
    for (const resolve of waiting) resolve([{ ...answer(one.command), stdout: String((count += 1)) }]);
    expect([await before, await after]).toEqual(['1', '2']);
  });

  it('tells everybody who waits when the machine does not answer', async () => {
    const lost = new AppError('host.connection-lost');
    const reader = createFactReader(
      () => Promise.reject(lost),
      () => [two],
    );
    const results = await Promise.allSettled([reader.read(one), reader.read(two)]);
    expect(results).toEqual([
      { status: 'rejected', reason: lost },
      { status: 'rejected', reason: lost },
    ]);
  });

  it('lets the parser refuse an answer, for this fact alone', async () => {
    const { ask } = machine();
    const odd = fact('odd', query(['echo', 'odd']), () => {
      throw new AppError('command.failed');
    });
    const reader = createFactReader(ask, () => [odd, one]);
    await expect(reader.read(odd)).rejects.toMatchObject({ code: 'command.failed' });
    expect(await reader.read(one)).toBe('one');
  });
});

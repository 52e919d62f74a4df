import { describe, expect, it } from 'vitest';
import { needed } from '../../shared/model/run.ts';
import { fact, type AskFacts } from '../facts/fact.ts';
import { change, changeScript, query } from '../host/command.ts';
import { exec } from '../host/exec.ts';
import { createFakeHost } from '../host/fake/fake-host.ts';
import { serverLayout } from '../openclaw/server-layout.ts';
import { accountStep } from '../steps/server/account.ts';
import type { ApplyContext, Step } from '../steps/step.ts';
import { rehearse, spell } from './rehearsal.ts';

const colour = fact('colour', query(['colour']), ({ stdout }) => stdout);

function stepThat(apply: (context: ApplyContext) => Promise<void>): Step {
  return {
    id: 'step',
    title: 'Do it',
    facts: [colour],
    timeoutMs: 1000,
    check: () => Promise.resolve(needed('it is not so')),
    apply,
  };
}

/** Answers the fact, and nothing else: whoever reaches for the machine itself fails the test. */
function rehearseHere(step: Step, signal = new AbortController().signal) {
  const host = createFakeHost();
  const ask: AskFacts = (facts) =>
    Promise.resolve(
      facts.map(({ command }) => ({ command, code: 0, signal: null, stdout: 'blue', stderr: '', truncated: false })),
    );
  return rehearse(step, { host, ask, signal }).finally(() => expect(host.traffic.roundTrips).toBe(0));
}

describe('a rehearsal', () => {
  it('writes down the changes of a step, in its order, with facts that are read for real', async () => {
    const step = stepThat(async ({ read, change: make, changeOk, act }) => {
      await make(change(['paint', await read(colour)], { runAs: 'root' }));
      await act('Hanging it up', () => Promise.reject(new Error('this was done')));
      await changeOk(
        'Calling somebody',
        change(['call', 'a friend'], { runAs: { user: 'openclaw' }, env: { A: 'b c' } }),
      );
    });
    expect(await rehearseHere(step)).toEqual([
      { what: 'Do it', command: { runAs: 'root', text: 'paint blue' } },
      { what: 'Hanging it up' },
      { what: 'Calling somebody', command: { runAs: 'openclaw', text: "A='b c' call 'a friend'" } },
    ]);
  });

  it('ends where a step must know what only doing it can tell', async () => {
    const asks = stepThat(async ({ host, act }) => {
      await act('Before', () => Promise.resolve());
      await exec(host, query(['look']));
      await act('After', () => Promise.resolve());
    });
    const needs = stepThat(async ({ act }) => {
      const got = await act('Fetching', () => Promise.resolve({ name: 'it' }));
      await act(`Unpacking ${got.name}`, () => Promise.resolve());
    });
    expect(await rehearseHere(asks)).toEqual([{ what: 'Before' }]);
    expect(await rehearseHere(needs)).toEqual([{ what: 'Fetching' }]);
  });

  it('does not go on for somebody who has gone away', async () => {
    const gone = AbortSignal.abort(new Error('gone'));
    const step = stepThat(({ signal }) => {
      signal.throwIfAborted();
      return Promise.resolve();
    });
    await expect(rehearseHere(step, gone)).rejects.toThrow('gone');
  });

  it('shows the script of a real step with what it is given', async () => {
    const [made, ...others] = await rehearseHere(accountStep(serverLayout));
    expect(others).toEqual([]);
    expect(made?.command?.runAs).toBe('root');
    expect(made?.command?.text).toMatch(
      /^set -- openclaw \/home\/openclaw\nset -eu\n[^]*useradd --create-home[^]*enable-linger/,
    );
  });
});

describe('a command, spelled out', () => {
  it('is what a shell would run: parameters and variables first, then the script whole', () => {
    const command = changeScript('echo "$1"\necho "$2"', ["it's", 2], { env: { PATH: '/a b' } });
    expect(spell(command)).toBe(`export PATH='/a b'\nset -- 'it'\\''s' 2\necho "$1"\necho "$2"`);
    expect(spell(changeScript('true'))).toBe('true');
  });
});

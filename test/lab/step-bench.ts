import { createFactReader } from '../../src/core/facts/fact.ts';
import type { Command } from '../../src/core/host/command.ts';
import { exec, expectOk, type ExecResult } from '../../src/core/host/exec.ts';
import type { Host } from '../../src/core/host/host.ts';
import type { ApplyContext, Step } from '../../src/core/steps/step.ts';
import { needed, satisfied, type Check } from '../../src/shared/model/run.ts';
import type { AppError } from '../../src/shared/app-error.ts';
import { askOn } from './docker-exec-host.ts';

export interface BenchOptions {
  readonly signal?: AbortSignal;
  /** Stands between a step and the machine: to break something, or to look. */
  readonly onChange?: (command: Command) => Command;
}

/** One step on one machine, as a run would drive it, without lease and journal. */
export interface StepBench {
  readonly notes: readonly string[];
  /** What the changes said. */
  readonly lines: readonly string[];
  readonly changes: readonly Command[];
  /** What was changed without a command, in words. */
  readonly acts: readonly string[];
  check(step: Step): Promise<Check>;
  apply(step: Step): Promise<void>;
  /** check -> apply where needed -> check again. Hands back the last answer. */
  run(step: Step): Promise<Check>;
}

export function createStepBench(
  host: Host,
  { signal = new AbortController().signal, onChange = (it) => it }: BenchOptions = {},
): StepBench {
  const facts = createFactReader(askOn(host), () => []);
  const notes: string[] = [];
  const lines: string[] = [];
  const changes: Command[] = [];
  const acts: string[] = [];
  const change: ApplyContext['change'] = async (command, options = {}) => {
    if (command.effect !== 'change') throw new TypeError('a query was given as a change');
    changes.push(command);
    facts.invalidate();
    try {
      const { input, timeoutMs, onLine } = options;
      return await exec(host, onChange(command), {
        ...(input === undefined ? {} : { input }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        onLine: (stream, line) => {
          lines.push(line);
          onLine?.(stream, line);
        },
        signal,
      });
    } finally {
      facts.invalidate();
    }
  };
  const context: ApplyContext = {
    read: (fact) => facts.read(fact),
    host,
    signal,
    change,
    changeOk: async (doing, command, options): Promise<ExecResult> => expectOk(await change(command, options), doing),
    act: async (doing, work) => {
      acts.push(doing);
      return work(signal);
    },
    note: (line) => void notes.push(line),
    progress: () => undefined,
  };
  const check = (step: Step): Promise<Check> => {
    facts.invalidate();
    return step.check(context);
  };
  return {
    notes,
    lines,
    changes,
    acts,
    check,
    apply: (step) => step.apply(context),
    async run(step) {
      const first = await check(step);
      if (first.is === 'satisfied') return first;
      await step.apply(context);
      return check(step);
    },
  };
}

/** A step that only says what a test has it say. */
export function fakeStep(id: string, { isDone, apply }: { isDone: () => boolean; apply: () => unknown }): Step {
  return {
    id,
    title: id,
    facts: [],
    timeoutMs: 1000,
    check: () => Promise.resolve(isDone() ? satisfied('it is so') : needed('it is not so')),
    async apply() {
      await Promise.resolve();
      apply();
    },
  };
}

/** What a step was refused with, or failed with. */
export async function failure(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    return error as AppError;
  }
  throw new Error('it did not fail');
}

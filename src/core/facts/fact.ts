import type { Command } from '../host/command.ts';
import type { ExecResult } from '../host/exec.ts';

/** A question to a machine: a reading command and a pure parser of its answer. `id` names it in a cache and in errors. */
export interface Fact<T> {
  readonly id: string;
  readonly command: Command;
  /** Pure. Throws an AppError where the answer cannot be understood. */
  readonly parse: (result: ExecResult) => T;
}

export function fact<T>(id: string, command: Command, parse: (result: ExecResult) => T): Fact<T> {
  if (command.effect !== 'read') throw new TypeError(`The fact ${id} would change the machine.`);
  return { id, command, parse };
}

/** Asks many facts in one round trip and remembers the answers until something changes the machine. */
export interface FactReader {
  read<T>(fact: Fact<T>): Promise<T>;
  /** Forgets everything: after a change, what was read is history. */
  invalidate(): void;
}

/** Where answers come from: normally one batch; a fake in tests. `signal` ends the waiting for these answers. */
export type AskFacts = (facts: readonly Fact<unknown>[], signal?: AbortSignal) => Promise<ExecResult[]>;

/**
 * @param together facts that are asked along with the first that is missing, because somebody will want them too
 */
export function createFactReader(ask: AskFacts, together: () => readonly Fact<unknown>[]): FactReader {
  let known = new Map<string, Promise<ExecResult>>();

  function askFor(wanted: Fact<unknown>): Promise<ExecResult> {
    const facts = new Map([[wanted.id, wanted]]);
    for (const other of together()) if (!known.has(other.id)) facts.set(other.id, other);
    const asked = [...facts.values()];
    const results = ask(asked);
    asked.forEach((one, index) => {
      const result = results.then((all) => pick(all, index));
      // Who waits for it is told; nobody has to.
      result.catch(() => undefined);
      known.set(one.id, result);
    });
    return known.get(wanted.id) ?? Promise.reject(new Error(`The fact ${wanted.id} was not asked.`));
  }

  return {
    async read<T>(wanted: Fact<T>): Promise<T> {
      return wanted.parse(await (known.get(wanted.id) ?? askFor(wanted)));
    },
    invalidate() {
      known = new Map();
    },
  };
}

function pick(all: readonly ExecResult[], index: number): ExecResult {
  const result = all[index];
  if (result === undefined) throw new Error(`There are ${all.length} answers, and none with the number ${index}.`);
  return result;
}

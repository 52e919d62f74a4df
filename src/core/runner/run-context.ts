import { AppError } from '../../shared/app-error.ts';
import type { RunEventBody } from '../../shared/model/run.ts';
import type { FactReader } from '../facts/fact.ts';
import { formatCommand, type Command } from '../host/command.ts';
import { exec, expectOk, type ExecResult, type Spawner } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import type { ApplyContext, ChangeOptions, CheckContext, Step } from '../steps/step.ts';
import type { Lease } from './lease.ts';

export interface ContextDeps {
  readonly host: Host;
  readonly facts: FactReader;
  readonly emit: (body: RunEventBody) => void;
  /** Counts a change that was made without a command. */
  readonly countChange: () => void;
}

export function createCheckContext(deps: ContextDeps, signal: AbortSignal): CheckContext {
  return { read: (fact) => deps.facts.read(fact), host: deps.host, signal };
}

/** What a step works with: every change goes through the lease, is counted, audited and spoken to the run's log. */
export function createApplyContext(deps: ContextDeps, step: Step, lease: Lease, signal: AbortSignal): ApplyContext {
  const speak = (stream: 'stdout' | 'stderr' | 'note', line: string): void => {
    deps.emit({ type: 'step.spoke', stepId: step.id, stream, line });
  };
  const change = async (command: Command, options: ChangeOptions = {}): Promise<ExecResult> => {
    if (command.effect !== 'change') throw new TypeError(`A query was given as a change: ${formatCommand(command)}`);
    const { doing, quiet = false, onLine, signal: own, ...execOptions } = options;
    const spawner: Spawner = {
      spawn: (wanted, spawnOptions) =>
        lease.spawn(wanted, { step: step.id, what: doing ?? formatCommand(wanted) }, spawnOptions),
    };
    deps.facts.invalidate();
    try {
      return await exec(spawner, command, {
        ...execOptions,
        signal: own === undefined ? signal : AbortSignal.any([signal, own]),
        onLine: (stream, line) => {
          onLine?.(stream, line);
          if (!quiet && line.trim() !== '') speak(stream, line);
        },
      });
    } finally {
      deps.facts.invalidate();
    }
  };
  return {
    ...createCheckContext(deps, signal),
    change,
    async changeOk(doing, command, options = {}) {
      return expectOk(await change(command, { doing, ...options }), doing);
    },
    async act(doing, work) {
      deps.countChange();
      deps.facts.invalidate();
      await lease.audit({ step: step.id, what: doing });
      try {
        return await work(signal);
      } finally {
        deps.facts.invalidate();
      }
    },
    note: (line) => {
      speak('note', line);
    },
    progress(done, total, unit) {
      deps.emit({ type: 'step.progressed', stepId: step.id, done, unit, ...(total === undefined ? {} : { total }) });
    },
  };
}

/** Runs `work` with a signal that is aborted when the parent is, or after `timeoutMs`; the timer never outlives it. */
export async function withTimeout<T>(
  parent: AbortSignal,
  timeoutMs: number,
  doing: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onAbort = (): void => {
    controller.abort(parent.reason);
  };
  if (parent.aborted) onAbort();
  else parent.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => {
    controller.abort(new AppError('command.timeout', { details: { doing, timeoutMs } }));
  }, timeoutMs);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', onAbort);
  }
}

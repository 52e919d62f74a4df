import { access } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertNever } from '../../shared/assert-never.ts';
import { fingerprint, type GatewayDefinition, type GatewayState } from './definition.ts';
import { buildEnvironment, type Environment } from './gateway-environment.ts';
import { removeProcessRecord, startProcess, type ProcessRole, type SupervisedProcess } from './gateway-process.ts';
import { appendNote } from './log-file.ts';
import { raceAbort } from './race-abort.ts';
import { buildRepairArgv, describeRepair, readConfigText } from './repair.ts';
import {
  describeEnd,
  noHistory,
  planNextMove,
  type AttemptEnd,
  type CrashHistory,
  type ProcessEnd,
  type RestartPolicy,
} from './restart-policy.ts';

export interface LifeTimings {
  /** What work under way is given when the gateway is asked to end. */
  readonly stopGraceMs: number;
  readonly doctorTimeoutMs: number;
}

export interface LifeDeps {
  readonly platform: NodeJS.Platform;
  readonly env: Environment;
  readonly policy: RestartPolicy;
  readonly timings: LifeTimings;
  readonly processFile: string;
  readonly now: () => number;
  /** As it is defined now: a change counts from the next start on. */
  readonly definition: () => GatewayDefinition;
  readonly show: (state: GatewayState, because: string) => void;
  readonly giveUp: (because: string, exitCode: number | undefined) => Promise<void>;
}

/** A gateway from a start that somebody asked for to its end, with the restarts and the repair that happen in between. */
export interface GatewayLife {
  /** The process that runs now, if one does. */
  process(): SupervisedProcess | undefined;
  crashes(): number;
  /** Resolves when the first process runs, or could not be started. */
  readonly begun: Promise<void>;
  /** Resolves when nothing runs any more, or was left alone. Rejects only on a bug. */
  readonly done: Promise<void>;
  /** Ends it. Asked again with `force`, it is not given the rest of its grace. */
  end(force: boolean): Promise<void>;
  /** Freezes and ends it with everything that it has started, without a moment for what it works on. */
  kill(): Promise<void>;
  /** Stops watching. What runs goes on. */
  leave(): Promise<void>;
}

/** @param adopted what an earlier supervisor left behind */
export function openGatewayLife(deps: LifeDeps, adopted: SupervisedProcess | undefined): GatewayLife {
  const stop = new AbortController();
  const hurry = new AbortController();
  const leave = new AbortController();
  let current: SupervisedProcess | undefined = adopted;
  let history: CrashHistory = noHistory;
  let onBegun = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    onBegun = resolve;
  });

  const isLeft = (): boolean => leave.signal.aborted;
  const isOver = (): boolean => stop.signal.aborted;
  const note = (text: string): Promise<void> => appendNote(deps.definition().logFile, text, deps.now());

  async function start(role: ProcessRole): Promise<SupervisedProcess> {
    const definition = deps.definition();
    const { node, entry, args, cwd, logFile } = definition;
    await access(node);
    await access(entry);
    const env = buildEnvironment({ platform: deps.platform, inherited: deps.env, ...definition });
    const argv: readonly [string, ...string[]] =
      role === 'repair' ? buildRepairArgv(definition) : [node, entry, ...args];
    const spec = { role, hash: fingerprint(definition), recordFile: deps.processFile, argv, env, cwd, logFile };
    return startProcess(spec, deps.platform);
  }

  /** Until the process has ended by itself; 'aborted': it was ended or left because that was asked for. */
  async function attend(one: SupervisedProcess): Promise<ProcessEnd | 'aborted'> {
    const end = await raceAbort(one.ended, stop.signal);
    if (isLeft()) return 'aborted';
    if (end === 'aborted') {
      deps.show('stopping', 'it was asked to end');
      await raceAbort(one.terminate(deps.timings.stopGraceMs, hurry.signal), leave.signal);
      if (isLeft()) return 'aborted';
    } else await one.sweep();
    await removeProcessRecord(deps.processFile);
    current = undefined;
    return end;
  }

  async function attempt(): Promise<AttemptEnd | 'aborted'> {
    const found = current;
    try {
      current = found ?? (await start('gateway'));
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error) };
    }
    deps.show('running', found === undefined ? 'it was started' : 'it was found running');
    onBegun();
    return attend(current);
  }

  async function repair(): Promise<void> {
    const before = await readConfigText(deps.definition());
    let outcome: string;
    try {
      const doctor = (current ??= await start('repair'));
      deps.show('repairing', "OpenClaw's doctor mends its configuration");
      onBegun();
      // One that cannot be ended is waited for below: it must not take the supervisor of all the others with it.
      const late = setTimeout(() => void doctor.terminate(0).catch(() => undefined), deps.timings.doctorTimeoutMs);
      const end = await attend(doctor);
      clearTimeout(late);
      if (end === 'aborted') return;
      outcome = describeEnd(end);
    } catch (error) {
      outcome = describeEnd({ failure: error instanceof Error ? error.message : String(error) });
    }
    await note(describeRepair(before, await readConfigText(deps.definition()), outcome));
  }

  async function freeze(): Promise<void> {
    try {
      await current?.freeze();
    } catch (error) {
      // What cannot be looked through is ended all the same, as far as its group reaches.
      await note(`it could not be frozen: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async function live(): Promise<void> {
    if (adopted?.role === 'repair') {
      history = { crashes: 1, repaired: true };
      await repair();
    }
    while (!isOver()) {
      const startedAtMs = deps.now();
      const end = await attempt();
      if (end === 'aborted' || isOver()) return;
      const move = planNextMove(deps.policy, history, end, deps.now() - startedAtMs);
      history = move.history;
      switch (move.is) {
        case 'give-up':
          await note(`given up: ${move.because}`);
          await deps.giveUp(move.because, move.exitCode);
          return;
        case 'repair':
          await note(move.because);
          await repair();
          break;
        case 'restart':
          await note(`${move.because}; it is started again in ${(move.afterMs / 1_000).toFixed(0)} s`);
          deps.show('waiting', move.because);
          onBegun();
          await sleep(move.afterMs, undefined, { signal: stop.signal }).catch(() => undefined);
          break;
        default:
          assertNever(move);
      }
    }
  }

  const done = live().finally(() => onBegun());
  return {
    process: () => current,
    crashes: () => history.crashes,
    begun,
    done,
    async end(force) {
      stop.abort();
      if (force) hurry.abort();
      await done;
    },
    async kill() {
      await freeze();
      stop.abort();
      hurry.abort();
      await done;
    },
    async leave() {
      leave.abort();
      stop.abort();
      await done;
    },
  };
}

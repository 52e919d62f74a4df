import { queryScript } from '../host/command.ts';
import type { ExecResult } from '../host/exec.ts';
import { parseCount, parseKeyValues, unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';

/** A systemd unit as it is loaded and runs. */
export interface UnitState {
  /** `loaded`, `not-found`, `masked`, `bad-setting`; `no-manager`: the account, or its service manager, is not there. */
  readonly loadState: string;
  /** `active`, `activating`, `deactivating`, `inactive`, `failed`. */
  readonly activeState: string;
  readonly subState: string;
  /** Why it is as it is: `success`, `exit-code`, `oom-kill`, `start-limit-hit`. */
  readonly result: string;
  /** `enabled`, `disabled`, …; empty where there is no unit file. */
  readonly unitFileState: string;
  /** Undefined while nothing runs. */
  readonly mainPid: number | undefined;
  /** When the main process was started, in milliseconds; undefined while it never was. */
  readonly startedAtMs: number | undefined;
  readonly fragmentPath: string;
  readonly dropInPaths: readonly string[];
  /** The argument list, words separated by one space; empty without one. */
  readonly execStart: string;
  readonly restarts: number;
  /** Exit code of the main process that ended last; undefined while none has. */
  readonly exitCode: number | undefined;
  /** Bytes; undefined: no limit. */
  readonly memoryMaxBytes: number | undefined;
  readonly memoryHighBytes: number | undefined;
  /** The files changed since systemd read them. */
  readonly needsReload: boolean;
}

const PROPERTIES = [
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'UnitFileState',
  'MainPID',
  'ExecMainPID',
  'ExecMainStartTimestamp',
  'ExecMainStatus',
  'ExecMainCode',
  'FragmentPath',
  'DropInPaths',
  'ExecStart',
  'NRestarts',
  'MemoryMax',
  'MemoryHigh',
  'NeedDaemonReload',
].join(',');

/** A unit of an account's own service manager. */
export function userUnitFact(user: string, unit: string): Fact<UnitState> {
  const command = queryScript('exec systemctl --user show --property="$1" -- "$2"', [PROPERTIES, unit], {
    runAs: { user },
    // Times are printed for the reader's time zone: UTC for us.
    env: { LC_ALL: 'C', TZ: 'UTC' },
  });
  return fact(`unit ${user} ${unit}`, command, parseUserUnit);
}

const NO_MANAGER =
  /no account named|Failed to connect to bus|Failed to get D-Bus connection|does not exist|cannot open shared|not found/i;

/** Pure. */
export function parseUserUnit(result: ExecResult): UnitState {
  const values = parseKeyValues(result.stdout);
  if (!values.has('LoadState')) {
    if (result.code !== 0 && NO_MANAGER.test(result.stderr)) return parseUnit(new Map([['LoadState', 'no-manager']]));
    throw unreadable('the service', result);
  }
  return parseUnit(values);
}

function parseUnit(values: ReadonlyMap<string, string>): UnitState {
  const text = (name: string): string => values.get(name) ?? '';
  const pid = parseCount(values.get('MainPID'));
  const hasEnded = !['', '0'].includes(text('ExecMainCode'));
  return {
    loadState: text('LoadState'),
    activeState: values.get('ActiveState') ?? 'inactive',
    subState: values.get('SubState') ?? 'dead',
    result: text('Result'),
    unitFileState: text('UnitFileState'),
    mainPid: pid === 0 ? undefined : pid,
    startedAtMs: parseTimestamp(text('ExecMainStartTimestamp')),
    fragmentPath: text('FragmentPath'),
    dropInPaths: text('DropInPaths')
      .split(' ')
      .filter((path) => path !== ''),
    execStart: /argv\[\]=(.*?) ; ignore_errors=/.exec(text('ExecStart'))?.[1] ?? '',
    restarts: parseCount(values.get('NRestarts')) ?? 0,
    exitCode: hasEnded ? parseCount(values.get('ExecMainStatus')) : undefined,
    memoryMaxBytes: parseLimit(values.get('MemoryMax')),
    memoryHighBytes: parseLimit(values.get('MemoryHigh')),
    needsReload: values.get('NeedDaemonReload') === 'yes',
  };
}

/** `infinity`, and in old versions the largest number that 64 bits hold, mean that there is no limit. */
function parseLimit(text: string | undefined): number | undefined {
  const bytes = parseCount(text);
  return bytes === undefined || bytes > Number.MAX_SAFE_INTEGER ? undefined : bytes;
}

/** `Sat 2026-11-21 02:12:00 UTC`, `n/a` or nothing. */
function parseTimestamp(text: string): number | undefined {
  const [, day, time] = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC$/.exec(text) ?? [];
  return day === undefined || time === undefined ? undefined : Date.parse(`${day}T${time}Z`);
}

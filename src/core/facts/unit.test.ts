import { expect, test } from 'vitest';
import { query } from '../host/command.ts';
import type { ExecResult } from '../host/exec.ts';
import { parseUserUnit } from './unit.ts';

const answer = (stdout: string, code = 0, stderr = ''): ExecResult => ({
  command: query(['true']),
  code,
  signal: null,
  stdout,
  stderr,
  truncated: false,
});

test('a running unit with a drop-in, as systemd 252 showed it', () => {
  const text = `MainPID=1444
Result=success
NRestarts=2
ExecMainStartTimestamp=Sat 2026-11-21 02:25:39 UTC
ExecMainPID=1444
ExecMainCode=0
ExecMainStatus=0
ExecStart={ path=/opt/hardshell/node/bin/node ; argv[]=/opt/hardshell/node/bin/node --max-old-space-size=2048 /home/openclaw/.npm-global/lib/node_modules/openclaw/dist/index.js gateway --port 18789 ; ignore_errors=no ; start_time=[Sat 2026-11-21 02:25:39 UTC] ; stop_time=[n/a] ; pid=1444 ; code=(null) ; status=0/0 }
MemoryHigh=17693556736
MemoryMax=1363148800
LoadState=loaded
ActiveState=active
SubState=running
FragmentPath=/home/openclaw/.config/systemd/user/openclaw-gateway.service
DropInPaths=/home/openclaw/.config/systemd/user/openclaw-gateway.service.d/hardshell.conf
UnitFileState=enabled
NeedDaemonReload=no
`;
  expect(parseUserUnit(answer(text))).toEqual({
    loadState: 'loaded',
    activeState: 'active',
    subState: 'running',
    result: 'success',
    unitFileState: 'enabled',
    mainPid: 1444,
    startedAtMs: Date.UTC(2026, 10, 21, 2, 25, 39),
    fragmentPath: '/home/openclaw/.config/systemd/user/openclaw-gateway.service',
    dropInPaths: ['/home/openclaw/.config/systemd/user/openclaw-gateway.service.d/hardshell.conf'],
    execStart:
      '/opt/hardshell/node/bin/node --max-old-space-size=2048 /home/openclaw/.npm-global/lib/node_modules/openclaw/dist/index.js gateway --port 18789',
    restarts: 2,
    exitCode: undefined,
    memoryMaxBytes: 1363148800,
    memoryHighBytes: 17693556736,
    needsReload: false,
  });
});

test('a unit that OpenClaw ended with 78', () => {
  const text =
    'MainPID=0\nResult=exit-code\nNRestarts=0\nExecMainStartTimestamp=Sat 2026-11-21 02:25:39 UTC\nExecMainCode=1\nExecMainStatus=78\nMemoryMax=infinity\nMemoryHigh=18446744073709551615\nLoadState=loaded\nActiveState=failed\nSubState=failed\nNeedDaemonReload=yes\n';
  expect(parseUserUnit(answer(text))).toMatchObject({
    activeState: 'failed',
    result: 'exit-code',
    exitCode: 78,
    mainPid: undefined,
    memoryMaxBytes: undefined,
    memoryHighBytes: undefined,
    needsReload: true,
  });
});

test('a unit that is not there', () => {
  const text =
    'MainPID=0\nExecMainStartTimestamp=\nMemoryMax=infinity\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nFragmentPath=\nDropInPaths=\nUnitFileState=\n';
  expect(parseUserUnit(answer(text))).toMatchObject({
    loadState: 'not-found',
    startedAtMs: undefined,
    dropInPaths: [],
    execStart: '',
  });
});

test.each([
  ['no account named openclaw\n', 127],
  ['Failed to connect to bus: No medium found\n', 1],
  ['Failed to connect to bus: No such file or directory\n', 1],
  ['sh: 1: exec: systemctl: not found\n', 127],
])('without a service manager: %s', (stderr, code) => {
  expect(parseUserUnit(answer('', code, stderr))).toMatchObject({ loadState: 'no-manager', activeState: 'inactive' });
});

test('an answer that is none', () => {
  expect(() => parseUserUnit(answer('', 1, 'Something new went wrong\n'))).toThrow(/could not be understood/);
});

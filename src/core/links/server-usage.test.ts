import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../host/command.ts';
import type { Host, Process } from '../host/host.ts';
import { buildUsage, parseUnitReading, USAGE_SCRIPT, watchServerUsage, type UnitReading } from './server-usage.ts';
import type { UsageReading } from './usage-reading.ts';
import { until } from '../../../test/until.ts';

const run = promisify(execFile);
const PROCESS =
  '(node (gateway)) S 1 812 812 0 -1 4194304 9 0 0 0 150 50 20 30 20 0 11 0 8412 1073741824 51200 18446744073709551615';
const UNIT = `machine 1000.50 4 100 4096
MemTotal:        4005328 kB
NRestarts=3
CPUUsageNSec=12500000000
process 812 ${PROCESS}
process 830 (sh) S 812 830 812 0 -1 4194304 9 0 0 0 5 5 0 0 20 0 1 0 8412 1048576 100 18446744073709551615
process 
disk 20480
`;

describe('a reading of a unit', () => {
  it('is what the script prints', () => {
    expect(parseUnitReading(UNIT)).toEqual({
      uptime: 1000.5,
      cpus: 4,
      cpuSeconds: 12.5,
      memoryBytes: 51_300 * 4096,
      memoryMaxBytes: 4_005_328 * 1024,
      restarts: 3,
      diskBytes: 20_480 * 1024,
    });
  });

  it.each(['[not set]', '18446744073709551615', ''])('sums its processes where systemd says %j', (value) => {
    expect(parseUnitReading(UNIT.replace('12500000000', value))?.cpuSeconds).toBeCloseTo(2.6);
  });

  it.each([
    ['MemoryMax=1073741824\nCPUQuotaPerSecUSec=1.250000s', { memoryMaxBytes: 1024 ** 3, cpus: 1.25 }],
    ['MemoryMax=infinity\nCPUQuotaPerSecUSec=500ms', { memoryMaxBytes: 4_005_328 * 1024, cpus: 0.5 }],
    ['MemoryMax=18446744073709551615\nCPUQuotaPerSecUSec=infinity', { memoryMaxBytes: 4_005_328 * 1024, cpus: 4 }],
    ['MemoryMax=[not set]\nCPUQuotaPerSecUSec=1min 5s', { memoryMaxBytes: 4_005_328 * 1024, cpus: 4 }],
    ['MemoryMax=9999999999999', { memoryMaxBytes: 4_005_328 * 1024, cpus: 4 }],
  ])('is of what it may take, where that is less than all there is: %j', (said, limits) => {
    expect(parseUnitReading(`${UNIT}${said}\n`)).toMatchObject(limits);
  });

  it('does without a unit and without a disk, and not without a machine', () => {
    const bare = 'machine 10.0 2 100 4096\nMemTotal: 1000 kB\n';
    expect(parseUnitReading(bare)).toMatchObject({ cpuSeconds: 0, memoryBytes: 0, restarts: undefined });
    expect(parseUnitReading('Welcome!\n')).toBeUndefined();
  });

  it('comes from a Linux machine as it is, with its processes', async () => {
    const args = ['no-such.service', '/etc', '1', '3'];
    const running = run('sh', ['-c', USAGE_SCRIPT, 'sh', ...args], { timeout: 20_000 });
    // Whoever asked is gone at once: one reading, and then its end.
    running.child.stdin?.end();
    const { stdout } = await running;
    expect(stdout.match(/^end$/gm)).toHaveLength(1);
    const reading = parseUnitReading(stdout.replace(/^end$/gm, ''));
    expect(reading?.uptime).toBeGreaterThan(0);
    expect(reading?.cpus).toBeGreaterThan(0);
    expect(reading?.memoryMaxBytes).toBeGreaterThan(1e8);
    expect(reading?.diskBytes).toBeGreaterThan(1000);
  });
});

describe('the script', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hardshell-usage-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const install = async (name: string, text: string): Promise<void> => {
    await writeFile(join(dir, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(dir, name), 0o755);
  };

  it('asks for the limits of the unit, and counts no gateway of another account', async () => {
    for (const pid of ['812', '913']) {
      await mkdir(join(dir, pid));
      await writeFile(join(dir, pid, 'stat'), `${pid} ${PROCESS}\n`);
    }
    // Of an account that is not this one: root may give things away, and everybody else finds root's.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chown(join(dir, '913'), 65_534, 65_534);
    const other = isRoot ? join(dir, '913') : '/proc/1';
    await install(
      'grep',
      `[ "$1" != -ls ] || { echo "${dir}/812/cgroup ${other}/cgroup"; exit; }\nexec /bin/grep "$@"`,
    );
    await install('systemctl', `echo "asked $*"`);
    const env = { ...process.env, PATH: `${dir}:${process.env['PATH'] ?? ''}` };
    const running = run('sh', ['-c', USAGE_SCRIPT, 'sh', 'a.service', '', '1', '3'], { env, timeout: 20_000 });
    running.child.stdin?.end();
    const { stdout } = await running;
    expect(stdout).toMatch(/^asked --user show .*\bMemoryMax\b.*\bCPUQuotaPerSecUSec\b.* a\.service$/m);
    expect(stdout.match(/^process .*$/gm)).toEqual([`process 812 ${PROCESS}`]);
  });
});

describe('a watch of a unit', () => {
  const layout = { user: 'openclaw', unit: 'a.service', stateDir: '/state' };
  const process = (): { child: Process; out: PassThrough; isEnded: () => boolean; end: (code: number) => void } => {
    const [out, err, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
    let end: (code: number) => void = () => undefined;
    const exit = new Promise<{ code: number }>((resolve) => (end = (code) => resolve({ code })));
    const finish = (code: number): void => {
      out.end();
      err.end();
      end(code);
    };
    // The script ends with its standard input.
    stdin.on('finish', () => finish(0));
    return {
      child: { stdin, stdout: out, stderr: err, exit } as unknown as Process,
      out,
      isEnded: () => stdin.writableFinished,
      end: finish,
    };
  };

  it('has the requests from one that asks as root, and ends both with either', async () => {
    const [unit, counter] = [process(), process()];
    const commands: Command[] = [];
    const host = {
      spawn: (command: Command) => Promise.resolve(commands.push(command) === 1 ? unit.child : counter.child),
    } as unknown as Host;
    const told: UsageReading[] = [];
    const { signal } = new AbortController();
    const wish = { disk: false, requests: true, requestFile: '/requests.log' };
    const watching = watchServerUsage(host, layout, wish, (reading) => told.push(reading), signal);
    counter.out.write('requests 7\nend\n');
    await until(() => expect(commands).toHaveLength(2));
    await sleep(20);
    unit.out.write(`${UNIT}end\n`);
    await until(() => expect(told).toHaveLength(1));
    counter.out.write('end\n');
    await sleep(20);
    unit.out.write(`${UNIT}end\n`);
    await until(() => expect(told).toHaveLength(2));
    expect(told[0]).toMatchObject({ restarts: 3, requests: 7 });
    expect(told[1]).toMatchObject({ restarts: 3, problem: { code: 'guard.unsupported' } });
    expect(told[1]).not.toHaveProperty('requests');
    expect(commands.map(({ runAs }) => runAs)).toEqual([{ user: 'openclaw' }, 'root']);
    counter.end(1);
    await expect(watching).rejects.toMatchObject({ code: 'command.failed' });
    expect(unit.isEnded()).toBe(true);
  });
});

describe('what a unit took', () => {
  const reading = (more: Partial<UnitReading>): UnitReading => ({
    uptime: 100,
    cpus: 2,
    cpuSeconds: 10,
    memoryBytes: 512,
    memoryMaxBytes: 1024,
    restarts: 1,
    diskBytes: undefined,
    ...more,
  });

  it('is a share of all processors between two readings', () => {
    expect(buildUsage(undefined, reading({}))).toEqual({ at: 100_000, memory: 0.5, restarts: 1 });
    const usage = buildUsage(reading({}), reading({ uptime: 105, cpuSeconds: 15, diskBytes: 7 }));
    expect(usage).toEqual({ at: 105_000, cpu: 0.5, memory: 0.5, restarts: 1, diskBytes: 7 });
  });

  it.each([
    ['processes have ended', { uptime: 105, cpuSeconds: 1 }, 0],
    ['a clock is coarse', { uptime: 100.1, cpuSeconds: 11 }, 1],
  ])('is never less than nothing or more than all: %s', (_, more, cpu) => {
    expect(buildUsage(reading({}), reading(more)).cpu).toBe(cpu);
  });

  it('is not known across a reboot', () => {
    expect(buildUsage(reading({}), reading({ uptime: 3 }))).not.toHaveProperty('cpu');
  });
});

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/app-error.ts';
import { until, untilGone } from '../../../test/supervisor/gateway-lab.ts';
import { createFactReader } from '../facts/fact.ts';
import { change, changeScript } from '../host/command.ts';
import { exec } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import { openLocalHost } from '../host/local/local-host.ts';
import { isPidUsed } from '../system/process-identity.ts';
import { holderSchema, type Holder, type LeaseState } from './lease.ts';
import { createLocalLeaseKeeper, type LocalLeaseKeeper } from './local-lease.ts';

const RUN = (n: number): string => `r-00000000${n}-0000000${n}`;
const holder = (n: number, installation = 'h-00000000000000aa'): Holder =>
  holderSchema.parse({ installation, run: RUN(n), who: 'anna@laptop', why: 'deploy x to local' });
const dead = { isAlive: () => Promise.resolve(false) };
const alive = { isAlive: () => Promise.resolve(true) };

interface Room extends AsyncDisposable {
  readonly dataDir: string;
  readonly host: Host;
  readonly keeper: LocalLeaseKeeper;
  state(): Promise<LeaseState>;
  clock: { ms: number };
}

async function openRoom(): Promise<Room> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hardshell-lease-'));
  const host = await openLocalHost();
  const clock = { ms: Date.now() };
  const keeper = createLocalLeaseKeeper(host, {
    dataDir,
    platform: process.platform,
    now: () => clock.ms,
    renewEveryMs: 20,
  });
  return {
    dataDir,
    host,
    keeper,
    clock,
    state: () => createFactReader(keeper.ask, () => []).read(keeper.state),
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

describe('the lease of this computer', { timeout: 60_000 }, () => {
  it('is taken without what killed runs left beside it', async () => {
    await using room = await openRoom();
    const dir = join(room.dataDir, 'lease');
    await mkdir(dir);
    const ticket = { pid: 4_000_000, startedAt: 'earlier', nonce: 'aaaaaaaaaaaa' };
    await writeFile(join(dir, 'lock.aaaaaaaaaaaa.tmp'), JSON.stringify(ticket));
    await writeFile(join(dir, 'lease.json.bbbbbbbbbbbb.tmp'), '{"run":');
    const lease = await room.keeper.acquire(holder(1), alive);
    expect((await readdir(dir)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await lease[Symbol.asyncDispose]();
  });

  it('is held by one run, and free again afterwards, without a file left', async () => {
    await using room = await openRoom();
    expect(await room.state()).toEqual({ is: 'free' });
    const lease = await room.keeper.acquire(holder(1), alive);
    expect(await room.state()).toEqual({ is: 'held', holder: holder(1), secondsLeft: 60 });
    await expect(room.keeper.acquire(holder(2), alive)).rejects.toMatchObject({
      code: 'lease.held',
      details: { who: 'anna@laptop', run: RUN(1) },
    });
    await lease[Symbol.asyncDispose]();
    expect(await room.state()).toEqual({ is: 'free' });
    expect((await readdir(join(room.dataDir, 'lease'))).sort()).toEqual(['groups']);
    expect(room.host.traffic.roundTrips).toBe(0);
  });

  it('is given to exactly one of many who want it at once', async () => {
    await using room = await openRoom();
    const wanted = await Promise.allSettled([1, 2, 3, 4, 5].map((n) => room.keeper.acquire(holder(n), alive)));
    const won = wanted.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(won).toHaveLength(1);
    await won[0]?.[Symbol.asyncDispose]();
  });

  it('is taken over at once where its process is dead, but not by another installation', async () => {
    await using room = await openRoom();
    const first = await room.keeper.acquire(holder(1), alive);
    await expect(room.keeper.acquire(holder(2, 'h-00000000000000bb'), dead)).rejects.toMatchObject({
      code: 'lease.held',
    });
    const second = await room.keeper.acquire(holder(2), dead);
    await until('the first one notices', () => Promise.resolve(first.lost.aborted));
    expect(first.lost.reason).toMatchObject({ code: 'lease.lost' });
    await expect(first.spawn(change(['true']), { step: 's', what: 'w' })).rejects.toMatchObject({ code: 'lease.lost' });
    await first[Symbol.asyncDispose]();
    expect(await room.state()).toMatchObject({ is: 'held', holder: holder(2) });
    await second[Symbol.asyncDispose]();
  });

  it('is renewed, also after a sleep in which nobody took it', async () => {
    await using room = await openRoom();
    await using lease = await room.keeper.acquire(holder(1), alive);
    room.clock.ms += 50_000;
    await until('it was renewed', async () => {
      const state = await room.state();
      return state.is === 'held' && state.secondsLeft === 60;
    });
    room.clock.ms += 3_600_000;
    await until('it was renewed again', async () => (await room.state()).is === 'held');
    expect(lease.lost.aborted).toBe(false);
  });

  it('that ran out belongs to whoever asks', async () => {
    await using room = await openRoom();
    const slow = createLocalLeaseKeeper(room.host, {
      dataDir: room.dataDir,
      platform: process.platform,
      now: () => room.clock.ms,
    });
    const first = await slow.acquire(holder(1), alive);
    room.clock.ms += 61_000;
    expect(await room.state()).toEqual({ is: 'free' });
    await using second = await room.keeper.acquire(holder(2, 'h-00000000000000bb'), alive);
    expect(second.lost.aborted).toBe(false);
    await expect(first.spawn(change(['true']), { step: 's', what: 'w' })).rejects.toMatchObject({ code: 'lease.lost' });
    await first[Symbol.asyncDispose]();
  });

  it('starts commands with arguments as they are, and says everything in the audit log', async () => {
    await using room = await openRoom();
    await using lease = await room.keeper.acquire(holder(1), alive);
    const odd = [`a b`, `'"`, '$(touch /tmp/pwned)', 'zwei\nZeilen', 'ü'];
    const command = changeScript('for a; do printf "%s|" "$a"; done; exit 3', odd, { env: { ODD: `$HOME'` } });
    const spawner = {
      spawn: (wanted: typeof command) => lease.spawn(wanted, { step: 'odd', what: 'two\nlines \u001b[31m' }),
    };
    expect(await exec(spawner, command)).toMatchObject({ code: 3, stdout: `${odd.join('|')}|` });
    const marked = changeScript('printf "%s %s" "$ODD" "$HARDSHELL_RUN"', [], { env: { ODD: `$HOME'` } });
    expect((await exec(spawner, marked)).stdout).toBe(`$HOME' ${RUN(1)}`);
    await lease.audit({ step: 'other', what: 'done' });
    const log = await readFile(join(room.dataDir, 'audit.log'), 'utf8');
    expect(log.trimEnd().split('\n')).toHaveLength(3);
    expect(log).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ anna@laptop h-00000000000000aa r-\S+ odd: two\\nlines \\u001b\[31m\n/,
    );
    expect((await stat(join(room.dataDir, 'audit.log'))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(room.dataDir, 'lease', 'groups'))).toEqual([]);
  });

  it('ends the whole group of a command when its caller gives up', async () => {
    await using room = await openRoom();
    await using lease = await room.keeper.acquire(holder(1), alive);
    const pids = join(room.dataDir, 'pids');
    const cancel = new AbortController();
    const command = changeScript('sleep 300 & echo $! >"$1"; wait', [pids]);
    const running = exec(
      { spawn: (wanted, options) => lease.spawn(wanted, { step: 's', what: 'w' }, options) },
      command,
      { signal: cancel.signal },
    );
    const child = Number(
      await until('it runs', async () => (await readFile(pids, 'utf8').catch(() => '')) || undefined),
    );
    cancel.abort(new AppError('run.cancelled'));
    await expect(running).rejects.toMatchObject({ code: 'run.cancelled' });
    await untilGone(child);
    expect(await readdir(join(room.dataDir, 'lease', 'groups'))).toEqual([]);
  });

  it('starts no command that comes too late', async () => {
    await using room = await openRoom();
    const first = await room.keeper.acquire(holder(1), alive);
    // Between the look at the lease and the start of the command somebody takes over: the command itself notices.
    const spawn: Host['spawn'] = async (command, options) => {
      const stored = { run: RUN(2), expiresAtMs: room.clock.ms + 60_000, holder: holder(2) };
      await writeFile(join(room.dataDir, 'lease', 'lease.json'), JSON.stringify(stored));
      return room.host.spawn(command, options);
    };
    const host: Host = Object.create(room.host, { spawn: { value: spawn } }) as Host;
    const racing = createLocalLeaseKeeper(host, {
      dataDir: room.dataDir,
      platform: process.platform,
      now: () => room.clock.ms,
    });
    await first[Symbol.asyncDispose]();
    const lease = await racing.acquire(holder(1), alive);
    const trace = join(room.dataDir, 'trace');
    const spawner = { spawn: (wanted: ReturnType<typeof change>) => lease.spawn(wanted, { step: 's', what: 'w' }) };
    await expect(exec(spawner, change(['touch', trace]))).rejects.toMatchObject({ code: 'lease.lost' });
    await expect(stat(trace)).rejects.toThrow();
    await lease[Symbol.asyncDispose]();
  });

  it('is taken over from a killed process only after the commands that it left behind have ended', async () => {
    await using room = await openRoom();
    const pids = join(room.dataDir, 'pids');
    const script = fileURLToPath(new URL('../../../test/supervisor/hold-lease.ts', import.meta.url));
    // One that ignores SIGTERM's default, one child, and one that has left for a session of its own.
    const shell = `trap '' TERM; sleep 300 & echo $! >>"$1"; setsid sleep 300 & echo $! >>"$1"; echo $$ >>"$1"; while :; do sleep 1; done`;
    const door = spawn(process.execPath, [script, room.dataDir, RUN(1), 'sh', '-c', shell, 'sh', pids], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const left = await until('it works', async () => {
        const text = await readFile(pids, 'utf8').catch(() => '');
        return text.trim().split('\n').length === 3 ? text.trim().split('\n').map(Number) : undefined;
      });
      door.kill('SIGKILL');
      await new Promise((resolve) => door.once('exit', resolve));
      expect(left.every((pid) => isPidUsed(pid))).toBe(true);
      expect(await room.state()).toMatchObject({ is: 'held', holder: { run: RUN(1) } });
      const startedAt = Date.now();
      await using lease = await room.keeper.acquire(holder(2), dead);
      expect(lease.lost.aborted).toBe(false);
      for (const pid of left) await untilGone(pid);
      expect(Date.now() - startedAt, 'they were given their grace').toBeGreaterThan(9_000);
      expect(await readdir(join(room.dataDir, 'lease', 'groups'))).toEqual([]);
    } finally {
      door.kill('SIGKILL');
      await sleep(10);
    }
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installationIdSchema, runIdSchema } from '../../shared/model/ids.ts';
import { change, changeScript } from '../host/command.ts';
import { exec, type Spawner } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import { openLocalHost } from '../host/local/local-host.ts';
import { withPrivileges } from '../host/privileges.ts';
import type { Holder, Lease, LeaseKeeper } from './lease.ts';
import { createServerLeaseKeeper, formatAuditLine } from './server-lease.ts';

const linux = process.platform === 'linux';
const anna = installationIdSchema.parse('h-0000000000000001');
const bert = installationIdSchema.parse('h-0000000000000002');
const holder = (number: number, installation = anna): Holder => ({
  installation,
  run: runIdSchema.parse(`r-aaaaaaaaa-${String(number).padStart(8, '0')}`),
  who: 'anna@laptop',
  why: "deploy it's mine",
});

describe.skipIf(!linux)('the lease of a server', () => {
  let dir: string;
  let host: Host;
  let keeper: LeaseKeeper;
  const paths = (): { dir: string; auditLog: string } => ({
    dir: path.join(dir, 'own'),
    auditLog: path.join(dir, 'log', 'audit.log'),
  });
  const dead = { isAlive: () => Promise.resolve(false) };
  const alive = { isAlive: () => Promise.resolve(true) };
  const under = (lease: Lease): Spawner => ({
    spawn: (command, options) => lease.spawn(command, { step: 's', what: 'w' }, options),
  });

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'hs-lease-'));
    host = withPrivileges(await openLocalHost(), { kind: 'is-root' });
    keeper = createServerLeaseKeeper(host, paths());
  });
  afterEach(async () => {
    await host[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  const state = async () => keeper.state.parse(await exec(host, keeper.state.command));

  it('is free, then held by its holder, then free again', async () => {
    expect(await state()).toEqual({ is: 'free' });
    const lease = await keeper.acquire(holder(1), alive);
    const held = await state();
    expect(held).toMatchObject({ is: 'held', holder: holder(1) });
    await lease[Symbol.asyncDispose]();
    expect(await state()).toEqual({ is: 'free' });
  });

  it('refuses a second one and names who holds it', async () => {
    const lease = await keeper.acquire(holder(1), alive);
    await expect(keeper.acquire(holder(2, bert), dead)).rejects.toMatchObject({
      code: 'lease.held',
      details: { who: 'anna@laptop', why: "deploy it's mine" },
    });
    await expect(keeper.acquire(holder(3), alive)).rejects.toMatchObject({ code: 'lease.held' });
    await lease[Symbol.asyncDispose]();
  });

  it('runs commands with their input, exit code and audit line', async () => {
    await using lease = await keeper.acquire(holder(1), alive);
    const result = await exec(under(lease), changeScript('cat; echo "$1" >&2; exit 7', ["it's $(x)\n"]), {
      input: 'in',
    });
    expect(result).toMatchObject({ code: 7, stdout: 'in', stderr: "it's $(x)\n\n" });
    const audit = await readFile(paths().auditLog, 'utf8');
    expect(audit.trim().split('\n')).toHaveLength(1);
    expect(audit).toContain('anna@laptop');
  });

  it('ends what a dead run of the same installation left behind, before anything else', async () => {
    const first = await keeper.acquire(holder(1), alive);
    const marker = path.join(dir, 'marker');
    const left = await first.spawn(
      changeScript('trap "" TERM; sh -c "sleep 300" & while :; do echo x >>"$1"; sleep 0.05; done', [marker]),
      { step: 's', what: 'w' },
    );
    left.exit.catch(() => undefined);
    await expect.poll(async () => (await readFile(marker, 'utf8').catch(() => '')).length).toBeGreaterThan(3);
    const second = await keeper.acquire(holder(2), dead);
    const size = (await readFile(marker, 'utf8')).length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await readFile(marker, 'utf8')).length).toBe(size);
    await expect(exec(under(first), change(['true']))).rejects.toMatchObject({ code: 'lease.lost' });
    await second[Symbol.asyncDispose]();
  }, 30_000);

  it('may be taken by anybody once it has run out', async () => {
    await keeper.acquire(holder(1), alive);
    const file = path.join(paths().dir, 'lease');
    const [head = '', json = ''] = (await readFile(file, 'utf8')).split('\n');
    const [installation = '', run = ''] = head.split(' ');
    await writeFile(file, `${installation} ${run} ${String(Math.floor(Date.now() / 1000) - 1)}\n${json}\n`);
    const lease = await keeper.acquire(holder(2, bert), dead);
    expect(lease.holder).toEqual(holder(2, bert));
    await lease[Symbol.asyncDispose]();
  });

  it('ends the whole group when the caller gives up', async () => {
    await using lease = await keeper.acquire(holder(1), alive);
    const marker = path.join(dir, 'marker');
    const stop = new AbortController();
    const running = exec(
      under(lease),
      changeScript('sh -c \'while :; do echo x >>"$1"; sleep 0.05; done\' sh "$1" & wait', [marker]),
      { signal: stop.signal },
    );
    await expect.poll(async () => (await readFile(marker, 'utf8').catch(() => '')).length).toBeGreaterThan(3);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    const size = (await readFile(marker, 'utf8')).length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await readFile(marker, 'utf8')).length).toBe(size);
  }, 30_000);

  it('ends a command that is given up while it is still on its way: it never begins', async () => {
    const late: Host = {
      ...host,
      traffic: host.traffic,
      spawn: (command, options) => {
        const [setsid, wait, ...guarded] = command.argv;
        // In its session already, out of reach of whoever ends the process that was started, and not recorded yet.
        const argv = [setsid, wait ?? '', 'sh', '-c', 'sleep 3; exec "$@"', 'sh', ...guarded] as const;
        return host.spawn(setsid === 'setsid' ? { ...command, argv } : command, options);
      },
    };
    const marker = path.join(dir, 'marker');
    {
      await using lease = await createServerLeaseKeeper(late, paths()).acquire(holder(1), alive);
      const stop = new AbortController();
      const running = exec(under(lease), changeScript('echo begun >"$1"; sleep 30', [marker]), { signal: stop.signal });
      setTimeout(() => stop.abort(new Error('enough')), 200);
      await expect(running).rejects.toThrow('enough');
      await new Promise((resolve) => setTimeout(resolve, 3500));
    }
    expect(await readFile(marker, 'utf8').catch(() => 'never begun')).toBe('never begun');
    expect(await readdir(path.dirname(paths().dir))).not.toContain('own');
  }, 30_000);

  it('ends the group of that command alone, not that of the tenth', async () => {
    await using lease = await keeper.acquire(holder(1), alive);
    const stop = new AbortController();
    const first = exec(under(lease), change(['sleep', '30']), { signal: stop.signal });
    for (let number = 2; number < 10; number += 1) await exec(under(lease), change(['true']));
    const tenth = exec(under(lease), changeScript('sleep 2; echo whole'));
    await expect.poll(() => readdir(path.join(paths().dir, 'groups'))).toHaveLength(2);
    stop.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    expect(await tenth).toMatchObject({ code: 0, stdout: 'whole\n' });
  }, 30_000);

  it('writes audit lines that stay one line', () => {
    const line = formatAuditLine(holder(1), { step: 's', what: 'a\nb\u001b[31m\u009b' });
    expect(line).not.toMatch(/[\p{Cc}]/u);
  });
});

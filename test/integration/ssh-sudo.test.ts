import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { change, query, queryScript, type RunAs } from '../../src/core/host/command.ts';
import { exec, expectOk } from '../../src/core/host/exec.ts';
import { readFile, writeFile } from '../../src/core/host/files.ts';
import type { Host } from '../../src/core/host/host.ts';
import { probeElevation, withPrivileges, type Elevation } from '../../src/core/host/privileges.ts';
import { openSshHost } from '../../src/core/host/ssh/ssh-host.ts';
import { createTrustStore } from '../../src/core/host/ssh/trust-store.ts';
import { Secret } from '../../src/shared/secret.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startServer, type LabServer } from '../lab/server.ts';

const PASSWORD = `it's "my" $(id) pässword`;

describeWithLab('acting as root', () => {
  let server: LabServer;
  let homeDir: string;
  const hosts: Host[] = [];
  beforeAll(async () => {
    server = await startServer({
      users: [
        { name: 'free', sudo: 'nopasswd' },
        { name: 'asked', sudo: 'password', password: PASSWORD },
        { name: 'cached', sudo: 'password', password: PASSWORD },
        { name: 'nobody-here', password: PASSWORD },
        { name: 'worker' },
      ],
    });
    // The most forgetful of caches: one for all sessions of an account.
    await server.sh(`echo 'Defaults:cached timestamp_type=global' >/etc/sudoers.d/cached`);
    homeDir = await mkdtemp(join(tmpdir(), 'hardshell-home-'));
  });
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(homeDir, { recursive: true, force: true });
  });

  async function open(user: string): Promise<Host> {
    const host = await openSshHost(
      { kind: 'ssh', host: server.host, port: server.sshPort, user, identityFile: server.identityFile, jumps: [] },
      {
        homeDir,
        platform: process.platform,
        localUser: 'tester',
        trust: createTrustStore(join(homeDir, 'trust.json'), Date.now),
        knownHostsFiles: [server.knownHostsFile],
      },
    );
    hosts.push(host);
    return host;
  }

  async function openElevated(user: string, password?: string): Promise<{ host: Host; elevation: Elevation }> {
    const host = await open(user);
    const elevation = await probeElevation(host, password === undefined ? undefined : new Secret(password));
    return { host: withPrivileges(host, elevation), elevation };
  }

  const whoAmI = async (host: Host, runAs: RunAs): Promise<string> =>
    expectOk(await exec(host, query(['id', '-un'], { runAs }))).stdout.trim();

  /** The input of a command arrives whole, whatever was said to sudo before it. */
  async function inputArrives(host: Host): Promise<void> {
    const input = `first line\n${'x'.repeat(300_000)}\nlast, without an end`;
    const result = expectOk(
      await exec(host, queryScript('cat; printf "%s|" "$@"', ["it's", '$(id)', '\n'], { runAs: 'root' }), { input }),
    );
    expect(result.stdout).toBe(`${input}it's|$(id)|\n|`);
  }

  it('as root, nothing is needed', async () => {
    const { host, elevation } = await openElevated('root');
    expect(elevation.kind).toBe('is-root');
    expect(await whoAmI(host, 'root')).toBe('root');
    expect(await whoAmI(host, { user: 'worker' })).toBe('worker');
    await inputArrives(host);
  });

  it('without a password', async () => {
    const { host, elevation } = await openElevated('free');
    expect(elevation.kind).toBe('sudo');
    expect(await whoAmI(host, 'login')).toBe('free');
    expect(await whoAmI(host, 'root')).toBe('root');
    expect(await whoAmI(host, { user: 'worker' })).toBe('worker');
    await inputArrives(host);
  });

  it('with a password, which never becomes input of the command', async () => {
    const { host, elevation } = await openElevated('asked', PASSWORD);
    expect(elevation.kind).toBe('sudo-password');
    expect(await whoAmI(host, 'root')).toBe('root');
    expect(await whoAmI(host, { user: 'worker' })).toBe('worker');
    await inputArrives(host);
    expect(expectOk(await exec(host, query(['cat'], { runAs: 'root' }))).stdout).toBe('');
    await writeFile(host, '/root/it was me', 'content', { runAs: 'root', owner: 'worker:worker' });
    expect(await readFile(host, '/root/it was me', { runAs: 'root' })).toBe('content');
    await expect(readFile(host, '/root/it was me')).rejects.toMatchObject({ code: 'command.failed' });
    const seen = await server.sh(
      'journalctl --no-pager; cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" " "',
    );
    expect(seen).not.toContain('pässword');
  });

  it('with a password although sudo remembers one', async () => {
    const raw = await open('cached');
    const remember = query(['sudo', '-S', '-p', '', '-v']);
    expectOk(await exec(raw, remember, { input: `${PASSWORD}\n` }));
    expectOk(await exec(raw, query(['sudo', '-n', 'true'])));
    // Remembered is not allowed: it runs out in the middle of the work.
    expect((await probeElevation(raw, undefined)).kind).toBe('none');
    const elevation = await probeElevation(raw, new Secret(PASSWORD));
    expect(elevation.kind).toBe('sudo-password');
    const host = withPrivileges(raw, elevation);
    expectOk(await exec(raw, remember, { input: `${PASSWORD}\n` }));
    await inputArrives(host);
    expect(expectOk(await exec(host, query(['cat'], { runAs: 'root' }))).stdout).toBe('');
  });

  it('with a wrong password, without one, and where there is no right', async () => {
    const errorOf = async (user: string, password?: string): Promise<unknown> => {
      const { elevation } = await openElevated(user, password);
      return elevation.kind === 'none' ? elevation.error : elevation;
    };
    expect(await errorOf('asked', 'wrong')).toMatchObject({
      code: 'host.sudo-password',
      details: { wants: 'sudoPassword' },
    });
    expect(await errorOf('asked', `${PASSWORD}\nmore`)).toMatchObject({ code: 'host.sudo-password' });
    expect(await errorOf('asked')).toMatchObject({ code: 'host.sudo-missing', details: { wants: 'sudoPassword' } });
    expect(await errorOf('nobody-here', PASSWORD)).toMatchObject({ code: 'host.sudo-missing' });
    const { host } = await openElevated('nobody-here');
    await expect(exec(host, change(['true'], { runAs: 'root' }))).rejects.toMatchObject({ code: 'host.sudo-missing' });
    expect(await whoAmI(host, 'login')).toBe('nobody-here');
  });

  it('without sudo on the machine', async () => {
    await server.sh('mv /usr/bin/sudo /usr/bin/sudo.away');
    try {
      const { elevation } = await openElevated('asked', PASSWORD);
      expect(elevation).toMatchObject({ kind: 'none', error: { code: 'host.sudo-missing' } });
    } finally {
      await server.sh('mv /usr/bin/sudo.away /usr/bin/sudo');
    }
  });

  it('in a terminal, where the password is not shown and nothing typed is lost', { timeout: 60_000 }, async () => {
    for (const user of ['asked', 'asked', 'asked', 'free', 'root']) {
      const { host } = await openElevated(user, PASSWORD);
      const script = queryScript('stty size; read line; echo "got <$line>"; id -un; exit 5', [], {
        runAs: { user: 'worker' },
      });
      const process = await host.spawn(script, { terminal: { columns: 91, rows: 17 } });
      process.stdin.write('typed early\n');
      let shown = '';
      for await (const chunk of process.stdout) shown += String(chunk);
      expect(await process.exit).toEqual({ code: 5, signal: null });
      expect(shown).toContain('17 91\r\n');
      expect(shown).toContain('got <typed early>\r\nworker\r\n');
      expect(shown).not.toMatch(/pässword|\[sudo/);
    }
  });

  it('a command that is given up ends also when it is root’s', async () => {
    const { host } = await openElevated('free');
    const stop = new AbortController();
    const running = exec(host, queryScript('sleep 321', [], { runAs: 'root' }), { signal: stop.signal });
    const outcome = expect(running).rejects.toThrow('enough');
    const runs = async (): Promise<boolean> => (await server.exec(['pgrep', '-f', 'sleep 321'])).code === 0;
    await expect.poll(runs, { timeout: 5000 }).toBe(true);
    stop.abort(new Error('enough'));
    await outcome;
    await expect.poll(runs, { timeout: 5000 }).toBe(false);
  });
});

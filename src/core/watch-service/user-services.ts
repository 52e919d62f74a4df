import { rm, stat } from 'node:fs/promises';
import { dirname, posix, win32 } from 'node:path';
import { AppError } from '../../shared/app-error.ts';
import type { CoreDeps } from '../api-deps.ts';
import { change, query, type Command } from '../host/command.ts';
import { exec, lastLines, type ExecResult } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import { hasCode, makePrivateDir, writeFileAtomic } from '../system/atomic-file.ts';
import { launchdPlist, scheduledTask, serviceName, systemdUnit, type ServiceProgram } from './service-texts.ts';

/** The services of one account, as its system has them. The service begins at once, and with each sign-in. */
export interface UserServices {
  readonly name: string;
  readonly file: string;
  /** Undefined: this system has none after all. */
  state(signal?: AbortSignal): Promise<'absent' | 'installed' | 'running' | undefined>;
  install(program: ServiceProgram, signal?: AbortSignal): Promise<void>;
  uninstall(signal?: AbortSignal): Promise<void>;
  /** What a person should know of how long it lives. */
  note(signal?: AbortSignal): Promise<string | undefined>;
}

/** Of this account's system; undefined where we know none. */
export function openUserServices(deps: CoreDeps, host: Pick<Host, 'spawn'>): UserServices | undefined {
  if (deps.platform === 'linux') return systemdServices(deps, host);
  if (deps.platform === 'darwin') return launchdServices(deps, host);
  if (deps.platform === 'win32') return taskServices(deps, host);
  return undefined;
}

const TIMEOUT_MS = 60_000;

type Run = (command: Command, signal: AbortSignal | undefined) => Promise<ExecResult>;

function runOn(host: Pick<Host, 'spawn'>): { readonly ask: Run; readonly must: Run } {
  const ask: Run = (command, signal) =>
    exec(host, command, { timeoutMs: TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) });
  return {
    ask,
    async must(command, signal) {
      const result = await ask(command, signal);
      if (result.code === 0) return result;
      throw new AppError('watch.failed', { details: { lines: lastLines(result) } });
    },
  };
}

function systemdServices({ dataDir, homeDir, env, userName }: CoreDeps, host: Pick<Host, 'spawn'>): UserServices {
  const { ask, must } = runOn(host);
  const name = `${serviceName(dataDir)}.service`;
  const config = env['XDG_CONFIG_HOME'] ?? '';
  const file = posix.join(posix.isAbsolute(config) ? config : posix.join(homeDir, '.config'), 'systemd', 'user', name);
  const systemctl = (...words: string[]): [string, ...string[]] => ['systemctl', '--user', ...words];
  return {
    name,
    file,
    async state(signal) {
      if ((await ask(query(systemctl('show-environment')), signal)).code !== 0) return undefined;
      if (!(await isThere(file))) return 'absent';
      return (await ask(query(systemctl('is-active', name)), signal)).code === 0 ? 'running' : 'installed';
    },
    async install(program, signal) {
      await makePrivateDir(dirname(file));
      await writeFileAtomic(file, systemdUnit(program));
      await must(change(systemctl('daemon-reload')), signal);
      await must(change(systemctl('enable', name)), signal);
      // One that runs goes on with what was written before.
      await must(change(systemctl('restart', name)), signal);
    },
    async uninstall(signal) {
      if (!(await isThere(file))) return;
      await must(change(systemctl('disable', '--now', name)), signal);
      await rm(file, { force: true });
      await must(change(systemctl('daemon-reload')), signal);
    },
    async note(signal) {
      const { code, stdout } = await ask(
        query(['loginctl', 'show-user', userName, '--property=Linger', '--value']),
        signal,
      );
      if (code !== 0 || stdout.trim() === 'yes') return undefined;
      return 'It ends when you sign out of this computer. `loginctl enable-linger` lets it go on.';
    },
  };
}

function launchdServices({ dataDir, homeDir }: CoreDeps, host: Pick<Host, 'spawn'>): UserServices {
  const { ask, must } = runOn(host);
  const name = `app.hardshell.${serviceName(dataDir).replace(/^hardshell-/, '')}`;
  const file = posix.join(homeDir, 'Library', 'LaunchAgents', `${name}.plist`);
  const domain = async (signal: AbortSignal | undefined): Promise<string> =>
    `gui/${(await must(query(['id', '-u']), signal)).stdout.trim()}`;
  return {
    name,
    file,
    async state(signal) {
      if (!(await isThere(file))) return 'absent';
      const { code, stdout } = await ask(query(['launchctl', 'print', `${await domain(signal)}/${name}`]), signal);
      return code === 0 && /\bstate = running\b/.test(stdout) ? 'running' : 'installed';
    },
    async install(program, signal) {
      await makePrivateDir(dirname(file));
      await writeFileAtomic(file, launchdPlist(name, program));
      const where = await domain(signal);
      // Not there before: nothing to take away.
      await ask(change(['launchctl', 'bootout', `${where}/${name}`]), signal);
      await must(change(['launchctl', 'bootstrap', where, file]), signal);
    },
    async uninstall(signal) {
      if (!(await isThere(file))) return;
      await ask(change(['launchctl', 'bootout', `${await domain(signal)}/${name}`]), signal);
      await rm(file, { force: true });
    },
    note: () => Promise.resolve('It ends when you sign out of this computer.'),
  };
}

function taskServices({ dataDir, userName }: CoreDeps, host: Pick<Host, 'spawn'>): UserServices {
  const { ask, must } = runOn(host);
  const name = serviceName(dataDir);
  const file = win32.join(dataDir, `${name}.xml`);
  const schtasks = (...words: string[]): [string, ...string[]] => ['schtasks.exe', ...words];
  return {
    name,
    file,
    async state(signal) {
      const { code, stdout } = await ask(query(schtasks('/Query', '/TN', name, '/FO', 'CSV', '/NH')), signal);
      if (code !== 0) return 'absent';
      return /"Running"\s*$/.test(stdout) ? 'running' : 'installed';
    },
    async install(program, signal) {
      // The byte order mark is how schtasks knows what it reads.
      await writeFileAtomic(file, Buffer.from(`\uFEFF${scheduledTask(userName, program)}`, 'utf16le'));
      await must(change(schtasks('/Create', '/TN', name, '/XML', file, '/F')), signal);
      await ask(change(schtasks('/End', '/TN', name)), signal);
      await must(change(schtasks('/Run', '/TN', name)), signal);
    },
    async uninstall(signal) {
      if (!(await isThere(file))) return;
      await ask(change(schtasks('/End', '/TN', name)), signal);
      await must(change(schtasks('/Delete', '/TN', name, '/F')), signal);
      await rm(file, { force: true });
    },
    note: () => Promise.resolve('It ends when you sign out of this computer.'),
  };
}

async function isThere(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

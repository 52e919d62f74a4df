import { existsSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import type { CoreDeps } from '../core/index.ts';
import { readDataDir } from './data-dir.ts';
import { openKeychain } from './keychain.ts';
import { loadOpenPty } from './pty.ts';
import type { Settings } from './settings.ts';

/*
 * What this computer, this account and the environment give to core. The same for every door: two doors that disagreed about
 * the data folder or the keychain would be two products.
 */

/** Where OpenSSH for Windows listens; it sets no variable. */
const WINDOWS_AGENT = '\\\\.\\pipe\\openssh-ssh-agent';

export interface Door {
  readonly settings: Settings;
  readonly version: string;
  /** The argument list that starts `hardshell supervise` for a data folder; asked whenever one has to be started. */
  readonly supervisorCommand: (dataDir: string) => readonly [string, ...string[]];
  readonly log: CoreDeps['log'];
}

/** A native module that does not load is no reason to fail: there is no keychain then, or no terminal of this computer. */
export async function openCoreDeps({ settings, version, supervisorCommand, log }: Door): Promise<CoreDeps> {
  const dataDir = readDataDir(settings);
  const sshAgent = readAgent(settings);
  const userName = readUserName();
  const [keychain, openPty] = await Promise.all([openKeychain(), loadOpenPty()]);
  return {
    dataDir,
    homeDir: homedir(),
    platform: process.platform,
    arch: process.arch,
    userName,
    who: `${userName}@${hostname()}`,
    version,
    mirrors: {
      ...(settings.mirrorNpm === undefined ? {} : { npm: settings.mirrorNpm }),
      ...(settings.mirrorNode === undefined ? {} : { node: settings.mirrorNode }),
      ...(settings.mirrorInstaller === undefined ? {} : { installer: settings.mirrorInstaller }),
      ...(settings.mirrorCaddy === undefined ? {} : { caddy: settings.mirrorCaddy }),
      ...(settings.mirrorDocker === undefined ? {} : { docker: settings.mirrorDocker }),
      ...(settings.mirrorImage === undefined ? {} : { image: settings.mirrorImage }),
    },
    get supervisorCommand() {
      return supervisorCommand(dataDir);
    },
    // The same program of the same Node.js, at a place that outlives this process as well.
    get watchCommand(): readonly [string, ...string[]] {
      const [program, ...words] = supervisorCommand(dataDir);
      return [program, ...words.map((word) => (word === 'supervise' ? 'watch' : word))];
    },
    env: process.env,
    log,
    ...(sshAgent === undefined ? {} : { sshAgent }),
    ...(keychain === undefined ? {} : { keychain }),
    ...(openPty === undefined ? {} : { openPty }),
    ...(settings.passphraseFile === undefined ? {} : { passphraseFile: settings.passphraseFile }),
    ...(settings.instanceRange === undefined ? {} : { instanceRange: settings.instanceRange }),
    ...(settings.proxyImage === undefined ? {} : { proxyImage: settings.proxyImage }),
    ...(settings.cloudflareApi === undefined ? {} : { cloudflareApi: settings.cloudflareApi }),
    ...(settings.telegramApi === undefined ? {} : { telegramApi: settings.telegramApi }),
  };
}

function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account that the system has no name for, as in some containers.
    return String(process.getuid?.() ?? 'somebody');
  }
}

function readAgent({ sshAgent }: Settings): string | undefined {
  if (sshAgent !== undefined) return sshAgent;
  return process.platform === 'win32' && existsSync(WINDOWS_AGENT) ? WINDOWS_AGENT : undefined;
}

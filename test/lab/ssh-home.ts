import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../src/core/host/host.ts';
import { openSshHost } from '../../src/core/host/ssh/ssh-host.ts';
import type { SshDeps, SshOptions } from '../../src/core/host/ssh/ssh-way.ts';
import { createTrustStore, type TrustStore } from '../../src/core/host/ssh/trust-store.ts';
import type { SshTarget } from '../../src/shared/model/target.ts';
import type { LabServer } from './server.ts';

/** The home of somebody who uses ssh, with a `.ssh` and a trust file of its own. Disposing closes what was opened from it. */
export interface SshHome extends AsyncDisposable {
  readonly path: string;
  readonly trust: TrustStore;
  /** Writes a file of `.ssh`. */
  write(name: string, ...lines: readonly string[]): Promise<string>;
  read(name: string): Promise<string>;
  open(target: Partial<SshTarget> & { host: string }, options?: SshOptions, deps?: Partial<SshDeps>): Promise<Host>;
}

export async function makeSshHome(): Promise<SshHome> {
  const path = await mkdtemp(join(tmpdir(), 'hardshell-home-'));
  await mkdir(join(path, '.ssh'), { mode: 0o700 });
  const trust = createTrustStore(join(path, 'data', 'trust.json'), Date.now);
  const hosts: Host[] = [];
  return {
    path,
    trust,
    async write(name, ...lines) {
      const file = join(path, '.ssh', name);
      await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
      return file;
    },
    read: (name) => readFile(join(path, '.ssh', name), 'utf8'),
    async open(target, options, deps) {
      const host = await openSshHost(
        { kind: 'ssh', jumps: [], ...target },
        { homeDir: path, platform: process.platform, localUser: 'tester', trust, ...deps },
        options,
      );
      hosts.push(host);
      return host;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(hosts.map((host) => host[Symbol.asyncDispose]()));
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Attempts to sign in that reached a server whose sshd has `LogLevel DEBUG2`: what it was asked, whatever it answered. */
export async function countLogins(server: LabServer): Promise<number> {
  return Number(await server.sh(`journalctl --no-pager -o cat -u ssh | grep -c 'userauth-request for user' || :`));
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair } from './key-pair.ts';
import { docker, tryDocker, type Output } from './docker.ts';
import { freePort } from './free-port.ts';
import { runLabel } from './run.ts';
import { provisioningScript, readHostKeys, type HostKey, type LabUser } from './server-accounts.ts';

export type { HostKey, LabUser } from './server-accounts.ts';

export interface ServerOptions {
  /** Default: a name that nobody has yet. */
  readonly name?: string;
  /** Accounts beside root, who always accepts the key. */
  readonly users?: readonly LabUser[];
  /** Default: a server as it arrives. Or one that `commit` made. */
  readonly image?: string;
  readonly rootPassword?: string;
  /** Lines for sshd, read before its own: `PermitRootLogin no`. */
  readonly sshd?: readonly string[];
  /** Ports of the server that are reachable on 127.0.0.1, beside ssh. */
  readonly ports?: readonly number[];
  /** Names that the server resolves through its hosts file. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** More arguments for `docker run`: limits, volumes, networks. */
  readonly dockerArgs?: readonly string[];
  /** Leave the server running for a look at it. For a person who debugs, never in a committed test. */
  readonly keepLeftovers?: boolean;
}

export interface ExecOptions {
  readonly stdin?: string | Buffer;
  readonly user?: string;
}

/** A rented server: Debian 12 with systemd and sshd, in a container. */
export interface LabServer extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
  readonly host: '127.0.0.1';
  readonly sshPort: number;
  /** A private key (ed25519, no passphrase) that root and every user with `authorizeKey` accept. */
  readonly identityFile: string;
  readonly publicKey: string;
  /** An OpenSSH known_hosts file with the real keys of this server, for its address and port. */
  readonly knownHostsFile: string;
  readonly hostKeys: readonly HostKey[];
  /** Where a port of the server is reachable on 127.0.0.1. */
  publishedPort(port: number): number;
  /** Its address among the other servers of the lab, for instance as the last stop after a jump host. */
  address(): Promise<string>;
  /** Runs a command past ssh. The exit code is the caller's to judge. */
  exec(argv: readonly string[], options?: ExecOptions): Promise<Output>;
  /** The same with `sh -c`, and throws unless it ends with 0; hands back what it printed. */
  sh(script: string, options?: ExecOptions): Promise<string>;
  /** Keeps the disk of the server, as it is now, as an image for `startServer`. Removed with this run. */
  commit(tag: string): Promise<string>;
  /** The server goes down, its disk stays. */
  stop(): Promise<void>;
  /** Ends it without a shutdown, as a power cut does. */
  kill(): Promise<void>;
  /** Boots it again, on the same ports. */
  start(): Promise<void>;
}

const bootDeadlineMs = 60_000;
const pollMs = 150;

/** Boots a server and waits until ssh lets the key in. */
export async function startServer(options: ServerOptions = {}): Promise<LabServer> {
  const name = options.name ?? `hardshell-${randomBytes(4).toString('hex')}`;
  const keyDir = await mkdtemp(join(tmpdir(), 'hardshell-lab-'));
  const sshPort = await freePort();
  const published = new Map<number, number>([[22, sshPort]]);
  for (const port of options.ports ?? []) published.set(port, await freePort());
  const id = await docker(await runArguments(name, options, published));

  const exec = (argv: readonly string[], { stdin, user }: ExecOptions = {}): Promise<Output> =>
    tryDocker(['exec', ...(stdin === undefined ? [] : ['-i']), ...(user ? ['-u', user] : []), id, ...argv], stdin);
  const dispose = async (): Promise<void> => {
    if (options.keepLeftovers !== true) await tryDocker(['rm', '--force', '--volumes', id]);
    if (options.keepLeftovers !== true) await rm(keyDir, { recursive: true, force: true });
  };

  try {
    await waitUntilBooted(exec);
    const identityFile = join(keyDir, 'id_ed25519');
    const knownHostsFile = join(keyDir, 'known_hosts');
    const key = generateKeyPair({ comment: `${name}-test` });
    await writeFile(identityFile, key.private, { mode: 0o600 });
    await runScript(exec, provisioningScript({ ...options, publicKey: key.public }));
    const hostKeys = await readHostKeys((script) => runScript(exec, script));
    await writeFile(knownHostsFile, hostKeys.map((k) => `[127.0.0.1]:${sshPort} ${k.type} ${k.key}\n`).join(''));

    return {
      id,
      name,
      host: '127.0.0.1',
      sshPort,
      identityFile,
      publicKey: key.public,
      knownHostsFile,
      hostKeys,
      publishedPort: (port) => {
        const at = published.get(port);
        if (at === undefined) throw new Error(`port ${port} of ${name} was not asked for in \`ports\``);
        return at;
      },
      address: () => docker(['inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', id]),
      exec,
      sh: (script, execOptions) => runScript(exec, script, execOptions),
      commit: async (tag) => {
        await docker(['commit', '--change', `LABEL ${runLabel()}`, id, tag]);
        return tag;
      },
      stop: async () => {
        await docker(['stop', '--time', '20', id]);
      },
      kill: async () => {
        await docker(['kill', id]);
      },
      start: async () => {
        await docker(['start', id]);
        await waitUntilBooted(exec);
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function runArguments(
  name: string,
  options: ServerOptions,
  published: ReadonlyMap<number, number>,
): Promise<string[]> {
  const cgroupVersion = await docker(['info', '--format', '{{.CgroupVersion}}']);
  const cgroups =
    cgroupVersion === '1'
      ? ['-v', '/sys/fs/cgroup:/sys/fs/cgroup:ro', '-v', '/sys/fs/cgroup/systemd:/sys/fs/cgroup/systemd:rw']
      : ['-v', '/sys/fs/cgroup:/sys/fs/cgroup:rw'];
  return [
    ...['run', '--detach', '--name', name, '--hostname', name, '--stop-signal', 'SIGRTMIN+3'],
    ...(options.keepLeftovers === true ? [] : ['--label', runLabel()]),
    // what systemd and ufw need; `--privileged` would be more, and is refused on some machines
    ...['--cap-add', 'SYS_ADMIN', '--cap-add', 'NET_ADMIN', '--cap-add', 'SYS_PTRACE'],
    ...['--security-opt', 'seccomp=unconfined', '--security-opt', 'apparmor=unconfined'],
    ...['--cgroupns=host', ...cgroups, '--tmpfs', '/run', '--tmpfs', '/run/lock', '--tmpfs', '/tmp:exec'],
    // fixed ports: Docker would choose new ones at every start of the container
    ...[...published].flatMap(([inside, outside]) => ['--publish', `127.0.0.1:${outside}:${inside}`]),
    ...Object.entries(options.hosts ?? {}).flatMap(([host, address]) => ['--add-host', `${host}:${address}`]),
    ...(options.dockerArgs ?? []),
    options.image ?? 'lab/vps-base:bookworm',
  ];
}

type Exec = LabServer['exec'];

async function runScript(exec: Exec, script: string, options?: ExecOptions): Promise<string> {
  const { code, stdout, stderr } = await exec(['sh', '-c', script], options);
  if (code !== 0) throw new Error(`on the server, ended with ${code}:\n${script}\n${stderr}${stdout}`);
  return stdout;
}

/** Booted means: systemd is done, logind (who makes user sessions) answers, and sshd listens. */
async function waitUntilBooted(exec: Exec): Promise<void> {
  const deadline = Date.now() + bootDeadlineMs;
  const probe = 'systemctl is-active --quiet ssh.service systemd-logind.service && systemctl is-system-running';
  for (;;) {
    const { stdout, stderr } = await exec(['sh', '-c', probe]);
    if (/^(running|degraded)$/.test(stdout.trim())) return;
    if (Date.now() > deadline) throw new Error(`the server does not boot: ${stdout}${stderr}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startNpmProxy, type NpmProxy } from '../lab/npm-proxy.ts';
import { testedOpenClaw } from '../lab/openclaw-install.ts';
import { openPerson, type Person } from '../lab/person.ts';
import { expectFailure, expectUntouched, type ExpectedEnd } from '../lab/refusals.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { markNow } from '../lab/server-changes.ts';

interface Fault extends ExpectedEnd {
  readonly fault: string;
  /** Shell, as root on the server. */
  readonly cause?: string;
  readonly mend?: string;
  readonly causeHere?: (npm: NpmProxy) => void;
  readonly mendHere?: (npm: NpmProxy) => void;
  readonly version?: string;
  /** Where sshd is entered. Default: its usual port. */
  readonly sshPort?: number;
  /** What the details name for a program that wants to know. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Where a test may start another sshd. */
const otherSshPort = 2222;
const unit = '[Service]\nExecStart=/bin/true\n';

const faults: readonly Fault[] = [
  {
    fault: 'a disk that is too small',
    cause: 'mount -t tmpfs -o size=600m tmpfs /home',
    mend: 'umount /home',
    code: 'preflight.disk-full',
    exit: 3,
    message: /\/home/,
    hint: /Free some space/,
  },
  {
    fault: 'a port that another program holds',
    cause: '/usr/sbin/sshd -o ListenAddress=127.0.0.1:18789 -o PidFile=/run/lab-sshd.pid',
    mend: 'kill "$(cat /run/lab-sshd.pid)"',
    code: 'preflight.port-busy',
    exit: 3,
    message: /18789 is used by sshd/,
    hint: /--port/,
    details: { port: 18789, process: 'sshd', user: 'root' },
  },
  {
    fault: 'an sshd that forwards nothing',
    cause: `/usr/sbin/sshd -p ${otherSshPort} -o AllowTcpForwarding=no -o PidFile=/run/lab-sshd.pid`,
    mend: 'kill "$(cat /run/lab-sshd.pid)"',
    sshPort: otherSshPort,
    code: 'host.forwarding-denied',
    exit: 3,
    message: /does not allow port forwarding/,
    hint: /AllowTcpForwarding/,
  },
  {
    fault: 'an OpenClaw of another account',
    cause: `useradd -m bert && install -d -o bert -g bert /home/bert/.config/systemd/user && printf '${unit}' >/home/bert/.config/systemd/user/openclaw-gateway.service`,
    mend: 'userdel -r bert 2>/dev/null',
    code: 'preflight.foreign-install',
    exit: 3,
    message: /openclaw-gateway\.service of bert/,
    hint: /nothing was changed/,
  },
  {
    fault: 'an install of its time as clawdbot',
    cause: `printf '${unit}' >/etc/systemd/system/clawdbot.service`,
    mend: 'rm /etc/systemd/system/clawdbot.service',
    code: 'preflight.foreign-install',
    exit: 3,
    message: /clawdbot\.service/,
    hint: /nothing was changed/,
  },
  {
    fault: 'an account of our name that is root',
    cause: 'useradd -o -u 0 -M -d /home/openclaw openclaw',
    mend: "sed -i '/^openclaw:/d' /etc/passwd /etc/shadow /etc/group /etc/gshadow",
    code: 'preflight.foreign-install',
    exit: 3,
    message: /root under another name/,
    hint: /must not run as root/,
  },
  {
    fault: 'a registry that the server cannot reach',
    cause: `iptables -A OUTPUT -d 172.16.0.0/12 -p tcp --syn -j REJECT`,
    mend: 'iptables -F OUTPUT',
    code: 'preflight.network',
    exit: 3,
    message: /cannot be downloaded/,
    hint: /HARDSHELL_MIRROR_NPM/,
  },
  {
    fault: 'a registry that nobody can reach',
    causeHere: (npm) => npm.refuse(),
    mendHere: (npm) => npm.resume(),
    code: 'registry.unreachable',
    exit: 1,
    message: /registry/,
    hint: /HARDSHELL_MIRROR_NPM/,
  },
  {
    fault: 'a version that there is not',
    version: '1.0.0',
    code: 'registry.no-such-version',
    exit: 3,
    message: /does not have this version/,
    hint: /--version/,
  },
];

describeWithLab('a server on which something stands in the way', () => {
  let server: LabServer;
  let npm: NpmProxy;
  let person: Person;

  beforeAll(async () => {
    npm = await startNpmProxy();
    server = await startServer({ ports: [otherSshPort] });
    person = await openPerson({ env: { HARDSHELL_MIRROR_NPM: npm.urlFromServers } });
    await person.know(
      [server.sshPort, server.publishedPort(otherSshPort)].map((port) => ({ port, keys: server.hostKeys })),
    );
  });
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await npm[Symbol.asyncDispose]();
  });

  it.each(faults)('is refused before anything is changed: $fault', async ({ cause, mend, ...fault }) => {
    if (cause !== undefined) await server.sh(cause);
    fault.causeHere?.(npm);
    try {
      const mark = await markNow(server);
      const port = fault.sshPort === undefined ? server.sshPort : server.publishedPort(fault.sshPort);
      const args = ['deploy', 'research', '--to', `ssh://root@127.0.0.1:${port}`, '--yes', '--json'];
      args.push('--identity', server.identityFile, '--version', fault.version ?? testedOpenClaw);
      const ended = await person.run(args);

      expectFailure(ended, fault);
      expect(ended.error?.details).toMatchObject(fault.details ?? {});
      await expectUntouched(server, mark);
      expect(ended.lines.filter(({ type }) => type === 'run.started')).toEqual([]);
      const list = await person.run(['list', '--json']);
      expect(list.result).toMatchObject({ ok: true, instances: [] });
    } finally {
      fault.mendHere?.(npm);
      if (mend !== undefined) await server.sh(mend);
    }
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeServer, type ServerWish } from '../../src/core/diagnostics/preflight-server.ts';
import { createFactReader, type Fact } from '../../src/core/facts/fact.ts';
import { fileFact } from '../../src/core/facts/file.ts';
import { findSshPorts } from '../../src/core/facts/firewall.ts';
import { listenersFact } from '../../src/core/facts/listeners.ts';
import { reachFact } from '../../src/core/facts/network.ts';
import { firstDeployFacts, serverFacts } from '../../src/core/facts/server-facts.ts';
import { packageLockFact } from '../../src/core/facts/tools.ts';
import { userUnitFact } from '../../src/core/facts/unit.ts';
import type { Host } from '../../src/core/host/host.ts';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { askOn, openDockerExecHost } from '../lab/docker-exec-host.ts';
import { startServer, type LabServer } from '../lab/server.ts';

const NPM = 'https://registry.npmjs.org/-/ping';

type Answers<F> = { [K in keyof F]: F[K] extends Fact<infer T> ? T : never };

describeWithLab('facts of a server', () => {
  let server: LabServer;
  let host: Host;
  beforeAll(async () => {
    server = await startServer({ users: [{ name: 'anna' }] });
    host = openDockerExecHost(server.id);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  const read = async <T>(fact: Fact<T>): Promise<T> => createFactReader(askOn(host), () => []).read(fact);
  /** All in one batch, as a deploy asks them. */
  const readAll = async <F extends Readonly<Record<string, Fact<unknown>>>>(facts: F): Promise<Answers<F>> => {
    const before = host.traffic.roundTrips;
    const reader = createFactReader(askOn(host), () => Object.values(facts));
    const pairs: [string, unknown][] = [];
    for (const [name, one] of Object.entries(facts)) pairs.push([name, await reader.read(one)]);
    expect(host.traffic.roundTrips - before).toBe(1);
    return Object.fromEntries(pairs) as Answers<F>;
  };

  test('a fresh server, in one round trip, and nothing is left behind', async () => {
    const litter = (): Promise<string> => server.sh('ls -A /tmp /var/tmp | sort');
    const before = await litter();
    const facts = await readAll(serverFacts(serverLayout));
    expect(await litter()).toBe(before);
    expect(facts.machine).toMatchObject({
      os: { id: 'debian', versionId: '12' },
      kernelName: 'Linux',
      kernel: (await server.sh('uname -r')).trim(),
      arch: (await server.sh('uname -m')).trim(),
      wordBits: 64,
      libc: { kind: 'glibc', version: '2.36' },
      isContainer: true,
      init: { name: 'systemd', isSystemd: true, version: 252 },
    });
    const kib = Number(/MemTotal:\s+(\d+)/.exec(await server.sh('cat /proc/meminfo'))?.[1]);
    expect(facts.memory.totalBytes).toBeLessThanOrEqual(kib * 1024);
    expect(facts.disk.map(({ path }) => path)).toEqual(['/opt/hardshell/node', '/home/openclaw', '/tmp', '/']);
    expect(facts.disk[2]).toMatchObject({ type: 'tmpfs' });
    expect(facts.disk[0]?.filesystem).toBe(facts.disk[3]?.filesystem);
    const available = Number((await server.sh('df -P -k / | tail -n 1')).trim().split(/\s+/)[3]) * 1024;
    expect(Math.abs((facts.disk[3]?.freeBytes ?? 0) - available)).toBeLessThan(2 * 1024 ** 3);
    expect(Math.abs(facts.clock.epochSeconds - Date.now() / 1000)).toBeLessThan(30);
    expect(facts.account).toBeUndefined();
    expect(facts.linger).toEqual({ enabled: false, busReady: false });
    expect(findSshPorts(facts.listeners, facts.firewall)).toEqual([22]);
    expect(facts.firewall).toMatchObject({ ufw: { isInstalled: true, isActive: false }, other: undefined });
    expect(facts.tools).toMatchObject({
      packageManager: 'apt-get',
      hasUserBus: true,
      hasLibstdcxx: true,
      hasCertificates: true,
    });
  });

  test('a fresh server can be deployed to', async () => {
    const wish: ServerWish = {
      own: { ...serverLayout, port: 18789, isClaimed: false },
      nodeDir: serverLayout.nodeDir,
      isInstalled: false,
      node: { openclawVersion: '2026.9.6', range: '>=24', nodeVersion: '24.21.0' },
      sources: [{ what: 'OpenClaw', urls: [NPM] }],
      firewall: true,
    };
    const facts = await readAll(serverFacts(serverLayout));
    const first = await readAll(firstDeployFacts([NPM]));
    const { findings, fixes } = judgeServer(facts, first, wish, Date.now());
    expect(findings.filter(({ level }) => level !== 'ok')).toMatchObject([{ id: 'firewall', level: 'fix' }]);
    expect(fixes).toEqual({ packages: undefined, swap: undefined, firewall: { sshPorts: [22] } });
  });

  describe('with something on it', () => {
    beforeAll(async () => {
      await server.sh(`set -e
useradd --create-home --shell /bin/bash openclaw
loginctl enable-linger openclaw
units=/home/openclaw/.config/systemd/user
mkdir -p $units/openclaw-gateway.service.d /home/anna/.config/systemd/user /home/anna/.clawdbot
cat >$units/openclaw-gateway.service <<'END'
[Service]
ExecStart=/usr/bin/perl -MIO::Socket::INET -e 'IO::Socket::INET->new(Listen=>5,LocalAddr=>"127.0.0.1",LocalPort=>18789) and sleep' gateway --port 18789
[Install]
WantedBy=default.target
END
printf '[Service]\\nMemoryMax=1300M\\n' >$units/openclaw-gateway.service.d/limits.conf
printf '[Service]\\nExecStart=/bin/true\\n' >/etc/systemd/system/moltbot.service
touch /home/anna/.config/systemd/user/clawdbot-gateway.service
chown -R openclaw: /home/openclaw; chown -R anna: /home/anna
until [ -S /run/user/$(id -u openclaw)/bus ]; do sleep 0.1; done
runuser -u openclaw -- env XDG_RUNTIME_DIR=/run/user/$(id -u openclaw) systemctl --user enable --now openclaw-gateway.service
setsid runuser -u anna -- perl -MIO::Socket::INET -e '$0="clawdbot-gateway"; $s=IO::Socket::INET->new(Listen=>5,LocalAddr=>"0.0.0.0",LocalPort=>8080); sleep' >/dev/null 2>&1 </dev/null &
sleep 1`);
    });

    test('its account, session and unit', async () => {
      const { account, linger } = await readAll(serverFacts(serverLayout));
      expect(account).toMatchObject({ home: '/home/openclaw', shell: '/bin/bash' });
      expect(linger).toEqual({ enabled: true, busReady: true });
      const unit = await read(userUnitFact('openclaw', 'openclaw-gateway.service'));
      expect(unit).toMatchObject({
        loadState: 'loaded',
        activeState: 'active',
        unitFileState: 'enabled',
        fragmentPath: '/home/openclaw/.config/systemd/user/openclaw-gateway.service',
        dropInPaths: ['/home/openclaw/.config/systemd/user/openclaw-gateway.service.d/limits.conf'],
        memoryMaxBytes: 1300 * 1024 ** 2,
        memoryHighBytes: undefined,
        needsReload: false,
      });
      expect(unit.execStart).toMatch(/gateway --port 18789$/);
      expect(Math.abs((unit.startedAtMs ?? 0) - Date.now())).toBeLessThan(10 * 60_000);
      expect(await read(userUnitFact('openclaw', 'nothing.service'))).toMatchObject({ loadState: 'not-found' });
      expect(await read(userUnitFact('anna', 'openclaw-gateway.service'))).toMatchObject({ loadState: 'no-manager' });
      expect(await read(userUnitFact('nobody-here', 'openclaw-gateway.service'))).toMatchObject({
        loadState: 'no-manager',
      });
    });

    const expected = [
      { address: '0.0.0.0', port: 22, process: 'sshd', user: 'root', unit: 'ssh.service', isUserUnit: false },
      { address: '0.0.0.0', port: 8080, process: 'clawdbot-gatewa', user: 'anna', container: undefined },
      {
        address: '127.0.0.1',
        port: 18789,
        process: 'perl',
        user: 'openclaw',
        unit: 'openclaw-gateway.service',
        isUserUnit: true,
      },
      { address: '::', port: 22, process: 'sshd', user: 'root', unit: 'ssh.service', isUserUnit: false },
    ];
    const listening = async (): Promise<unknown[]> =>
      [...(await read(listenersFact()))]
        .filter(({ protocol }) => protocol === 'tcp')
        .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : a.port - b.port));

    test('who listens, by ss and, where there is none, by the tables of the kernel', async () => {
      const bySs = await listening();
      expect(bySs).toMatchObject(expected);
      await server.sh(
        'mv /usr/bin/ss /usr/bin/ss.off; [ ! -e /bin/ss ] || [ /bin -ef /usr/bin ] || mv /bin/ss /bin/ss.off',
      );
      try {
        expect(await listening()).toEqual(bySs);
      } finally {
        await server.sh('mv /usr/bin/ss.off /usr/bin/ss');
      }
    });

    test('what of OpenClaw is there, and what is ours of it', async () => {
      const { traces } = await readAll(firstDeployFacts([]));
      expect(traces).toMatchObject([
        { kind: 'unit', path: '/etc/systemd/system/moltbot.service', user: undefined },
        { kind: 'unit', path: '/home/anna/.config/systemd/user/clawdbot-gateway.service', user: 'anna' },
        { kind: 'state', path: '/home/anna/.clawdbot', user: 'anna' },
        { kind: 'unit', path: '/home/openclaw/.config/systemd/user/openclaw-gateway.service', user: 'openclaw' },
        { kind: 'process', user: 'anna', container: undefined, words: 'clawdbot-gateway' },
      ]);
    });
  });

  test('a file with a hard name, a mode and an owner, and what is none', async () => {
    const path = `/var/tmp/it's a "file" $(touch pwned); ünï\n2`;
    const text = '{ "a": "b" }\n\n\ttail without end';
    await server.exec(
      [
        'sh',
        '-c',
        'cat >"$1"; chmod 640 "$1"; chown openclaw:anna "$1" 2>/dev/null || chown anna:anna "$1"',
        'sh',
        path,
      ],
      { stdin: text },
    );
    const state = await read(fileFact(path));
    expect(state).toMatchObject({ text, mode: '0640' });
    expect(state?.owner).toMatch(/:anna$/);
    expect(state?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await server.sh('find / -xdev -name pwned | wc -l')).toBe('0\n');
    expect(await read(fileFact('/var/tmp/nothing here'))).toBeUndefined();
    await expect(read(fileFact('/var/tmp'))).rejects.toMatchObject({ code: 'command.failed' });
  });

  test('the lock of apt', async () => {
    expect(await read(packageLockFact())).toEqual({ is: 'free' });
    await server.sh(`cat >/tmp/hold.py <<'END'
import fcntl, time
f = open('/var/lib/dpkg/lock-frontend', 'w'); fcntl.lockf(f, fcntl.LOCK_EX); time.sleep(60)
END
setsid python3 /tmp/hold.py >/dev/null 2>&1 </dev/null & echo $! >/tmp/hold.pid; sleep 1`);
    expect(await read(packageLockFact())).toMatchObject({ is: 'held', process: 'python3' });
    await server.sh('kill $(cat /tmp/hold.pid)');
  });

  describe('network', () => {
    const urls = [
      'https://registry.npmjs.org/-/ping',
      'http://nope.invalid/',
      'http://127.0.0.1:1/',
      'https://127.0.0.1:22/',
      'http://203.0.113.9/',
    ];
    // Packets to this address disappear, as behind a wall.
    beforeAll(async () => {
      await server.sh('iptables -A OUTPUT -d 203.0.113.9 -j DROP');
    });
    const faults = async (): Promise<unknown[]> => (await read(reachFact(urls))).map(({ fault }) => fault);

    test('by curl, all at once: the slowest is the limit', async () => {
      const began = Date.now();
      expect(await faults()).toEqual([undefined, 'dns', 'refused', 'tls', 'timeout']);
      expect(Date.now() - began).toBeLessThan(15_000);
    });

    test('without curl and wget, by the way alone', async () => {
      await server.sh('mv /usr/bin/curl /usr/bin/curl.off');
      try {
        // Whoever opens the port is taken for the right one: a guess, and called one.
        expect(await faults()).toEqual([undefined, 'dns', 'refused', undefined, 'timeout']);
        expect((await read(reachFact(urls))).every(({ isGuess }) => isGuess)).toBe(true);
      } finally {
        await server.sh('mv /usr/bin/curl.off /usr/bin/curl');
      }
    });
  });
});

import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Host } from '../../src/core/host/host.ts';
import { firewallStep } from '../../src/core/steps/server/firewall.ts';
import { packagesStep } from '../../src/core/steps/server/packages.ts';
import { swapStep } from '../../src/core/steps/server/swap.ts';
import type { AppError } from '../../src/shared/app-error.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerExecHost } from '../lab/docker-exec-host.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { createStepBench } from '../lab/step-bench.ts';

/** A login that shares nothing with any other. */
function logIn(server: LabServer, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    signal?.addEventListener('abort', () => void client.destroy(), { once: true });
    client.once('ready', () => {
      client.end();
      resolve();
    });
    client.on('error', reject);
    client.once('close', () => reject(new Error('closed')));
    void readFile(server.identityFile).then((privateKey) => {
      client.connect({ host: server.host, port: server.sshPort, username: 'root', privateKey, readyTimeout: 3000 });
    }, reject);
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a step was refused with, or failed with. */
async function failure(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    return error as AppError;
  }
  throw new Error('it did not fail');
}

describeWithLab('fixes of a server', () => {
  let server: LabServer;
  let host: Host;
  beforeAll(async () => {
    server = await startServer();
    host = openDockerExecHost(server.id);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  describe('firewall', () => {
    const ufwStatus = async (): Promise<string> => (await server.sh('ufw status')).split('\n')[0] ?? '';
    const timers = (): Promise<string> =>
      server.sh('systemctl list-units --all --no-legend "hardshell-firewall*" | cat');
    const onDisk = (): Promise<string> => server.sh('grep ^ENABLED /etc/ufw/ufw.conf');

    beforeEach(async () => {
      await server.sh(
        'ufw --force reset >/dev/null; ufw --force disable >/dev/null; rm -f /etc/ufw/*.rules.2*; ufw allow 8443/tcp >/dev/null',
      );
      expect(await ufwStatus()).toBe('Status: inactive');
    });

    test('switched on after a second login, once; the rules of the person stay', async () => {
      const bench = createStepBench(host);
      let during = '';
      const step = firewallStep({
        sshPorts: [22],
        proveAccess: async (signal) => {
          during = `${await ufwStatus()} ${await onDisk()}`;
          await logIn(server, signal);
        },
      });
      expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
      expect(during.replace(/\s+/g, ' ').trim()).toBe('Status: active ENABLED=no');
      expect(await ufwStatus()).toBe('Status: active');
      expect((await onDisk()).trim()).toBe('ENABLED=yes');
      expect(await timers()).toBe('');
      const rules = await server.sh('ufw status');
      expect(rules).toMatch(/^22\/tcp\s+ALLOW/m);
      expect(rules).toMatch(/^8443\/tcp\s+ALLOW/m);
      await logIn(server);

      const before = bench.changes.length;
      expect(await bench.run(step)).toMatchObject({ is: 'satisfied', because: 'ufw is on' });
      expect(bench.changes.length).toBe(before);
    });

    test('a port that sshd does not listen on: the login fails, and the firewall is off again', async () => {
      const bench = createStepBench(host);
      const step = firewallStep({ sshPorts: [2222], proveAccess: (signal) => logIn(server, signal) });
      expect(await failure(bench.apply(step))).toMatchObject({ code: 'firewall.not-proven' });
      expect(await ufwStatus()).toBe('Status: inactive');
      expect((await onDisk()).trim()).toBe('ENABLED=no');
      expect(await timers()).toBe('');
      await logIn(server);
    });

    test('a proof that never ends is given up in time', async () => {
      const bench = createStepBench(host);
      const step = firewallStep({ sshPorts: [22], trialSeconds: 6, proveAccess: () => new Promise(() => undefined) });
      expect(await failure(bench.apply(step))).toMatchObject({ code: 'firewall.not-proven' });
      expect(await ufwStatus()).toBe('Status: inactive');
    });

    test('when we die, the timer on the server takes it back, and the next run converges', async () => {
      const controller = new AbortController();
      const bench = createStepBench(host, { signal: controller.signal });
      const step = firewallStep({
        sshPorts: [2222],
        trialSeconds: 4,
        proveAccess: () => {
          controller.abort(new Error('killed'));
          return new Promise(() => undefined);
        },
      });
      await expect(bench.apply(step)).rejects.toThrow('killed');
      expect(await ufwStatus()).toBe('Status: active');
      await expect(logIn(server)).rejects.toThrow();
      await pause(6000);
      expect(await ufwStatus()).toBe('Status: inactive');
      expect((await onDisk()).trim()).toBe('ENABLED=no');
      await logIn(server);

      const again = createStepBench(host);
      expect(
        await again.run(firewallStep({ sshPorts: [22], proveAccess: (signal) => logIn(server, signal) })),
      ).toMatchObject({ is: 'satisfied' });
    });

    test('too late: what the timer has taken back is not called kept', async () => {
      const bench = createStepBench(host);
      const late = firewallStep({
        sshPorts: [22],
        trialSeconds: 4,
        proveAccess: () => server.sh('ufw --force disable').then(() => undefined),
      });
      expect(await failure(bench.apply(late))).toMatchObject({ code: 'firewall.not-proven' });
      expect(await ufwStatus()).toBe('Status: inactive');
    });
  });

  describe('swap', () => {
    const MIB = 1024 ** 2;
    const step = swapStep({ path: '/swapfile', sizeBytes: 16 * MIB });
    const fstab = (): Promise<string> => server.sh('cat /etc/fstab');
    const original = '# /etc/fstab\nUUID=1234 / ext4 errors=remount-ro 0 1';

    const reset = (): Promise<string> =>
      server.sh(`umount /proc/swaps 2>/dev/null; rm -rf /swapfile* /etc/fstab* /tmp/stubs /tmp/swaps
printf '%s' '${original}' >/etc/fstab; chmod 0644 /etc/fstab`);
    beforeEach(async () => {
      await reset();
    });
    /** The kernel of the lab takes no swap file: a list of its own, and a swapon that writes into it. */
    const pretendSwap = (): Promise<string> =>
      server.sh(`mkdir -p /tmp/stubs
printf 'Filename\\tType\\tSize\\tUsed\\tPriority\\n' >/tmp/swaps
mount --bind /tmp/swaps /proc/swaps
cat >/tmp/stubs/swapon <<'END'
#!/bin/sh
[ "$(dd if="$1" bs=1 skip=4086 count=10 2>/dev/null)" = SWAPSPACE2 ] || { echo "swapon: $1: read swap header failed" >&2; exit 255; }
[ "$(stat -c %a "$1")" = 600 ] || { echo "swapon: $1: insecure permissions" >&2; exit 255; }
printf '%s\\tfile\\t16380\\t0\\t-2\\n' "$1" >>/proc/swaps
END
chmod +x /tmp/stubs/swapon`);
    const withStubs = {
      onChange: (command: Parameters<typeof host.spawn>[0]) => ({
        ...command,
        env: { ...command.env, PATH: '/tmp/stubs:/usr/sbin:/usr/bin:/sbin:/bin' },
      }),
    };

    test('where the kernel takes no swap, everything up to that is right and the reason is clear', async () => {
      const bench = createStepBench(host);
      expect(await bench.check(step)).toMatchObject({ is: 'needed', because: '/swapfile is not in use' });
      const error = await failure(bench.apply(step));
      expect(error).toMatchObject({
        code: 'preflight.memory',
        message: 'This server does not let itself be given swap.',
      });
      expect(JSON.stringify(error.details)).toMatch(/swapon/);
      expect(
        (await server.sh('stat -c "%a %U %s" /swapfile; dd if=/swapfile bs=1 skip=4086 count=10 2>/dev/null')).trim(),
      ).toBe(`600 root ${String(16 * MIB)}\nSWAPSPACE2`);
      expect(await fstab()).toBe(original);
      expect((await server.sh('ls -d /swapfile*')).trim()).toBe('/swapfile');
    });

    test('twice: the second time there is nothing to do', async () => {
      await pretendSwap();
      const bench = createStepBench(host, withStubs);
      expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
      expect(await fstab()).toBe(`${original}\n/swapfile none swap sw 0 0\n`);
      expect((await server.sh('stat -c "%a %U" /etc/fstab; ls /etc/fstab*')).trim()).toBe('644 root\n/etc/fstab');
      expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
      expect(bench.changes).toHaveLength(1);
      await bench.apply(step);
      expect(await fstab()).toBe(`${original}\n/swapfile none swap sw 0 0\n`);
      expect((await server.sh('grep -c swapfile /proc/swaps')).trim()).toBe('1');
    });

    // Programs of the script, and at which of their calls the shell dies.
    test.each([
      ['chmod', 1],
      ['dd of=', 1],
      ['mkswap', 1],
      ['mv', 1],
      ['swapon', 1],
      ['mktemp', 1],
      ['mv', 2],
    ])('killed at %s (call %d), before it and after it: the next run converges', async (call, nth) => {
      const [program = '', words = ''] = call.split(' ');
      for (const when of ['before', 'after']) {
        await reset();
        await pretendSwap();
        await server.sh(`cd /tmp/stubs; [ ! -e ${program} ] || mv ${program} real-${program}
cat >${program} <<'END'
#!/bin/sh
real=/tmp/stubs/real-${program}; [ -x $real ] || real=$(PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v ${program})
case "$*" in *${words}*) echo >>/tmp/stubs/calls ;; *) exec "$real" "$@" ;; esac
if [ "$(wc -l </tmp/stubs/calls)" -eq ${String(nth)} ]; then
  [ ${when} = before ] || "$real" "$@"
  kill -KILL $PPID; exit 1
fi
exec "$real" "$@"
END
chmod +x ${program}`);
        const bench = createStepBench(host, withStubs);
        expect(await failure(bench.apply(step))).toMatchObject({ code: 'command.killed' });
        expect(await fstab()).toContain(original);
        expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
        expect(await fstab()).toBe(`${original}\n/swapfile none swap sw 0 0\n`);
        const left = 'grep -c swapfile /proc/swaps; stat -c "%a %s" /swapfile; ls -d /swapfile*; ls /etc/fstab*';
        expect((await server.sh(left)).trim()).toBe(`1\n600 ${String(16 * MIB)}\n/swapfile\n/etc/fstab`);
      }
    });

    test('a file of somebody else is left alone', async () => {
      await server.sh('echo precious >/swapfile');
      const bench = createStepBench(host);
      expect(await failure(bench.apply(step))).toMatchObject({
        code: 'command.failed',
        message: expect.stringContaining('/swapfile') as string,
      });
      expect(await server.sh('cat /swapfile')).toBe('precious\n');
      expect(await fstab()).toBe(original);
    });

    test('a filesystem that cannot hold one', async () => {
      const bench = createStepBench(host);
      const onTmpfs = swapStep({ path: '/tmp/swapfile', sizeBytes: 16 * MIB });
      expect(await failure(bench.apply(onTmpfs))).toMatchObject({ code: 'preflight.memory' });
      expect((await server.sh('ls /tmp/swapfile* 2>/dev/null | wc -l')).trim()).toBe('0');
    });
  });

  describe('packages', () => {
    const step = packagesStep({ manager: 'apt-get', packages: ['wget'], wantsUfw: false });

    beforeEach(async () => {
      // Neither curl nor wget: then one of them is missing, and the step has something to do.
      await server.sh(
        'export DEBIAN_FRONTEND=noninteractive; dpkg --configure -a; apt-get -qq -y --purge remove wget >/dev/null 2>&1; [ ! -e /usr/bin/curl ] || mv /usr/bin/curl /usr/bin/curl.off',
      );
    });
    afterAll(async () => {
      await server.sh('mv /usr/bin/curl.off /usr/bin/curl');
    });

    test('what is missing is installed; the second time there is nothing to do', async () => {
      const bench = createStepBench(host);
      expect(await bench.check(step)).toMatchObject({ is: 'needed', because: 'the server lacks curl' });
      expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
      expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
      expect(bench.changes).toHaveLength(1);
    });

    test('killed in the middle of an install: the next run brings it to its end', async () => {
      // What apt leaves when it is killed between unpacking and configuring.
      await server.sh(
        'apt-get -qq update; cd /tmp && apt-get -qq download wget && dpkg --unpack wget_*.deb >/dev/null && rm wget_*.deb; dpkg -s wget | grep Status',
      );
      const bench = createStepBench(host);
      await bench.apply(step);
      expect(await server.sh('dpkg -s wget | grep ^Status')).toBe('Status: install ok installed\n');
      expect(await bench.check(step)).toMatchObject({ is: 'satisfied' });
    });

    /** Holds dpkg's lock as dpkg does, until it is told to let go. */
    const holdLock = (seconds: number): Promise<string> =>
      server.sh(`cat >/tmp/hold.py <<'END'
import fcntl, time
f = open('/var/lib/dpkg/lock-frontend', 'w'); fcntl.lockf(f, fcntl.LOCK_EX); time.sleep(${String(seconds)})
END
setsid python3 /tmp/hold.py >/dev/null 2>&1 </dev/null & sleep 0.5`);

    test('somebody else is installing: that is waited for', async () => {
      await holdLock(5);
      const bench = createStepBench(host);
      const began = Date.now();
      expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
      expect(Date.now() - began).toBeGreaterThan(3500);
    });

    test('and not for ever', async () => {
      await holdLock(15);
      const impatient = packagesStep({ manager: 'apt-get', packages: ['wget'], wantsUfw: false }, 2);
      const error = await failure(createStepBench(host).apply(impatient));
      expect(error.message).toMatch(/has been installing something for too long/);
      expect(JSON.stringify(error.details)).toMatch(/python3 \(process \d+\) is still installing/);
    });

    test('no such package is said by the package manager itself', async () => {
      const wrong = packagesStep({ manager: 'apt-get', packages: ['no-such-package-here'], wantsUfw: false });
      expect(await failure(createStepBench(host).apply(wrong))).toMatchObject({ code: 'command.failed' });
    });

    test('no way to the packages has a sentence of its own', async () => {
      await server.sh(
        'mv /etc/apt /etc/apt.off; mkdir -p /etc/apt/apt.conf.d /etc/apt/preferences.d /etc/apt/trusted.gpg.d; echo "deb [trusted=yes] http://127.0.0.1:9/debian bookworm main" >/etc/apt/sources.list; rm -rf /var/lib/apt/lists/*',
      );
      const error = await failure(createStepBench(host).apply(step));
      await server.sh('rm -rf /etc/apt; mv /etc/apt.off /etc/apt');
      expect(error).toMatchObject({ code: 'download.failed' });
    });
  });
});

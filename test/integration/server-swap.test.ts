import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Host } from '../../src/core/host/host.ts';
import { swapStep } from '../../src/core/steps/server/swap.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerExecHost } from '../lab/docker-exec-host.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { createStepBench, failure } from '../lab/step-bench.ts';

describeWithLab('swap for a server', () => {
  let server: LabServer;
  let host: Host;
  beforeAll(async () => {
    server = await startServer();
    host = openDockerExecHost(server.id);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

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

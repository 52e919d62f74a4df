import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Host } from '../../src/core/host/host.ts';
import { packagesStep } from '../../src/core/steps/server/packages.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerExecHost } from '../lab/docker-exec-host.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { createStepBench, failure } from '../lab/step-bench.ts';

describeWithLab('packages of a server', () => {
  let server: LabServer;
  let host: Host;
  beforeAll(async () => {
    server = await startServer();
    host = openDockerExecHost(server.id);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

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

  test('a package that is there while its program is not is put back', async () => {
    const curl = packagesStep({ manager: 'apt-get', packages: ['curl'], wantsUfw: false });
    expect(await server.sh('dpkg -s curl | grep ^Status')).toBe('Status: install ok installed\n');
    expect(await createStepBench(host).run(curl)).toMatchObject({ is: 'satisfied' });
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
    expect(await bench.run(step)).toMatchObject({ is: 'satisfied' });
    expect(bench.lines).toContainEqual(expect.stringMatching(/^waiting for python3 \(process \d+\)/));
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

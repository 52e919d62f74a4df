import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import { createServerLeaseKeeper } from '../../src/core/runner/server-lease.ts';
import { createIds } from '../../src/core/system/ids.ts';
import { deploymentSpecSchema } from '../../src/shared/model/spec.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerExecHost } from '../lab/docker-exec-host.ts';
import { startNpmProxy, type NpmProxy } from '../lab/npm-proxy.ts';
import { startFurnishedServer } from '../lab/furnished-server.ts';
import type { LabServer } from '../lab/server.ts';
import { openTestCore, specFor, type TestCore } from '../lab/test-core.ts';

const version = '2026.9.6';
const reason = { by: 'person', because: 'it writes to everybody' } as const;
const refused = { code: 'instance.suspended', message: 'This instance is suspended: it writes to everybody.' };

describeWithLab('an instance on a server', () => {
  let server: LabServer;
  let proxy: NpmProxy;
  let person: TestCore;
  beforeAll(async () => {
    server = await startFurnishedServer();
    proxy = await startNpmProxy();
    person = await openTestCore({ knows: [server], registry: proxy.urlFromServers });
    const { run } = await person.deploy(specFor(server, { name: 'research', version }));
    expect(run.status).toBe('succeeded');
  });
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const asUser = (command: string): Promise<string> => server.sh(`su - openclaw -c '${command}'`);
  const unitState = async (): Promise<string> =>
    (await asUser('systemctl --user show -p ActiveState --value openclaw-gateway')).trim();
  /** Whatever of the gateway runs. */
  const processes = (): Promise<string> => server.sh('pgrep -u openclaw -af "index.js gateway" || true');
  const expectDown = async (): Promise<void> => {
    // Longer than systemd would wait before it starts a unit again.
    await sleep(8_000);
    expect(await unitState()).toMatch(/^(inactive|failed)$/);
    expect(await processes()).toBe('');
  };

  it('takes limits, which stay when it is deployed again', async () => {
    const { changes, deployments } = person.core;
    const limits = { memoryBytes: 1536 * 1024 ** 2, cpus: 1.5 };
    const preview = await changes.preview('research', { kind: 'limits', limits });
    expect((await changes.start(preview.id)).status).toBe('succeeded');
    const properties = await asUser('systemctl --user show -p MemoryMax,CPUQuotaPerSecUSec openclaw-gateway');
    expect(properties).toContain(`MemoryMax=${String(limits.memoryBytes)}`);
    expect(properties).toContain('CPUQuotaPerSecUSec=1.5');
    const again = await deployments.preview(deploymentSpecSchema.parse(specFor(server, { name: 'research' })));
    expect(again.steps.filter(({ check }) => check.is !== 'satisfied')).toEqual([]);
    await deployments.discard(again.id);
  });

  it('is suspended, and nothing but resume brings it back', async () => {
    const { instances } = person.core;
    const run = await instances.suspend('research', reason);
    expect(run).toMatchObject({ kind: 'suspend', status: 'succeeded' });
    expect(await processes()).toBe('');
    expect(await instances.status('research')).toMatchObject({ state: 'suspended', because: reason.because });
    const mark: unknown = JSON.parse(await server.sh('cat /var/lib/hardshell/suspended.json'));
    expect(mark).toMatchObject({ ...reason, who: 'tester@lab' });

    await expect(instances.start('research')).rejects.toMatchObject(refused);
    await expect(instances.restart('research')).rejects.toMatchObject(refused);
    await expect(person.deploy(specFor(server, { name: 'research', version }))).rejects.toMatchObject(refused);

    // By hand, as its own account and with OpenClaw's own command line.
    await asUser('systemctl --user start openclaw-gateway || true');
    await asUser('timeout 60 openclaw gateway restart >/dev/null 2>&1 || true');
    await expectDown();
    // The account's service manager starts anew, as at a login or a crash of it.
    await server.sh('systemctl restart user@$(id -u openclaw).service');
    await expectDown();
    // The machine boots.
    await server.stop();
    await server.start();
    await expectDown();
  });

  it('is not deployed to by a panel that knows nothing of it', async () => {
    await using other = await openTestCore({ knows: [server], registry: proxy.urlFromServers });
    await expect(other.deploy(specFor(server, { name: 'research', version }))).rejects.toMatchObject(refused);
  });

  it('is resumed: exactly what suspending did is undone', async () => {
    const { instances } = person.core;
    expect(await instances.resume('research')).toMatchObject({ kind: 'resume', status: 'succeeded' });
    expect(await instances.status('research')).toMatchObject({ state: 'running', version });
    expect(await server.sh('ls -A /etc/systemd/user /var/lib/hardshell | grep -i suspend || true')).toBe('');
    expect(await server.sh('ls -d /etc/systemd/user/openclaw* 2>/dev/null || true')).toBe('');
    expect((await instances.resume('research')).stats).toMatchObject({ changes: 0 });
    const again = await person.deploy(specFor(server, { name: 'research', version }));
    expect(again.run.stats).toMatchObject({ changes: 0 });
  });

  it('stands still at once also while somebody else works there, and goes on when it is resumed', async () => {
    const { instances } = person.core;
    const mainPid = (): Promise<string> => asUser('systemctl --user show -p MainPID --value openclaw-gateway');
    const processState = async (pid: string): Promise<string> =>
      (await server.sh(`sed "s/.*) //; s/ .*//" /proc/${pid.trim()}/stat`)).trim();
    const pid = await mainPid();
    const { ownDir, auditLog } = serverLayout;
    const ids = createIds();
    const somebody = { installation: ids.installation(), run: ids.run(), who: 'somebody@elsewhere', why: 'a long run' };
    {
      await using host = openDockerExecHost(server.id);
      const keeper = createServerLeaseKeeper(host, { dir: ownDir, auditLog });
      await using lease = await keeper.acquire(somebody, { isAlive: () => Promise.resolve(true) });
      expect(lease.lost.aborted).toBe(false);
      await expect(instances.suspend('research', reason)).rejects.toMatchObject({ code: 'lease.held' });
      expect(await processState(pid)).toBe('T');
      await expect(instances.start('research')).rejects.toMatchObject(refused);
    }
    await instances.resume('research');
    expect(await instances.status('research')).toMatchObject({ state: 'running' });
    expect(await mainPid()).toBe(pid);
  });

  it('is removed while it is suspended, and leaves no mark', async () => {
    const { instances, removals } = person.core;
    await instances.suspend('research', reason);
    const removal = await removals.preview('research', { purge: true });
    expect((await removals.start(removal.id)).status).toBe('succeeded');
    expect(
      await server.sh('ls /var/lib/hardshell/suspended.json /etc/systemd/user/*/hardshell* 2>/dev/null || true'),
    ).toBe('');
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONTAINER_STATE_DIR } from '../../src/core/openclaw/container-layout.ts';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import type { Backup } from '../../src/shared/model/backup.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startNpmProxy, type NpmProxy } from '../lab/npm-proxy.ts';
import { openclawImage } from '../lab/openclaw-image.ts';
import { testedOpenClaw as version } from '../lab/openclaw-install.ts';
import { restorable } from '../lab/restorable.ts';
import { takesAllCases } from '../lab/seed.ts';
import { ownName } from '../lab/docker-person.ts';
import { startFurnishedServer } from '../lab/furnished-server.ts';
import type { LabServer } from '../lab/server.ts';
import { openTestCore, specFor, type TestCore } from '../lab/test-core.ts';

const minutes = 60_000;
const MOVED = ownName('moved');
const { stateDir, backupsDir } = serverLayout;
const AS_IT_WAS = { word: 'UTC', setting: 'Etc/UTC' };

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('Backups of a server, and what they bring back', () => {
  let servers: [LabServer, LabServer];
  let proxy: NpmProxy;
  let person: TestCore;
  let backup: Backup;
  beforeAll(async () => {
    servers = [await startFurnishedServer(), await startFurnishedServer()];
    proxy = await startNpmProxy();
    person = await openTestCore({ knows: servers, registry: proxy.urlFromServers });
    await person.deploy(specFor(servers[0], { name: 'research', version }));
  }, 15 * minutes);
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    for (const server of servers) await server[Symbol.asyncDispose]();
  });

  it('is made while it runs; the copy there is for its account alone', { timeout: 5 * minutes }, async () => {
    const research = restorable(person.core, 'research', stateDir);
    await research.remember('UTC');
    await research.addKey();
    backup = await research.backUp();
    expect(backup.copies.map(({ at }) => at)).toEqual(['machine', 'here']);
    const there = await servers[0].sh(`stat -c '%a %U' ${backupsDir} ${backupsDir}/*`);
    expect(there.trim().split('\n')).toEqual(['700 openclaw', '600 openclaw']);
    expect((await servers[0].sh(`sha256sum ${backupsDir}/*`)).slice(0, 64)).toBe(backup.sha256);
  });

  if (takesAllCases)
    it('is put in place of what was changed since', { timeout: 10 * minutes }, async () => {
      const research = restorable(person.core, 'research', stateDir);
      await research.remember('GMT');
      expect((await research.restore(backup.id)).status).toBe('succeeded');
      expect(await research.read()).toEqual(AS_IT_WAS);
      expect(await person.core.instances.status('research')).toMatchObject({ state: 'running' });
      expect((await servers[0].sh(`ls -A ${stateDir} | grep hardshell || :`)).trim()).toBe('');
      expect(await servers[0].sh(`find ${stateDir} ! -user openclaw`)).toBe('');
    });

  if (takesAllCases)
    it('brings it to a container: paths lead there', { timeout: 10 * minutes }, async () => {
      const image = await openclawImage();
      await person.deploy({ name: MOVED, target: { kind: 'docker' }, version, image });
      try {
        const moved = restorable(person.core, MOVED, CONTAINER_STATE_DIR);
        expect((await moved.restore(backup.id)).status).toBe('succeeded');
        expect([await moved.read(), await moved.hasKey()]).toEqual([AS_IT_WAS, true]);
        expect(await moved.run(`grep -c /home/openclaw ${CONTAINER_STATE_DIR}/openclaw.json || :`)).toBe('0\n');
      } finally {
        const removal = await person.core.removals.preview(MOVED, { purge: true });
        await person.core.removals.start(removal.id);
      }
    });

  it('outlives its server: a new one becomes what the old one was', { timeout: 15 * minutes }, async () => {
    await servers[0][Symbol.asyncDispose]();
    await person.deploy(specFor(servers[1], { name: 'again', version }));
    const again = restorable(person.core, 'again', stateDir);
    expect((await again.restore(backup.id)).status).toBe('succeeded');
    expect([await again.read(), await again.hasKey()]).toEqual([AS_IT_WAS, true]);
    expect(await person.core.instances.status('again')).toMatchObject({ state: 'running' });
  });
});

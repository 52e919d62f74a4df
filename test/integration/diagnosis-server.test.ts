import { afterAll, beforeAll, expect, it } from 'vitest';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import { createStateStore } from '../../src/core/state/state-store.ts';
import { serverAilments } from '../lab/ailments.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startFurnishedServer } from '../lab/furnished-server.ts';
import { startNpmProxy, type NpmProxy } from '../lab/npm-proxy.ts';
import { testedOpenClaw as version } from '../lab/openclaw-install.ts';
import { patientOf, treat, type Patient } from '../lab/patient.ts';
import { openChance, someOf } from '../lab/seed.ts';
import { type LabServer } from '../lab/server.ts';
import { openTestCore, specFor, type TestCore } from '../lab/test-core.ts';

const minutes = 60_000;
const chance = openChance();
const { configPath, node } = serverLayout;

// One story, told in order: each case leaves it as well as it found it.
describeWithLab(`What is wrong with a server, and what mends it (HARDSHELL_TEST_SEED=${chance.seed})`, () => {
  let server: LabServer;
  let proxy: NpmProxy;
  let person: TestCore;
  let patient: Patient;
  beforeAll(async () => {
    server = await startFurnishedServer();
    proxy = await startNpmProxy();
    person = await openTestCore({ knows: [server], registry: proxy.urlFromServers });
    await person.deploy(specFor(server, { name: 'research', version }));
    patient = patientOf(person.core, 'research');
  }, 15 * minutes);
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const asUser = (script: string): Promise<string> =>
    server.sh(`set -e; export XDG_RUNTIME_DIR=/run/user/$(id -u); cd; ${script}`, { user: 'openclaw' });
  const edit = (expression: string): Promise<string> =>
    server.sh(
      `runuser -u openclaw -- ${node} -e "const f=require('fs'),p='${configPath}',c=JSON.parse(f.readFileSync(p));${expression};f.writeFileSync(p,JSON.stringify(c))"`,
    );

  it('is nothing where it is well', { timeout: 15 * minutes }, async () => {
    expect([...(await patient.complaints()).values()]).toEqual([]);
    expect([...(await patient.complaints('slow')).values()].filter(({ level }) => level === 'bad')).toEqual([]);
  });

  it.each(someOf(serverAilments, 3, chance).map((ailment) => [ailment.breaks.join(', '), ailment] as const))(
    'of %s is seen and mended, and nothing else is said',
    { timeout: 10 * minutes },
    async (_, ailment) => {
      const instance = (await person.core.instances.list()).find(({ name }) => name === 'research');
      if (instance === undefined) throw new Error('There is no instance.');
      const state = createStateStore(person.dataDir, {
        platform: process.platform,
        onProblem: (error) => {
          throw error;
        },
      });
      const deployAgain = async (): Promise<void> => {
        const { run } = await person.deploy(specFor(server, { name: 'research', version }));
        expect(run.status).toBe('succeeded');
      };
      await treat(
        { core: person.core, state, instance, sh: (script) => server.sh(script), asUser, edit, deployAgain },
        ailment,
      );
    },
  );
});

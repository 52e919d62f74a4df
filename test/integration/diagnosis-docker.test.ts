import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { layoutContainer } from '../../src/core/openclaw/container-layout.ts';
import { createStateStore } from '../../src/core/state/state-store.ts';
import { dockerAilments } from '../lab/ailments.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker } from '../lab/docker.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';
import { patientOf, treat, type Patient } from '../lab/patient.ts';
import { openChance, someOf, takesAllCases } from '../lab/seed.ts';

const minutes = 60_000;
const NAME = ownName('research');
const chance = openChance();

// One story, told in order: each case leaves it as well as it found it.
describeWithLab(`What is wrong with a container, and what mends it (HARDSHELL_TEST_SEED=${chance.seed})`, () => {
  let person: DockerPerson;
  let patient: Patient;
  let container: string;
  beforeAll(async () => {
    person = await openDockerPerson();
    await person.deploy(NAME);
    patient = patientOf(person.core, NAME);
    const instance = (await person.core.instances.list()).find(({ name }) => name === NAME);
    if (instance === undefined) throw new Error('There is no instance.');
    container = layoutContainer(instance).container;
  }, 15 * minutes);
  afterAll(() => person[Symbol.asyncDispose]());

  const inside = (script: string): Promise<string> => docker(['exec', container, 'sh', '-c', script]);
  /** As root, with its volumes: also what does not run can be edited. */
  const beside = async (script: string, user = '0:0'): Promise<string> => {
    const image = (await docker(['inspect', '--format', '{{.Image}}', container])).trim();
    const words = ['--rm', '--network', 'none', '--user', user, '--volumes-from', container, '--entrypoint', 'sh'];
    return docker(['run', ...words, image, '-c', script]);
  };
  const edit = (expression: string): Promise<string> =>
    beside(
      `cd /home/node/.openclaw && node -e "const f=require('fs'),p='openclaw.json',c=JSON.parse(f.readFileSync(p));${expression};f.writeFileSync(p,JSON.stringify(c))"`,
      '1000:1000',
    );

  it('is nothing where it is well', { timeout: 15 * minutes }, async () => {
    expect([...(await patient.complaints())]).toEqual([]);
    expect([...(await patient.complaints('slow'))]).toEqual([]);
  });

  it.each(someOf(dockerAilments, 2, chance).map((ailment) => [ailment.breaks.join(', '), ailment] as const))(
    'of %s is seen and mended, and nothing else is said',
    { timeout: 10 * minutes },
    async (_, ailment) => {
      const instance = (await person.core.instances.list()).find(({ name }) => name === NAME);
      if (instance === undefined) throw new Error('There is no instance.');
      const state = createStateStore(person.test.dataDir, {
        platform: process.platform,
        onProblem: (error) => {
          throw error;
        },
      });
      const deployAgain = async (): Promise<void> => {
        expect((await person.deploy(NAME)).run.status).toBe('succeeded');
      };
      await treat({ core: person.core, state, instance, sh: beside, asUser: inside, edit, deployAgain }, ailment);
    },
  );

  // A doctor takes most of a minute, each time that it is asked.
  if (takesAllCases)
    it('shows what the doctor would write, and writes that', { timeout: 20 * minutes }, async () => {
      await edit('c.gateway.bogus=1');
      const slow = await patient.complaints('slow');
      expect(slow.get('openclaw.config')).toMatchObject({ level: 'bad', fix: { id: 'doctor' } });
      let shown = await person.core.diagnosis.doctorDiff(NAME);
      expect(shown.lines).toContainEqual({ is: 'removed', text: '    "bogus": 1' });
      const repair = () =>
        person.core.changes.preview(NAME, { kind: 'repair', checks: ['openclaw.config'], shown: shown.digest });
      await edit('c.gateway.bogus=2');
      await expect(repair()).rejects.toMatchObject({ code: 'repair.changed' });
      expect(await inside('cat ~/.openclaw/openclaw.json')).toContain('"bogus":2');
      shown = await person.core.diagnosis.doctorDiff(NAME);
      expect(shown.lines).toContainEqual({ is: 'removed', text: '    "bogus": 2' });
      expect((await person.core.changes.start((await repair()).id)).status).toBe('succeeded');
      expect(await inside('cat ~/.openclaw/openclaw.json')).not.toContain('bogus');
      expect(await inside('cat ~/.openclaw/openclaw.json.before-repair')).toContain('bogus');
    });

  it('gathers a bundle without a secret or an address in it', { timeout: 6 * minutes }, async () => {
    const bot = `123456789:${randomBytes(26).toString('base64url').slice(0, 35)}`;
    await inside(`echo '{"botToken":"${bot}","from":"203.0.113.77"}' >~/.openclaw/note.json`);
    await edit(`c.channels={telegram:{enabled:false,botToken:'${bot}'}}`);
    const instance = (await person.core.instances.list()).find(({ name }) => name === NAME);
    if (instance === undefined) throw new Error('There is no instance.');
    const token = await person.core.instances.token(instance.id);
    const { files, archive } = await person.core.diagnosis.bundle(NAME);
    const all = files.map(({ text }) => text).join('\n');
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['versions.json', 'facts.json', 'openclaw.json', 'findings.json', 'logs/gateway.log']),
    );
    expect(files.some(({ path }) => path.startsWith('runs/'))).toBe(true);
    expect(all).not.toContain(token.reveal());
    expect(all).not.toContain(bot);
    expect(all).not.toMatch(/\b(?!127\.|0\.0\.0\.0)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/);
    expect(archive.subarray(0, 2).toString('hex')).toBe('1f8b');
  });
});

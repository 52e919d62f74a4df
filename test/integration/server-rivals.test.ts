import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startNpmProxy, type NpmProxy } from '../lab/npm-proxy.ts';
import { testedOpenClaw } from '../lab/openclaw-install.ts';
import { openPerson, type Ended, type Person } from '../lab/person.ts';
import { expectFailure, expectNoLeftovers } from '../lab/refusals.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { watchServer } from '../lab/server-watch.ts';

describeWithLab('two people who deploy to one server at once', () => {
  let server: LabServer;
  let npm: NpmProxy;
  let anna: Person;
  let bert: Person;

  beforeAll(async () => {
    npm = await startNpmProxy();
    server = await startServer();
    const env = { HARDSHELL_MIRROR_NPM: npm.urlFromServers };
    anna = await openPerson({ env });
    bert = await openPerson({ env });
    for (const person of [anna, bert]) await person.know([{ port: server.sshPort, keys: server.hostKeys }]);
  });
  afterAll(async () => {
    await anna[Symbol.asyncDispose]();
    await bert[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await npm[Symbol.asyncDispose]();
  });

  const deploy = (name: string): string[] =>
    ['deploy', name, '--to', `ssh://root@127.0.0.1:${server.sshPort}`, '--identity', server.identityFile].concat([
      '--version',
      testedOpenClaw,
      '--yes',
      '--json',
    ]);

  it('started in the same moment, have one run at work and one refused that names it', async () => {
    await using watch = await watchServer(server);
    const races = [anna, bert].map((person) => ({ person, process: person.start(deploy('research')) }));
    // Whoever loses ends by itself; whoever wins is let go as soon as that is clear.
    const first = await Promise.race(
      races.map(async ({ person, process }) => ({ person, ended: await process.ended })),
    );
    const winner = races.find(({ person }) => person !== first.person);
    const begun = await winner?.process.seen(({ type }) => type === 'step.started');
    expect(begun, 'the other one is at work').toBeDefined();
    expectHeld(first.ended);
    expect(
      first.ended.lines.filter(({ type }) => type === 'step.started'),
      'it began nothing',
    ).toEqual([]);
    const list = await first.person.run(['list', '--json']);
    expect(list.result, 'and left no record').toMatchObject({ instances: [] });

    const third = await first.person.run(deploy('mine'));
    expectHeld(third);

    winner?.process.kill('SIGINT');
    const cancelled = await winner?.process.ended;
    expect(cancelled?.code).toBe(130);
    const seen = await watch.finish();
    expect(seen).toMatchObject({ overlaps: [], strangers: [] });
    expect(seen.runs, 'commands of one run alone').toHaveLength(1);
    await expectNoLeftovers(server);
  });
});

/** Who, why, for how long: what a person needs to ask somebody, or to wait. */
function expectHeld(ended: Ended): void {
  expectFailure(ended, {
    code: 'lease.held',
    exit: 3,
    message: /@.* is working on this machine: deploy research/,
    hint: /Wait/,
  });
  expect(ended.error?.details).toMatchObject({
    who: expect.stringContaining('@') as string,
    why: expect.stringMatching(/^deploy research to ssh:\/\/root@127\.0\.0\.1/) as string,
    run: expect.stringMatching(/^r-/) as string,
    secondsLeft: expect.any(Number) as number,
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import { openRehearsal, type Rehearsal } from '../lab/deployment-checkpoints.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startNpmProxy, type NpmProxy } from '../lab/npm-proxy.ts';
import { testedOpenClaw } from '../lab/openclaw-install.ts';
import type { HardshellProcess } from '../lab/person.ts';
import { expectFailure, expectNoLeftovers, expectUntouched } from '../lab/refusals.ts';
import type { LabServer } from '../lab/server.ts';
import { markNow } from '../lab/server-changes.ts';
import { openTestCore } from '../lab/test-core.ts';

const { configPath, home, npmPrefix, stateDir, user } = serverLayout;

/** One server, one fault after the other, each in the middle of an install that the next run takes up again. */
describeWithLab('an install that fails in the middle', () => {
  let npm: NpmProxy;
  let rehearsal: Rehearsal;
  let server: LabServer;

  beforeAll(async () => {
    npm = await startNpmProxy();
    rehearsal = await openRehearsal(npm);
    server = await rehearsal.bootFresh();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rehearsal[Symbol.asyncDispose]();
    await npm[Symbol.asyncDispose]();
  });

  /** Resolves when npm is at work on the server. */
  async function npmAtWork(process: HardshellProcess): Promise<void> {
    const begun = await process.seen((line) => line.type === 'step.started' && line.stepId === 'openclaw');
    if (begun === undefined) throw new Error((await process.ended).stdout);
    await expect.poll(countNpm, { timeout: 60_000 }).toBeGreaterThan(0);
  }

  async function countNpm(): Promise<number> {
    const { stdout } = await server.exec(['pgrep', '-cf', `npm.*install.*openclaw@${testedOpenClaw}`]);
    return Number(stdout);
  }

  it('leaves nothing behind when the person ends it with Ctrl-C, and npm is gone', async () => {
    const process = rehearsal.startDeploy(server);
    await npmAtWork(process);
    await sleep(2000);
    process.kill('SIGINT');
    const ended = await process.ended;
    expect(ended.code).toBe(130);
    expect(ended.error).toMatchObject({
      code: 'run.cancelled',
      hint: expect.stringMatching(/same command again/) as string,
    });
    expect(await countNpm(), 'npm has ended before we say that we have').toBe(0);
    await expectNoLeftovers(server);
  });

  it('names the registry that has gone away', async () => {
    const process = rehearsal.startDeploy(server);
    await npmAtWork(process);
    npm.refuseAfter(5_000_000);
    const ended = await process.ended;
    npm.resume();
    expectFailure(ended, {
      code: 'registry.unreachable',
      exit: 1,
      message: /npm registry/,
      hint: /HARDSHELL_MIRROR_NPM/,
    });
    expect(ended.error?.details).toMatchObject({ step: 'openclaw', lastLines: expect.any(Array) as unknown[] });
    await expectNoLeftovers(server);
  });

  it('names the disk that has become full', async () => {
    // A prefix on a disk of its own, which is shrunk to almost nothing once npm writes to it.
    await server.sh(
      `mkdir -p ${npmPrefix} && mount -t tmpfs -o size=2g tmpfs ${npmPrefix} && chown ${user}: ${npmPrefix}`,
    );
    try {
      const process = rehearsal.startDeploy(server);
      await npmAtWork(process);
      await server.sh(`mount -o remount,size=40m ${npmPrefix}`);
      const ended = await process.ended;
      expectFailure(ended, { code: 'disk.full', exit: 1, message: /disk is full/, hint: /Free some space/ });
      expect(ended.error?.details).toMatchObject({ step: 'openclaw' });
      await expectNoLeftovers(server);
    } finally {
      await server.sh(`umount ${npmPrefix}`);
    }
  });

  it('is stopped at its deadline', async () => {
    const { person, door } = rehearsal;
    await using core = await openTestCore({
      dataDir: person.dataDir.replace(/\/data$/, ''),
      registry: npm.urlFromServers,
    });
    await person.know([{ port: door.port, keys: server.hostKeys }]);
    const target = {
      kind: 'ssh',
      host: door.host,
      port: door.port,
      user: 'root',
      identityFile: server.identityFile,
    } as const;
    const running = core.deploy({ name: 'research', version: testedOpenClaw, target }, { deadlineMs: 15_000 });
    await expect(running).rejects.toMatchObject({
      code: 'run.deadline',
      exitCode: 1,
      hint: expect.stringMatching(/--deadline/) as string,
    });
    expect(await countNpm()).toBe(0);
    // It had ten seconds to tidy up. What a busy disk does not get done in them is what the next install begins with.
    await server.sh(`rm -rf ${npmPrefix}/.staging.*`);
    await expectNoLeftovers(server);
  });

  it('leaves a configuration alone that cannot be read', async () => {
    await putConfig('{ gateway: { port: 18789, ');
    const mark = await markNow(server);
    const ended = await rehearsal.deploy(server);
    expectFailure(ended, {
      code: 'config.unreadable',
      exit: 3,
      message: /openclaw\.json.*JSON5/,
      hint: /left as it is/,
    });
    await expectUntouched(server, mark);
  });

  it('leaves a configuration alone that OpenClaw does not accept, and names the setting', async () => {
    const text = '// mine\n{ gateway: { port: 18789 }, nonsense: { deep: true } }\n';
    await putConfig(text);
    const ended = await rehearsal.deploy(server);
    expectFailure(ended, { code: 'config.rejected', exit: 3, message: /nonsense/, hint: /left as it was/ });
    expect(await server.sh(`cat ${configPath}`)).toBe(text);
    await expectNoLeftovers(server);
  });

  it('is finished by the same command once nothing stands in the way', async () => {
    await server.sh(`rm ${configPath}`);
    const ended = await rehearsal.deploy(server);
    expect(ended.error).toBeUndefined();
    expect(ended.code).toBe(0);
    await expectNoLeftovers(server);
    const again = await rehearsal.deploy(server);
    expect(again.result).toMatchObject({ ok: true, stats: { changes: 0 } });
  });

  async function putConfig(text: string): Promise<void> {
    const script = `install -d -m 700 -o ${user} -g ${user} ${stateDir} && cat >${configPath} && chown ${user}: ${configPath} && chmod 600 ${configPath}`;
    await server.sh(`cd ${home} && ${script}`, { stdin: text });
  }
});

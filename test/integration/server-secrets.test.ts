import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import { watchArguments, watchArgumentsHere } from '../lab/argument-watch.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { generateKeyPair } from '../lab/key-pair.ts';
import { startNpmProxy, type NpmProxy } from '../lab/npm-proxy.ts';
import { testedOpenClaw } from '../lab/openclaw-install.ts';
import { openPerson, type Ended, type Person } from '../lab/person.ts';
import { findSecrets, findSecretsOn, findSecretsUnder, formsOf } from '../lab/secret-search.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { readTokenOnServer } from '../lab/server-traces.ts';
import { startStaticServer, type StaticServer } from '../lab/static-server.ts';

/** As awkward as a person may choose them: what is quoted or escaped somewhere then looks different. */
const secrets = {
  sudoPassword: `it's "my" $(sudo) \\ päss`,
  keyPassphrase: 'correct "horse" & battery',
  providerKey: 'sk-or-v1-0123456789abcdef+/0123456789abcdef',
  telegramToken: '123456789:AAF-abcdefghijklmnopqrstuvwxyz_0123',
} as const;

describeWithLab('the secrets of a whole life', () => {
  let npm: NpmProxy;
  let telegram: StaticServer;
  let server: LabServer;
  let person: Person;
  let identityFile: string;

  beforeAll(async () => {
    npm = await startNpmProxy();
    const bot = { id: 1, is_bot: true, username: 'lab_bot', first_name: 'Lab' };
    telegram = await startStaticServer({
      [`/bot${secrets.telegramToken}/getMe`]: JSON.stringify({ ok: true, result: bot }),
    });
    server = await startServer({ users: [{ name: 'admin', sudo: 'password', password: secrets.sudoPassword }] });
    person = await openPerson({
      env: { HARDSHELL_MIRROR_NPM: npm.urlFromServers, HARDSHELL_TELEGRAM_API: telegram.urlFromHere },
    });
    await person.know([{ port: server.sshPort, keys: server.hostKeys }]);
    identityFile = join(person.homeDir, '.ssh', 'id_of_admin');
    const key = generateKeyPair({
      passphrase: secrets.keyPassphrase,
      cipher: 'aes256-ctr',
      rounds: 16,
    });
    await writeFile(identityFile, key.private, { mode: 0o600 });
    await server.sh('cat >>/home/admin/.ssh/authorized_keys', { stdin: `${key.public}\n` });
  });
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await telegram[Symbol.asyncDispose]();
    await npm[Symbol.asyncDispose]();
  });

  it('are in no argument list, log, record, event, error or file but those of OpenClaw itself', async () => {
    await using here = watchArgumentsHere();
    await using there = await watchArguments(server);
    const login = JSON.stringify({ keyPassphrase: secrets.keyPassphrase, sudoPassword: secrets.sudoPassword });
    const ask = (...args: string[]): Promise<Ended> => person.run([...args, '--secrets-stdin'], login);
    const target = ['--to', `ssh://admin@127.0.0.1:${server.sshPort}`, '--identity', identityFile];
    const what = ['--version', testedOpenClaw, '--provider', 'openrouter', '--yes', '--secrets-stdin'];

    const deployed = await person.run(['deploy', 'research', ...target, ...what, '--json'], JSON.stringify(secrets));
    expect(deployed.error).toBeUndefined();
    const token = await readTokenOnServer(server);
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    const all = { ...secrets, token: token ?? '' };

    // Again, for people to read; with a secret that is wrong; and all that one does from day to day.
    const again = await person.run(['deploy', 'research', ...target, ...what], JSON.stringify(secrets));
    expect(again.code).toBe(0);
    const wrong = { ...secrets, sudoPassword: `${secrets.sudoPassword}!` };
    const refused = await person.run(['deploy', 'research', ...target, ...what, '--json'], JSON.stringify(wrong));
    expect(refused.error?.code).toBe('host.sudo-password');
    const status = await ask('status', 'research', '--json');
    expect(status.result).toMatchObject({ status: { state: 'running' } });
    const logs = await ask('logs', 'research');
    expect(logs.code).toBe(0);
    const opening = person.start(['open', 'research', '--json', '--secrets-stdin'], login);
    expect(await opening.seen(({ type }) => type === 'sign-in')).toBeDefined();
    opening.kill('SIGINT');
    const opened = await opening.ended;
    // What is typed into exec belongs to the command: without a terminal nobody can be asked for the passphrase.
    const executed = await person.run(['exec', 'research', '--', 'id', '-un']);
    expect(executed.code).toBe(1);
    expect(executed.stderr).toMatch(/passphrase/);
    const runs = await person.run(['runs', '--json']);

    const left = await findSecretsOn(server, all);
    const foreign = left.files.filter(({ path, mode, owner }) => !isOpenClaws(path, mode, owner));
    expect(foreign, 'on the server').toEqual([]);
    expect(left.journalLines, 'in its journal').toBe(0);
    expect(
      left.files.map(({ path }) => path),
      'the search finds what is there',
    ).toContain(serverLayout.configPath);

    const removed = await ask('remove', 'research', '--yes', '--json');
    expect(removed.error).toBeUndefined();
    const after = await findSecretsOn(server, all);
    expect(
      after.files.filter(({ path, mode, owner }) => !isOpenClaws(path, mode, owner)),
      'after removal',
    ).toEqual([]);

    for (const ended of [deployed, again, refused, status, logs, opened, executed, runs, removed]) {
      expect(findSecrets(ended.stdout + ended.stderr, all), ended.stdout.slice(0, 200)).toEqual([]);
    }
    const kept = await findSecretsUnder(dirname(person.dataDir), all);
    expect(kept.found, 'on this computer').toEqual([]);
    expect(kept.files).toBeGreaterThan(3);

    const lists = { here: await here.finish(), there: await there.finish() };
    for (const [where, seen] of Object.entries(lists)) {
      expect(
        seen.flatMap((words) => findSecrets(words, all)),
        `in argument lists ${where}`,
      ).toEqual([]);
    }
    expect(
      lists.here.some((words) => words.includes('cli.js\0deploy\0research')),
      'it was awake here',
    ).toBe(true);
    expect(
      lists.there.some((words) => words.includes('npm')),
      'and there',
    ).toBe(true);
  });

  it('are recognised in every form in which somebody may write them down', () => {
    const secret = secrets.sudoPassword;
    for (const text of [
      secret,
      JSON.stringify({ a: secret }),
      Buffer.from(`{"p":"${secret}"}`).toString('base64'),
      Buffer.from(`xx${secret}yy`).toString('base64url'),
      Buffer.from(secret).toString('hex'),
      `sudo '${secret.replaceAll("'", `'\\''`)}'`,
    ]) {
      expect(findSecrets(text, { secret }), text).toEqual(['secret']);
    }
    expect(formsOf(secret).every((form) => form.length > 8)).toBe(true);
  });
});

/** OpenClaw keeps its own secrets under its state folder, for itself alone. */
function isOpenClaws(path: string, mode: string, owner: string): boolean {
  return path.startsWith(`${serverLayout.stateDir}/`) && mode === '600' && owner === serverLayout.user;
}

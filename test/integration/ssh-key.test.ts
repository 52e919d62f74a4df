import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PASSWORDS_DROP_IN, TRIAL_MARK } from '../../src/core/facts/ssh-server.ts';
import { askLoginMethods, type SshDeps } from '../../src/core/host/ssh/ssh-way.ts';
import { createTrustStore } from '../../src/core/host/ssh/trust-store.ts';
import { createStateStore } from '../../src/core/state/state-store.ts';
import type { PanelKeyBook } from '../../src/core/steps/access/panel-key-book.ts';
import { passwordsOffStep } from '../../src/core/steps/access/passwords.ts';
import { instanceSchema, type Instance } from '../../src/shared/model/instance.ts';
import type { RunSnapshot } from '../../src/shared/model/run.ts';
import type { SshKeyWish } from '../../src/shared/model/ssh-key.ts';
import { Secret } from '../../src/shared/secret.ts';
import { isAppError } from '../../src/shared/app-error.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { openDockerExecHost } from '../lab/docker-exec-host.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { createStepBench, failure } from '../lab/step-bench.ts';
import { openTestCore, type TestCore } from '../lab/test-core.ts';

const minutes = 60_000;
const PASSWORD = `it's a "pässword"`;
const password = new Secret(PASSWORD);
const keys = '/home/anna/.ssh/authorized_keys';

const install: SshKeyWish = { key: 'install', passwords: 'as-is' };
const withoutPasswords: SshKeyWish = { key: 'install', passwords: 'off' };
const remove: SshKeyWish = { key: 'remove', passwords: 'as-is' };

// One story, told in order: every case goes on where the one before has ended. No OpenClaw is needed for it.
describeWithLab('The key of a panel on a server', () => {
  let server: LabServer;
  let person: TestCore;
  let instance: Instance;
  beforeAll(async () => {
    server = await startServer({
      users: [
        { name: 'anna', password: PASSWORD, sudo: 'password', authorizeKey: false },
        { name: 'bob', password: PASSWORD, authorizeKey: false },
      ],
    });
    person = await openTestCore({ knows: [server] });
    const state = createStateStore(person.dataDir, { onProblem: () => undefined, platform: process.platform });
    instance = instanceSchema.parse({
      id: 'i-0123456789abcdef',
      name: 'research',
      target: { kind: 'ssh', host: server.host, port: server.sshPort, user: 'anna' },
      createdAt: new Date().toISOString(),
      phase: 'deployed',
      version: '2026.9.6',
      port: 18789,
      telemetry: false,
      installer: 'pinned',
    });
    await state.instances.put(instance.id, instance);
    // Somebody's own, without a line break at its end.
    await server.sh(`install -d -o anna -g anna -m 755 /home/anna/.ssh
      printf 'ssh-ed25519 AAAAnotakey somebody' >${keys}; chown anna: ${keys}; chmod 644 ${keys}`);
  }, 5 * minutes);
  afterAll(async () => {
    await person[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const run = async (wish: SshKeyWish, secrets: Record<string, Secret>): Promise<RunSnapshot> => {
    const preview = await person.core.changes.preview('research', { kind: 'ssh-key', wish }, { secrets });
    return person.core.changes.start(preview.id);
  };
  const known = () => person.core.sshKeys.read(instance.id);
  const sshDeps = (): SshDeps => ({
    homeDir: join(person.dataDir, '..', 'home'),
    platform: process.platform,
    localUser: 'tester',
    trust: createTrustStore(join(person.dataDir, 'no-trust.json'), Date.now),
  });
  // An sshd that reads its configuration anew does not listen for a moment.
  const methods = async (user = 'anna'): Promise<readonly string[]> => {
    let said: readonly string[] = [];
    await until(async () => {
      said = await askMethods(user).catch((error: unknown) => {
        if (isAppError(error, 'host.unreachable')) return [];
        throw error;
      });
      return said.length > 0;
    });
    return said;
  };
  const askMethods = (user: string): Promise<readonly string[]> =>
    askLoginMethods({ kind: 'ssh', host: server.host, port: server.sshPort, user, jumps: [] }, sshDeps(), {});
  const exists = async (path: string): Promise<boolean> => (await server.exec(['test', '-e', path])).code === 0;
  const leftOfTrial = async (): Promise<string> =>
    `${await server.sh('systemctl list-units --all --no-legend "hardshell-passwords*" | cat')}${(await exists(TRIAL_MARK)) ? TRIAL_MARK : ''}`;
  const reload = (): Promise<string> => server.sh('systemctl reload ssh');
  const until = async (is: () => Promise<boolean>): Promise<void> => {
    const deadline = Date.now() + 2 * minutes;
    while (!(await is())) {
      if (Date.now() > deadline) throw new Error('it did not come to that');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };

  it('is made, let in beside the others, seen to come in, and made once', { timeout: 3 * minutes }, async () => {
    expect(await known()).toEqual({ login: `anna@127.0.0.1:${String(server.sshPort)}`, sharedWith: [] });
    const first = await run(install, { sshPassword: password });
    expect(first.steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'key-pair applied',
      'authorize applied',
      'prove-key applied',
    ]);
    const { key } = await known();
    expect(key?.provenAt).toBeDefined();
    expect(key?.line).toContain('hardshell@lab');
    expect(await server.sh(`cat ${keys}`)).toBe(`ssh-ed25519 AAAAnotakey somebody\n${key?.line ?? ''}\n`);
    expect(await server.sh(`stat -c '%a %U' ${keys} /home/anna/.ssh`)).toBe('600 anna\n700 anna\n');
    expect(await server.sh('ls -A /home/anna/.ssh')).toBe('authorized_keys\n');

    // With the key alone: the password is sudo's.
    const second = await run(install, { sudoPassword: password });
    expect([second.status, second.stats?.changes]).toEqual(['succeeded', 0]);
    expect(second.steps.every(({ status }) => status === 'satisfied')).toBe(true);
    expect(await server.sh(`grep -c hardshell@ ${keys}`)).toBe('1\n');
  });

  it('lies in the secret store, and in no file of ours', async () => {
    for (const entry of await readdir(person.dataDir, { recursive: true, withFileTypes: true }))
      if (entry.isFile())
        expect(await readFile(join(entry.parentPath, entry.name), 'latin1')).not.toContain('OPENSSH PRIVATE KEY');
  });

  it('whose line was taken out by somebody comes back', { timeout: 2 * minutes }, async () => {
    await server.sh(`sed -i /hardshell@/d ${keys}`);
    const again = await run(install, { sshPassword: password });
    expect(again.steps.map(({ status }) => status)).toEqual(['satisfied', 'applied', 'satisfied']);
  });

  it('is what is left when passwords go, and who is shut out is named', { timeout: 3 * minutes }, async () => {
    expect(await methods()).toContain('password');
    const secrets = { sudoPassword: password };
    const change = { kind: 'ssh-key', wish: withoutPasswords } as const;
    const preview = await person.core.changes.preview('research', change, { secrets });
    expect(preview.findings.find(({ id }) => id === 'keyless')).toMatchObject({
      level: 'warn',
      because: 'bob can sign in with a password and has no key: that ends.',
    });
    const done = await person.core.changes.start(preview.id);
    expect(done.steps.at(-1)).toMatchObject({ id: 'passwords-off', status: 'applied' });
    expect([await methods(), await methods('bob')]).toEqual([['publickey'], ['publickey']]);
    expect([await exists(PASSWORDS_DROP_IN), await leftOfTrial()]).toEqual([true, '']);
    expect((await known()).key?.passwordsOffAt).toBeDefined();
    expect((await run(withoutPasswords, secrets)).stats?.changes).toBe(0);
  });

  it('stays when it is the only way in', { timeout: 2 * minutes }, async () => {
    const error = await failure(run(remove, { sshPassword: password, sudoPassword: password }));
    expect(error).toMatchObject({ code: 'ssh-key.only-way' });
    expect((await run(install, { sudoPassword: password })).stats?.changes).toBe(0);
  });

  it('comes back on by itself when the proof fails, or would not count', { timeout: 4 * minutes }, async () => {
    const secrets = { sudoPassword: password };
    await run({ key: 'as-is', passwords: 'on' }, secrets);
    expect([await methods(), await exists(PASSWORDS_DROP_IN)]).toEqual([['publickey', 'password'], false]);

    // What sshd has not read yet, and what our reload would bring into force.
    const trap = '/etc/ssh/sshd_config.d/50-trap.conf';
    const preview = await person.core.changes.preview(
      'research',
      { kind: 'ssh-key', wish: withoutPasswords },
      { secrets },
    );
    await server.sh(`echo 'AllowUsers somebody-else' >${trap}`);
    expect(await failure(person.core.changes.start(preview.id))).toMatchObject({
      code: 'ssh-key.passwords-not-proven',
    });
    expect([await exists(PASSWORDS_DROP_IN), await leftOfTrial()]).toEqual([false, '']);
    await server.sh(`rm ${trap}`);
    await reload();
    expect(await methods()).toContain('password');

    const rival = '/etc/ssh/sshd_config.d/00-a-rival.conf';
    await server.sh(`echo 'PasswordAuthentication yes' >${rival}`);
    expect(await failure(run(withoutPasswords, secrets))).toMatchObject({ code: 'ssh-key.passwords-kept' });
    expect([await exists(PASSWORDS_DROP_IN), await leftOfTrial()]).toEqual([false, '']);
    await server.sh(`rm ${rival}`);

    await server.sh(`sed -i.kept 's/^Include/#Include/' /etc/ssh/sshd_config`);
    expect(await failure(run(withoutPasswords, secrets))).toMatchObject({ code: 'ssh-key.no-include' });
    await server.sh('mv /etc/ssh/sshd_config.kept /etc/ssh/sshd_config');
  });

  /** Goes as far as the reload, and is never heard of again. */
  const beginAndDie = async (trialSeconds: number): Promise<void> => {
    const controller = new AbortController();
    const bench = createStepBench(openDockerExecHost(server.id), { signal: controller.signal });
    const book: PanelKeyBook = {
      read: () => Promise.resolve({ line: 'ssh-ed25519 AAAA hardshell@lab', secret: password }),
      make: () => Promise.resolve(),
      use: () => Promise.resolve(),
      retire: () => Promise.resolve(),
      notePasswords: () => Promise.resolve(),
      forget: () => Promise.resolve(),
    };
    const die = async (): Promise<never> => {
      expect(await methods()).toEqual(['publickey']);
      controller.abort(new Error('killed'));
      return new Promise(() => undefined);
    };
    const step = passwordsOffStep({
      seat: { user: 'anna', from: '127.0.0.1', to: '127.0.0.1', port: 22 },
      book,
      door: { user: 'anna', signInWith: die, signInOtherwise: die, listMethods: () => methods() },
      trialSeconds,
    });
    await Promise.race([failure(bench.apply(step)), until(() => Promise.resolve(controller.signal.aborted))]);
    expect(await exists(PASSWORDS_DROP_IN)).toBe(true);
  };

  it('when we die before the proof, the server takes passwords again by itself', { timeout: 4 * minutes }, async () => {
    await beginAndDie(15);
    await until(async () => !(await exists(PASSWORDS_DROP_IN)) && !(await exists(TRIAL_MARK)));
    await until(async () => (await methods()).includes('password'));
    expect(await leftOfTrial()).toBe('');
  });

  it('also when it loses its power then; the next run converges', { timeout: 5 * minutes }, async () => {
    await beginAndDie(600);
    await server.kill();
    await server.start();
    expect([await exists(PASSWORDS_DROP_IN), await leftOfTrial()]).toEqual([false, '']);
    await until(async () => (await methods()).includes('password'));
    const done = await run(withoutPasswords, { sudoPassword: password });
    expect(done.status).toBe('succeeded');
    expect([await methods(), await leftOfTrial()]).toEqual([['publickey'], '']);
  });

  it(
    'goes when there is another way in, is refused from then on, and forgotten',
    { timeout: 3 * minutes },
    async () => {
      const both = { key: 'remove', passwords: 'on' } as const;
      const gone = await run(both, { sshPassword: password });
      expect(gone.steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
        'passwords-on applied',
        'other-way satisfied',
        'unauthorize applied',
        'forget-key applied',
      ]);
      expect(await server.sh(`cat ${keys}`)).toBe('ssh-ed25519 AAAAnotakey somebody\n');
      expect((await known()).key).toBeUndefined();
      expect([await exists(PASSWORDS_DROP_IN), await methods()]).toEqual([false, ['publickey', 'password']]);
      await expect(run(install, { sudoPassword: password })).rejects.toMatchObject({ code: 'host.auth-failed' });
    },
  );
});

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWithLab } from '../lab/describe-with-lab.ts';

const session = fileURLToPath(new URL('../lab/session.sh', import.meta.url));
const source = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
const run = promisify(execFile);

/** The login collection, where every desktop keeps its passwords. */
const LOGIN = '/org/freedesktop/secrets/collection/login';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-keychain-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Runs `body` in a process of its own, in a desktop session or outside of any, and returns the JSON value that it returns. */
async function inProcess(where: 'session' | 'nowhere' | 'empty bus', body: string): Promise<unknown> {
  const script = `
    import { execFileSync } from 'node:child_process';
    import { openKeychain } from ${source('native/keychain.ts')};
    import { createSecretStore } from ${source('core/secrets/create-secret-store.ts')};
    import { Secret } from ${source('shared/secret.ts')};
    const lock = () => execFileSync('dbus-send', ['--session', '--print-reply', '--dest=org.freedesktop.secrets', '/org/freedesktop/secrets',
      'org.freedesktop.Secret.Service.Lock', 'array:objpath:${LOGIN}']);
    const codeOf = (work) => work.then(() => 'done', (error) => error.code);
    const dir = ${JSON.stringify(join(dir, 'secrets'))};
    const keychain = await openKeychain();
    const store = createSecretStore({ dir, keychain });
    const result = await (async () => { ${body} })();
    process.stdout.write('RESULT ' + JSON.stringify(result) + '\\n', () => process.exit(0));`;
  const command = [process.execPath, '--input-type=module', '-e', script] as const;
  // Nothing of the session in which these tests themselves may run.
  const env = { PATH: process.env['PATH'], HOME: dir, TMPDIR: tmpdir() };
  const wrapped = {
    session: [session, ...command],
    nowhere: command,
    'empty bus': ['dbus-run-session', '--', ...command],
  }[where];
  const [program = '', ...args] = wrapped;
  const { stdout } = await run(program, args, { env, timeout: 90_000 });
  const line = stdout.split('\n').find((one) => one.startsWith('RESULT '));
  if (line === undefined) throw new Error(`No result: ${stdout}`);
  return JSON.parse(line.slice('RESULT '.length)) as unknown;
}

describeWithLab('the keychain of a desktop', () => {
  it('keeps, replaces and forgets a secret, whatever is in it', async () => {
    const result = await inProcess(
      'session',
      `const value = 'hunter2 ü\\n$(x) "quoted"';
       const before = await keychain.get('a');
       await keychain.set('a', new Secret('first'));
       await keychain.set('a', new Secret(value));
       const same = (await keychain.get('a')).reveal() === value;
       return { before: before === undefined, same, deleted: [await keychain.delete('a'), await keychain.delete('a')], after: (await keychain.get('a')) === undefined };`,
    );
    expect(result).toEqual({ before: true, same: true, deleted: [true, false], after: true });
  });

  it('is where new secrets go, and nothing of them is in a file', async () => {
    const result = await inProcess(
      'session',
      `const ref = await store.put('gateway-token/i-1', new Secret('hunter2'));
       return { ref, backend: (await store.backend()).backend, value: (await store.get(ref)).reveal(), removed: await store.remove(ref), missing: await codeOf(store.get(ref)) };`,
    );
    expect(result).toEqual({
      ref: { backend: 'keychain', key: 'gateway-token/i-1' },
      backend: 'keychain',
      value: 'hunter2',
      removed: true,
      missing: 'secrets.missing',
    });
    expect(await readdir(dir)).not.toContain('secrets');
  });

  it('says that it is locked: nothing is read, written, removed, or put elsewhere', async () => {
    const result = await inProcess(
      'session',
      `const ref = await store.put('gateway-token/i-1', new Secret('hunter2'));
       lock();
       const fresh = createSecretStore({ dir, keychain });
       return [await codeOf(store.get(ref)), await codeOf(store.put('gateway-token/i-1', new Secret('second'), ref)), await codeOf(store.remove(ref)),
         await codeOf(fresh.put('other', new Secret('x'))), await codeOf(fresh.backend())];`,
    );
    expect(result).toEqual(Array.from({ length: 5 }, () => 'secrets.locked'));
    expect(await readdir(dir)).not.toContain('secrets');
  });

  it.each(['nowhere', 'empty bus'] as const)('is unavailable %s, and new secrets go to the vault', async (where) => {
    const result = await inProcess(
      where,
      `const known = await codeOf(store.get({ backend: 'keychain', key: 'a' }));
       const ref = await store.put('a', new Secret('hunter2'));
       return { known, backend: ref.backend, value: (await store.get(ref)).reveal() };`,
    );
    expect(result).toEqual({ known: 'secrets.unavailable', backend: 'vault-keyfile', value: 'hunter2' });
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../shared/app-error.ts';
import { secretRefSchema, type SecretRef } from '../../shared/model/instance.ts';
import { Secret } from '../../shared/secret.ts';
import type { Keychain } from '../api-deps.ts';
import { createMemorySecretStore } from './memory-secrets.ts';
import { createSecretStore } from './create-secret-store.ts';
import type { SecretStore } from './secret-store.ts';

const token = new Secret('hunter2-0123456789');
const name = 'gateway-token/i-0123456789abcdef';

/** A keychain as an operating system has one: it may be locked or gone, and come back. */
function createFakeKeychain(): Keychain & {
  fails: ErrorCode | undefined;
  forgetful: boolean;
  readonly items: Map<string, string>;
  calls: number;
} {
  const items = new Map<string, string>();
  const turn = async <T>(work: () => T): Promise<T> => {
    await Promise.resolve();
    keychain.calls += 1;
    if (keychain.fails !== undefined) throw new AppError(keychain.fails);
    return work();
  };
  const keychain = {
    fails: undefined as ErrorCode | undefined,
    forgetful: false,
    calls: 0,
    items,
    get: (account: string) =>
      turn(() => {
        const value = items.get(account);
        return value === undefined ? undefined : new Secret(value);
      }),
    set: (account: string, value: Secret) =>
      turn(() => {
        if (!keychain.forgetful) items.set(account, value.reveal());
      }),
    delete: (account: string) => turn(() => items.delete(account)),
  };
  return keychain;
}

let dir = '';
let secretsDir = '';
let passphraseFile = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-secrets-'));
  secretsDir = join(dir, 'secrets');
  passphraseFile = join(dir, 'passphrase');
  await writeFile(passphraseFile, 'correct horse\n', { mode: 0o600 });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const open = (options: { keychain?: Keychain; passphraseFile?: string } = {}): SecretStore =>
  createSecretStore({ dir: secretsDir, ...options });

async function expectRoundTrip(store: SecretStore): Promise<SecretRef> {
  const ref = await store.put(name, token);
  expect(secretRefSchema.parse(ref)).toEqual(ref);
  expect(JSON.stringify(ref)).not.toContain('hunter2');
  expect((await store.get(ref)).reveal()).toBe('hunter2-0123456789');
  return ref;
}

describe('a new secret', () => {
  it('goes to the keychain where one works, and nothing is left of the attempt', async () => {
    const keychain = createFakeKeychain();
    const store = open({ keychain, passphraseFile });
    expect(await store.backend()).toMatchObject({ backend: 'keychain', strength: 'strong' });
    expect(keychain.items.size).toBe(0);
    expect(await expectRoundTrip(store)).toEqual({ backend: 'keychain', key: name });
    expect([...keychain.items.keys()]).toEqual([name]);
    expect(await readdir(dir)).toEqual(['passphrase']);
    const { calls } = keychain;
    await store.put('other', token);
    expect(keychain.calls).toBe(calls + 1);
  });

  it.each(['unavailable', 'forgetful', 'absent'])(
    'goes to the vault with the passphrase where the keychain is %s',
    async (state) => {
      const keychain = createFakeKeychain();
      if (state === 'unavailable') keychain.fails = 'secrets.unavailable';
      keychain.forgetful = state === 'forgetful';
      const store = open(state === 'absent' ? { passphraseFile } : { keychain, passphraseFile });
      expect(await store.backend()).toMatchObject({ backend: 'vault-passphrase', strength: 'strong' });
      expect(await expectRoundTrip(store)).toEqual({ backend: 'vault-passphrase', key: name });
      expect(await readdir(secretsDir)).toEqual(['passphrase-vault.json']);
    },
  );

  it('goes to the vault with a key file where there is nothing better, and that is said', async () => {
    const store = open();
    const backend = await store.backend();
    expect(backend).toMatchObject({ backend: 'vault-keyfile', strength: 'weak' });
    expect(backend.description).toMatch(/weaker/);
    expect(await expectRoundTrip(store)).toEqual({ backend: 'vault-keyfile', key: name });
    expect((await readdir(secretsDir)).toSorted()).toEqual(['keyfile-vault.json', 'keyfile-vault.key']);
  });

  it('waits for a locked keychain, and goes nowhere weaker', async () => {
    const keychain = createFakeKeychain();
    keychain.fails = 'secrets.locked';
    const store = open({ keychain });
    await expect(store.put(name, token)).rejects.toMatchObject({ code: 'secrets.locked' });
    await expect(store.backend()).rejects.toMatchObject({ code: 'secrets.locked' });
    expect(await readdir(dir)).toEqual(['passphrase']);
    keychain.fails = undefined;
    expect(await expectRoundTrip(store)).toMatchObject({ backend: 'keychain' });
  });

  it('goes to the vault with a passphrase that was given though the keychain is locked', async () => {
    const keychain = createFakeKeychain();
    keychain.fails = 'secrets.locked';
    expect(await expectRoundTrip(open({ keychain, passphraseFile }))).toMatchObject({ backend: 'vault-passphrase' });
  });

  it('is not put beside a vault whose passphrase was not given this time', async () => {
    await open({ passphraseFile }).put(name, token);
    await expect(open().put('other', token)).rejects.toMatchObject({ code: 'secrets.locked' });
    await expect(open().backend()).rejects.toMatchObject({ code: 'secrets.locked' });
    expect(await readdir(secretsDir)).toEqual(['passphrase-vault.json']);
  });
});

describe('a secret that is known', () => {
  it('is read from where it lies, whatever is preferred now', async () => {
    const keychain = createFakeKeychain();
    const inFile = await open().put(name, token);
    const inVault = await open({ passphraseFile }).put(name, token);
    const inKeychain = await open({ keychain }).put(name, token);
    const store = open({ keychain, passphraseFile });
    for (const ref of [inFile, inVault, inKeychain]) expect((await store.get(ref)).equals(token)).toBe(true);
    expect(new Set([inFile, inVault, inKeychain].map(({ backend }) => backend)).size).toBe(3);
  });

  it('is replaced where it lies, and nowhere else', async () => {
    const keychain = createFakeKeychain();
    const ref = await open().put(name, token);
    const store = open({ keychain, passphraseFile });
    expect(await store.put(name, new Secret('new'), ref)).toEqual(ref);
    expect((await open().get(ref)).reveal()).toBe('new');
    expect(keychain.items.size).toBe(0);
    expect(await readdir(secretsDir)).not.toContain('passphrase-vault.json');
  });

  it.each([
    ['keychain', 'secrets.unavailable'],
    ['vault-passphrase', 'secrets.locked'],
    ['vault-keyfile', 'secrets.unavailable'],
    ['memory', 'secrets.unavailable'],
  ] as const)(
    'in a backend that cannot be reached (%s) is an error with a hint, and not a second secret',
    async (backend, code) => {
      const ref: SecretRef = { backend, key: name };
      if (backend === 'vault-passphrase') await open({ passphraseFile }).put(name, token);
      const before = await readdir(dir, { recursive: true });
      for (const work of [() => open().get(ref), () => open().put(name, token, ref)]) {
        const error: unknown = await work().then(
          () => undefined,
          (failure: unknown) => failure,
        );
        expect(error).toMatchObject({ code, hint: expect.stringMatching(/./) as string });
        expect(inspect(error, { depth: 9 })).not.toMatch(/hunter2|horse/);
      }
      expect((await readdir(dir, { recursive: true })).toSorted()).toEqual(before.toSorted());
    },
  );

  it('in a locked keychain is locked, also where a passphrase is given', async () => {
    const keychain = createFakeKeychain();
    const ref = await open({ keychain }).put(name, token);
    keychain.fails = 'secrets.locked';
    const store = open({ keychain, passphraseFile });
    await expect(store.get(ref)).rejects.toMatchObject({ code: 'secrets.locked' });
    await expect(store.put(name, token, ref)).rejects.toMatchObject({ code: 'secrets.locked' });
    await expect(store.remove(ref)).rejects.toMatchObject({ code: 'secrets.locked' });
    expect(await readdir(dir)).toEqual(['passphrase']);
  });

  it('and is not there is missing; removed it is gone', async () => {
    const keychain = createFakeKeychain();
    for (const store of [open({ keychain }), open(), createMemorySecretStore()]) {
      const ref = await store.put(name, token);
      expect(await store.remove(ref)).toBe(true);
      expect(await store.remove(ref)).toBe(false);
      await expect(store.get(ref)).rejects.toMatchObject({ code: 'secrets.missing', details: ref });
    }
  });
});

it('secrets are nowhere in what the store leaves behind or shows', async () => {
  const store = open();
  const ref = await store.put(name, token);
  for (const file of await readdir(secretsDir))
    expect(await readFile(join(secretsDir, file), 'utf8')).not.toContain('hunter2');
  expect(inspect({ store, ref, secret: await store.get(ref) }, { depth: 9, showHidden: true })).not.toContain(
    'hunter2',
  );
  expect(JSON.stringify({ store, ref, secret: await store.get(ref) })).not.toContain('hunter2');
});

it.each(['ssh-key/Anna@Host:22', 'Upper', 'with space', '', 'x'.repeat(201)])(
  'a name that one place would not take is taken by none: %j',
  async (odd) => {
    const stores = [
      open({ keychain: createFakeKeychain() }),
      open({ passphraseFile }),
      open(),
      createMemorySecretStore(),
    ];
    for (const store of stores) await expect(store.put(odd, token)).rejects.toThrow(/Invalid string/);
  },
);

it('memory keeps a secret for the process', async () => {
  const store = createMemorySecretStore();
  expect(await expectRoundTrip(store)).toEqual({ backend: 'memory', key: name });
  expect(inspect(store, { depth: 9, showHidden: true })).not.toContain('hunter2');
  await expect(createMemorySecretStore().get({ backend: 'memory', key: name })).rejects.toMatchObject({
    code: 'secrets.missing',
  });
});

import { describe, expect, it } from 'vitest';
import { Secret } from '../shared/secret.ts';
import { createKeychain, openKeychain, SERVICE, type Keytar } from './keychain.ts';

/** libsecret as it was seen: what is locked reads as absent, deletes as absent, and rejects only writing. */
function createFakeKeytar(): Keytar & {
  state: 'open' | 'locked' | 'silent' | { readonly fails: string };
  readonly items: Map<string, string>;
} {
  const items = new Map<string, string>();
  const turn = <T>(whenOpen: () => T, whenLocked: () => T): Promise<T> => {
    if (keytar.state === 'silent') return new Promise(() => undefined);
    if (typeof keytar.state === 'object') return Promise.reject(new Error(keytar.state.fails));
    return Promise.resolve(keytar.state).then((state) => (state === 'open' ? whenOpen() : whenLocked()));
  };
  const keytar: ReturnType<typeof createFakeKeytar> = {
    state: 'open',
    items,
    getPassword: (service, account) =>
      turn(
        () => items.get(`${service}/${account}`) ?? null,
        () => null,
      ),
    setPassword: (service, account, password) =>
      turn(
        () => void items.set(`${service}/${account}`, password),
        () => {
          throw new Error('Cannot create an item in a locked collection');
        },
      ),
    deletePassword: (service, account) =>
      turn(
        () => items.delete(`${service}/${account}`),
        () => false,
      ),
  };
  return keytar;
}

describe('the keychain', () => {
  it('keeps secrets under the name of the product', async () => {
    const keytar = createFakeKeytar();
    const keychain = createKeychain(keytar);
    await keychain.set('a', new Secret('hunter2'));
    expect([...keytar.items]).toEqual([[`${SERVICE}/a`, 'hunter2']]);
    expect((await keychain.get('a'))?.reveal()).toBe('hunter2');
    expect(await keychain.get('b')).toBeUndefined();
    expect(await keychain.delete('a')).toBe(true);
    expect(await keychain.delete('a')).toBe(false);
    expect(keytar.items.size).toBe(0);
  });

  it('that is locked says so, also where the operating system says that nothing is there', async () => {
    const keytar = createFakeKeytar();
    const keychain = createKeychain(keytar);
    await keychain.set('a', new Secret('hunter2'));
    keytar.state = 'locked';
    for (const work of [
      () => keychain.get('a'),
      () => keychain.delete('a'),
      () => keychain.set('b', new Secret('hunter3')),
    ]) {
      await expect(work()).rejects.toMatchObject({ code: 'secrets.locked' });
    }
    keytar.state = 'open';
    expect((await keychain.get('a'))?.reveal()).toBe('hunter2');
  });

  it.each([
    ['Cannot create an item in a locked collection', 'secrets.locked'],
    ['Prompt was dismissed', 'secrets.locked'],
    ['User interaction is not allowed.', 'secrets.locked'],
    ['The user name or passphrase you entered is not correct.', 'secrets.locked'],
    ['User canceled the operation.', 'secrets.locked'],
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'secrets.unavailable'],
    ['The name org.freedesktop.secrets was not provided by any .service files', 'secrets.unavailable'],
    ['Object does not exist at path “/org/freedesktop/secrets/collection/login”', 'secrets.unavailable'],
  ])('%s: %s', async (fails, code) => {
    const keytar = createFakeKeytar();
    keytar.state = { fails };
    await expect(createKeychain(keytar).get('a')).rejects.toMatchObject({ code, details: { reason: fails } });
  });

  it('that never answers is unavailable in time', async () => {
    const keytar = createFakeKeytar();
    keytar.state = 'silent';
    await expect(createKeychain(keytar, 20).get('a')).rejects.toMatchObject({ code: 'secrets.unavailable' });
  });

  it('is absent where the native module does not load', async () => {
    expect(
      await openKeychain(() => Promise.reject(new Error('libsecret-1.so.0: cannot open shared object file'))),
    ).toBeUndefined();
    expect(await openKeychain(() => Promise.resolve(createFakeKeytar()))).toBeDefined();
  });
});

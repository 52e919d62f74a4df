import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '../shared/app-error.ts';
import { instanceIdSchema } from '../shared/model/ids.ts';
import { Secret } from '../shared/secret.ts';
import type { ConnectOptions } from './api.ts';
import { createLogins, type Logins } from './logins.ts';
import { createSecretStore } from './secrets/create-secret-store.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import { createStateStore, type StateStore } from './state/state-store.ts';

const id = instanceIdSchema.parse('i-0123456789abcdef');
let dir: string;
let state: StateStore;
let secrets: SecretStore;
let provided: string[];
let logins: Logins;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-logins-'));
  state = createStateStore(dir, { onProblem: () => undefined, platform: process.platform });
  secrets = createSecretStore({ dir: join(dir, 'secrets') });
  provided = [];
  logins = open();
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** As the next process that opens the data folder. */
const open = (store: SecretStore = secrets): Logins => createLogins(state, store, (one) => provided.push(one));
const reveal = async (from: Logins): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries(await from.read(id)).map(([name, secret]) => [name, secret.reveal()]));

it('keeps a login for as long as the process runs', async () => {
  expect(await reveal(logins)).toEqual({});
  await logins.api.provide(id, { sshPassword: new Secret('one') }, { remember: false });
  await logins.api.provide(id, { sudoPassword: new Secret('two') }, { remember: false });
  expect(await reveal(logins)).toEqual({ sshPassword: 'one', sudoPassword: 'two' });
  expect(provided).toEqual([id, id]);
  expect(await logins.api.isRemembered(id)).toBe(false);
  expect(await reveal(open())).toEqual({});
});

it('remembers one until it is forgotten', async () => {
  await logins.api.provide(id, { sshPassword: new Secret('one') }, { remember: true });
  await logins.api.provide(id, { keyPassphrase: new Secret('three') }, { remember: true });
  expect(await open().api.isRemembered(id)).toBe(true);
  expect(await reveal(open())).toEqual({ sshPassword: 'one', keyPassphrase: 'three' });
  await open().api.forget(id);
  expect(await reveal(open())).toEqual({});
  expect(await logins.api.isRemembered(id)).toBe(false);
  await logins.api.forget(id);
  expect(await reveal(logins)).toEqual({});
});

it('learns what has worked', async () => {
  logins.learn(id, { sshPassword: new Secret('one') });
  logins.learn(id, {});
  expect(await reveal(logins)).toEqual({ sshPassword: 'one' });
  expect(provided).toEqual([]);
});

it('puts what is given before what is known', async () => {
  await logins.api.provide(
    id,
    { sshPassword: new Secret('one'), sudoPassword: new Secret('two') },
    { remember: false },
  );
  const given: ConnectOptions = { secrets: { sshPassword: new Secret('new') } };
  const { secrets: completed } = await logins.complete(id, given);
  expect([completed?.sshPassword?.reveal(), completed?.sudoPassword?.reveal()]).toEqual(['new', 'two']);
});

it('says when what is remembered is locked away, unless it was given again', async () => {
  await logins.api.provide(id, { sshPassword: new Secret('one') }, { remember: true });
  const locked = open({ ...secrets, get: () => Promise.reject(new AppError('secrets.locked')) });
  await expect(locked.read(id)).rejects.toMatchObject({ code: 'secrets.locked' });
  await locked.api.provide(id, { sshPassword: new Secret('again') }, { remember: false });
  expect(await reveal(locked)).toEqual({ sshPassword: 'again' });
});

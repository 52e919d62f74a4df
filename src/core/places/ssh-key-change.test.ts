import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import { createMemorySecretStore } from '../secrets/memory-secrets.ts';
import { createStateStore, type StateStore } from '../state/state-store.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import type { PlaceServices } from './place-services.ts';
import { judgeExcepted, openSshKeyChange, readServerKey, tellLeftKey } from './ssh-key-change.ts';

const server = { kind: 'ssh', host: 'shop', jumps: [] } as const;
const atlas = anInstance({ id: 'i-00000000000000aa', name: 'atlas', target: server });
const research = anInstance({ id: 'i-00000000000000bb', name: 'research', target: { kind: 'docker', server } });
const elsewhere = anInstance({ id: 'i-00000000000000cc', name: 'far', target: { ...server, user: 'root' } });
const home = anInstance({ id: 'i-00000000000000dd', name: 'home', target: { kind: 'local' } });
const login = { user: 'anna', host: '203.0.113.7', port: 2222 };

describe('how a server is signed in to, as far as it is known here', () => {
  let dir: string;
  let state: StateStore;
  let keyRing: KeyRing;
  let services: PlaceServices;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hardshell-key-'));
    await mkdir(join(dir, '.ssh'));
    await writeFile(join(dir, '.ssh', 'config'), 'Host shop\n  HostName 203.0.113.7\n  Port 2222\n  User anna\n');
    state = createStateStore(join(dir, 'data'), { onProblem: () => undefined, platform: process.platform });
    keyRing = createKeyRing(state, createMemorySecretStore(), Date.now);
    // What a place needs beyond this is for machines, and none is asked here.
    services = {
      state,
      keyRing,
      deps: { homeDir: dir, platform: process.platform, userName: 'tester', who: 'tester@lab' },
    } as unknown as PlaceServices;
    for (const one of [atlas, research, elsewhere, home]) await state.instances.put(one.id, one);
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('is one login for all that is reached by it, however it is written down', async () => {
    const book = keyRing.bookOf(login, 'hardshell@lab');
    await book.make();
    await book.use();
    const known = await readServerKey(atlas.id, services);
    expect(known).toMatchObject({ login: 'anna@203.0.113.7:2222', sharedWith: ['research'] });
    expect(known.key?.fingerprint).toMatch(/^SHA256:/);
    expect((await readServerKey(research.id, services)).key).toEqual(known.key);
    expect(await readServerKey(elsewhere.id, services)).toEqual({ login: 'root@203.0.113.7:2222', sharedWith: [] });
    expect(JSON.stringify(known)).not.toContain('PRIVATE');
  });

  it('is nothing on this computer', async () => {
    expect(await readServerKey(home.id, services)).toEqual({ sharedWith: [] });
    const wish = { key: 'install', passwords: 'as-is' } as const;
    await expect(openSshKeyChange(home, wish, services, {})).rejects.toMatchObject({ code: 'ssh-key.no-server' });
  });

  it('is said to stay when the last instance of a login goes', async () => {
    expect(await tellLeftKey(atlas, services)).toEqual([]);
    await keyRing.bookOf(login, 'hardshell@lab').make();
    expect(await tellLeftKey(atlas, services)).toEqual([]);
    await state.instances.remove(research.id);
    const [finding] = await tellLeftKey(atlas, services);
    expect(finding).toMatchObject({ id: 'ssh-key', level: 'ok' });
    expect(finding?.because).toContain('hardshell ssh-key atlas --remove');
    expect(await tellLeftKey(home, services)).toEqual([]);
  });
});

it('who keeps signing in with a password is named before passwords are turned off', () => {
  expect(judgeExcepted([])).toEqual([]);
  expect(judgeExcepted(['bob', 'carl'])).toMatchObject([
    { level: 'warn', because: 'Passwords stay on for bob and carl: a Match block of its sshd_config says so.' },
  ]);
});

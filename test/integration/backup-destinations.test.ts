import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createBackupKeys } from '../../src/core/backups/backup-keys.ts';
import { createBackupVault } from '../../src/core/backups/backup-vault.ts';
import type { Backups, BackupVault } from '../../src/core/backups/backup-api.ts';
import { createBackups } from '../../src/core/backups/backups.ts';
import { createOpenStore } from '../../src/core/backups/destinations.ts';
import { generateKey } from '../../src/core/backups/age-stream.ts';
import type { SecretStore } from '../../src/core/secrets/secret-store.ts';
import { createMemorySecretStore } from '../../src/core/secrets/memory-secrets.ts';
import { createStateStore, type StateStore } from '../../src/core/state/state-store.ts';
import { createIds } from '../../src/core/system/ids.ts';
import { isAppError, type AppError } from '../../src/shared/app-error.ts';
import type { Backup, Destination } from '../../src/shared/model/backup.ts';
import { Secret } from '../../src/shared/secret.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { startServer, type LabServer } from '../lab/server.ts';
import { makeSshHome, type SshHome } from '../lab/ssh-home.ts';
import { sampleInstance } from '../sample-instance.ts';

const MIB = 1024 ** 2;
const PASSWORD = 'correct horse battery';
const instance = sampleInstance();
const ids = createIds();

describeWithLab('backups on an SFTP server', () => {
  let server: LabServer;
  let home: SshHome;
  let secrets: SecretStore;
  let state: StateStore;
  let vault: BackupVault;
  let backups: Backups;

  beforeAll(async () => {
    server = await startServer({
      users: [{ name: 'keeper', password: PASSWORD }],
      dockerArgs: ['--tmpfs', '/small:size=4m,mode=777'],
    });
    await server.sh('install -d -o keeper -m 700 /srv/keeper; install -d -o root -m 755 /srv/denied');
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    home = await makeSshHome();
    secrets = createMemorySecretStore();
    ({ state, vault, backups } = open('data'));
    const [ed] = server.hostKeys.filter(({ type }) => type === 'ssh-ed25519');
    await home.write('known_hosts', `[127.0.0.1]:${String(server.sshPort)} ssh-ed25519 ${ed?.key ?? ''}`);
    await server.sh('rm -rf /srv/keeper/* /small/*');
  });
  afterEach(() => home[Symbol.asyncDispose]());

  function open(name: string): { state: StateStore; vault: BackupVault; backups: Backups } {
    const onProblem = (error: AppError): void => expect.unreachable(error.message);
    const store = createStateStore(join(home.path, name), { onProblem, platform: process.platform });
    const keys = createBackupKeys(store, secrets);
    const deps = { homeDir: home.path, platform: process.platform, userName: 'tester' };
    const openStore = createOpenStore({ deps, trust: home.trust, keys });
    const made = createBackupVault({ dir: store.layout.backupsDir, keys, openStore });
    const makeScheduled = () => Promise.reject(new Error('Nothing is due here.'));
    const services = { state: store, vault: made, keys, openStore, now: Date.now, makeScheduled, onProblem };
    return { state: store, vault: made, backups: createBackups(services) };
  }
  const at = (path: string): Destination => ({
    kind: 'sftp',
    path,
    server: {
      kind: 'ssh',
      host: server.host,
      port: server.sshPort,
      user: 'root',
      identityFile: server.identityFile,
      jumps: [],
    },
  });
  const make = async (plain: Buffer): Promise<Backup> => {
    const id = ids.backup();
    const { bytes, sha256, encrypted, copy } = await vault.take(id, Readable.from([plain]));
    const backup: Backup = {
      id,
      instanceId: instance.id,
      instanceName: instance.name,
      place: 'ssh',
      createdAt: new Date().toISOString(),
      version: '2026.9.6',
      reason: 'asked',
      bytes,
      sha256,
      encrypted,
      copies: [copy],
    };
    await state.backups.put(id, backup);
    return backup;
  };
  const send = async (backup: Backup, to: Destination): Promise<Backup> => {
    const copy = await vault.send(backup, to);
    return await state.backups.update(backup.id, (old) => ({ ...backup, copies: [...(old ?? backup).copies, copy] }));
  };
  const errorOf = async (work: Promise<unknown>): Promise<AppError> => {
    try {
      await work;
    } catch (error) {
      if (isAppError(error)) return error;
      throw error;
    }
    return expect.unreachable('It was done.');
  };

  it('are brought there whole, read back, opened from there, and taken away', async () => {
    const plain = randomBytes(9 * MIB + 12_345);
    const seen: number[] = [];
    const backup = await make(plain);
    const copy = await vault.send(backup, at('/srv/keeper'), { onBytes: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(backup.encrypted?.bytes);
    const stored = await server.sh(
      'cd /srv/keeper; sha256sum *.age | cut -c1-64; stat -c "%a %n" *; grep -c AGE-SECRET * || :',
    );
    expect(stored).toContain(backup.encrypted?.sha256 ?? 'none');
    expect(stored).toContain(`600 ${backup.id}.age\n600 ${backup.id}.json\n`);
    const onlyThere = { ...backup, copies: [copy] };
    expect((await buffer(await vault.open(onlyThere))).equals(plain)).toBe(true);
    await vault.verify(onlyThere, copy);
    await vault.drop(onlyThere, copy);
    await vault.drop(onlyThere, copy);
    expect(await server.sh('ls /srv/keeper')).toBe('');
    expect((await errorOf(vault.open(onlyThere))).code).toBe('backup.gone');
  });

  it('are refused when a bit has flipped there, and by another key', async () => {
    const plain = randomBytes(3 * MIB);
    const backup = await send(await make(plain), at('/srv/keeper'));
    const onlyThere = { ...backup, copies: backup.copies.filter((copy) => copy.at === 'sftp') };
    await state.backups.put(backup.id, onlyThere);
    // One bit, in the middle of it.
    await server.sh(
      `cd /srv/keeper; perl -e 'open my $f, "+<", $ARGV[0] or die; seek $f, 1500000, 0; read $f, my $b, 1; seek $f, 1500000, 0; print $f chr(ord($b) ^ 1)' ${backup.id}.age`,
    );
    let bytesGiven = 0;
    const opened = await vault.open(onlyThere);
    const reading = (async () => {
      for await (const chunk of opened) bytesGiven += (chunk as Buffer).length;
    })();
    expect((await errorOf(reading)).code).toBe('backup.damaged');
    expect(bytesGiven).toBeLessThan(plain.length);
    expect((await errorOf(backups.verify(backup.id))).code).toBe('backup.damaged');

    secrets = createMemorySecretStore();
    const stranger = open('stranger');
    const adopting = stranger.backups.adopt(at('/srv/keeper'), { key: await generateKey() });
    expect((await errorOf(adopting)).code).toBe('backup.key-wrong');
    expect(await stranger.backups.list()).toEqual([]);
  });

  it('come back from there after the data folder was lost', async () => {
    const plain = randomBytes(200_000);
    const backup = await send(await make(plain), at('/srv/keeper'));
    const { key } = await backups.recoverySheet();
    secrets = createMemorySecretStore();
    const later = open('later');
    const [adopted] = await later.backups.adopt(at('/srv/keeper'), { key });
    expect(adopted).toMatchObject({ id: backup.id, sha256: backup.sha256, copies: [{ at: 'sftp' }] });
    expect((await buffer(await later.vault.open(adopted ?? backup))).equals(plain)).toBe(true);
  });

  it('leave a disk that is full as it was, known before or met on the way', async () => {
    const older = await send(await make(randomBytes(100_000)), at('/small'));
    const before = await server.sh('cd /small; sha256sum *');
    const known = await errorOf(vault.send(await make(randomBytes(6 * MIB)), at('/small')));
    expect(known).toMatchObject({ code: 'backup.no-room', details: { bytesFree: expect.any(Number) as number } });
    // What says beforehand how much is free can be wrong: a quota is not in it.
    const keys = createBackupKeys(state, secrets);
    const deps = { homeDir: home.path, platform: process.platform, userName: 'tester' };
    await using store = await createOpenStore({ deps, trust: home.trust, keys })(at('/small'), {});
    const blind = store.write(`${ids.backup()}.age`, Readable.from([randomBytes(6 * MIB)]), () => Promise.resolve());
    const met = await errorOf(blind);
    expect(met).toMatchObject({ code: 'backup.no-room', details: { reason: 'Failure' } });
    expect(await server.sh('cd /small; sha256sum *')).toBe(before);
    await vault.verify(older, older.copies[1] ?? { at: 'here', path: '' });
  });

  it('are not sent to a server whose host key has changed', async () => {
    const backup = await make(randomBytes(1000));
    const other = 'AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    await home.write('known_hosts', `[127.0.0.1]:${String(server.sshPort)} ssh-ed25519 ${other}`);
    expect((await errorOf(vault.send(backup, at('/srv/keeper')))).code).toBe('host.key-changed');
    expect((await errorOf(backups.tryDestination(at('/srv/keeper')))).code).toBe('host.key-changed');
    expect(await server.sh('ls /srv/keeper')).toBe('');
  });

  it('go by the password that was tried, and by none that was given for something else', async () => {
    const { host, sshPort: port } = server;
    const login = { kind: 'ssh', host, port, user: 'keeper', jumps: [] } as const;
    const destination: Destination = { kind: 'sftp', path: '/srv/keeper', server: { ...login, jumps: [] } };
    const password = { secrets: { sshPassword: new Secret(PASSWORD) } };
    const backup = await make(randomBytes(1000));
    expect((await errorOf(vault.send(backup, destination, password))).code).toBe('host.auth-failed');
    await backups.tryDestination(destination, password);
    expect(await server.sh('ls -A /srv/keeper')).toBe('');
    await vault.send(backup, destination);
    expect(await server.sh('ls /srv/keeper')).toContain(backup.id);
    const denied: Destination = { ...destination, path: '/srv/denied' };
    expect((await errorOf(vault.send(backup, denied))).code).toBe('backup.denied');
    expect((await errorOf(vault.send(backup, { ...destination, path: '/srv/none' }))).code).toBe('backup.unreachable');
  });

  it('stay as they were when the connection breaks, and what is left over goes when it is old', async () => {
    const older = await send(await make(randomBytes(1000)), at('/srv/keeper'));
    const backup = await make(randomBytes(30 * MIB));
    let broken: Promise<unknown> | undefined;
    const sending = vault.send(backup, at('/srv/keeper'), {
      onBytes: (done) => {
        if (done > 2 * MIB) broken ??= server.sh("pkill -f '^sshd: root@notty'");
      },
    });
    expect((await errorOf(sending)).code).toBe('host.connection-lost');
    await broken;
    const list = (): Promise<string> => server.sh('ls /srv/keeper');
    expect(await list()).toMatch(new RegExp(`${backup.id}\\.age\\.[0-9a-f]{12}\\.tmp`));
    await server.sh('touch -d "2 days ago" /srv/keeper/*.tmp');
    await vault.send(backup, at('/srv/keeper'));
    const names = [older, backup].flatMap(({ id }) => [`${id}.age`, `${id}.json`]);
    expect((await list()).trim().split('\n')).toEqual(names.sort());
  });

  it('leave nothing half-written when they are cancelled', async () => {
    const backup = await make(randomBytes(20 * MIB));
    const stop = new AbortController();
    const sending = vault.send(backup, at('/srv/keeper'), {
      signal: stop.signal,
      onBytes: (done) => {
        if (done > 5 * MIB) stop.abort(new Error('enough'));
      },
    });
    await expect(sending).rejects.toThrow('enough');
    expect(await server.sh('ls -A /srv/keeper')).toBe('');
  });
});

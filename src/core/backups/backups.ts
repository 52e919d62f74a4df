import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AppError, toAppError } from '../../shared/app-error.ts';
import type { Backup, BackupCopy, Destination } from '../../shared/model/backup.ts';
import { isSameName, type BackupId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ConnectOptions } from '../api.ts';
import type { StateStore } from '../state/state-store.ts';
import { expectOpens, mergeFound, readStored } from './adoption.ts';
import { readRecipient } from './age-stream.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { Backups, BackupVault } from './backup-api.ts';
import type { BackupKeys } from './backup-keys.ts';
import { listCopies } from './backup-vault.ts';
import type { OpenStore, StoreOptions } from './destinations.ts';
import { measureAll } from './measure.ts';
import { writeRecoverySheet } from './recovery-sheet.ts';
import { watchSchedules } from './schedule-watch.ts';

export interface BackupServices {
  readonly state: StateStore;
  readonly vault: BackupVault;
  readonly keys: BackupKeys;
  readonly openStore: OpenStore;
  readonly now: () => number;
  /** Makes one, with what is known of the login. */
  readonly makeScheduled: (instance: Instance, signal: AbortSignal) => Promise<unknown>;
  readonly onProblem: (error: AppError) => void;
}

/** What the doors ask of backups. */
export function createBackups(services: BackupServices): Backups {
  const { state, vault, keys, openStore, now, onProblem } = services;

  const find = async (id: BackupId): Promise<Backup> => {
    const backup = await state.backups.get(id);
    if (backup === undefined) throw new AppError('backup.unknown');
    return backup;
  };
  /** For the one that these secrets were typed for; kept once they have been seen to work, because backups are made at night. */
  const withStore = async <T>(
    destination: Destination,
    { secrets, trustHostKeys, signal }: ConnectOptions,
    work: (store: ArchiveStore) => Promise<T>,
  ): Promise<T> => {
    const options: StoreOptions = {
      ...(trustHostKeys === undefined ? {} : { trustHostKeys }),
      ...(signal === undefined ? {} : { signal }),
      ...(secrets === undefined ? {} : { login: secrets }),
    };
    await using store = await openStore(destination, options);
    const result = await work(store);
    if (destination.kind === 'sftp' && secrets !== undefined) await keys.keepLogin(destination.server, secrets);
    return result;
  };

  return {
    async list(name) {
      const [backups, instances] = await Promise.all([state.backups.list(), state.instances.list()]);
      const known = new Set<string>(instances.map(({ id }) => id));
      const instance =
        name === undefined ? undefined : instances.find((one) => isSameName(one.name, name) || one.id === name);
      // Of those that had this name before as well: who deploys anew after a loss looks for just these.
      const isWanted = (backup: Backup): boolean =>
        name === undefined || backup.instanceId === instance?.id || isSameName(backup.instanceName, name);
      const shown = backups
        .filter((backup) => isWanted(backup) && listCopies(backup).length > 0)
        // Where an instance was, nobody looks any more; what was left there goes on with it when it is deployed again.
        .map((backup) => (known.has(backup.instanceId) ? backup : { ...backup, copies: listCopies(backup) }));
      return shown.toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
    },
    get: (id) => state.backups.get(id),
    async verify(id, options = {}) {
      const backup = await find(id);
      const problems: AppError[] = [];
      for (const copy of listCopies(backup)) {
        try {
          await vault.verify(backup, copy, options);
        } catch (error) {
          options.signal?.throwIfAborted();
          const problem = toAppError(error);
          // What is there and wrong is said; what is not there now may lie somewhere else.
          if (problem.code === 'backup.damaged' || problem.code.startsWith('backup.key')) throw problem;
          problems.push(problem);
          continue;
        }
        const verifiedAt = new Date(now()).toISOString();
        return await state.backups.update(id, (old) => ({ ...(old ?? backup), verifiedAt }));
      }
      throw problems.find(({ code }) => code !== 'backup.gone') ?? problems[0] ?? alone(backup);
    },
    async remove(id, options = {}) {
      const backup = await find(id);
      // Of an instance that is gone nothing is taken back any more.
      const isOurs = (await state.instances.get(backup.instanceId)) !== undefined;
      if (backup.pinned === true && isOurs) throw new AppError('backup.pinned');
      const left: { readonly copy: BackupCopy; readonly problem: AppError }[] = [];
      for (const copy of listCopies(backup)) {
        try {
          await vault.drop(backup, copy, options);
        } catch (error) {
          options.signal?.throwIfAborted();
          left.push({ copy, problem: toAppError(error) });
        }
      }
      // The machine's own copy goes with its next backup, which works there anyway; without the machine there is none.
      const onMachine = isOurs ? backup.copies.filter(({ at }) => at === 'machine') : [];
      const copies = [...left.map(({ copy }) => copy), ...onMachine];
      if (copies.length === 0) await state.backups.remove(id);
      else await state.backups.update(id, (old) => ({ ...(old ?? backup), copies }));
      const [first] = left;
      if (first === undefined) return;
      throw new AppError('backup.unreachable', {
        message: 'Not every copy of this backup could be removed.',
        hint: 'Those that are left stay in the list until they can be reached. The details say what stood in the way.',
        details: { left: left.map(({ copy, problem }) => ({ at: copy.at, path: copy.path, reason: problem.message })) },
        cause: first.problem,
      });
    },
    async setPolicy(name, policy) {
      const instance = (await state.instances.list()).find((one) => isSameName(one.name, name));
      if (instance === undefined) throw new AppError('instance.unknown');
      await state.instances.update(instance.id, (old) => {
        if (old === undefined) throw new AppError('instance.unknown');
        return { ...old, backups: policy };
      });
    },
    tryDestination: (destination, options = {}) =>
      withStore(destination, options, async (store) => {
        const name = `hardshell-try.${randomBytes(6).toString('hex')}`;
        const bytes = randomBytes(64);
        const wanted = await measureAll([bytes]);
        await store.write(name, once(bytes), async (readBack) => {
          if ((await measureAll(readBack())).sha256 !== wanted.sha256) throw new AppError('backup.unverified');
        });
        await store.remove(name);
      }),
    async recoverySheet() {
      const { recipient, key } = await keys.current();
      return { recipient, key, text: writeRecoverySheet(key, recipient, new Date(now())) };
    },
    adopt: (from, options = {}) =>
      withStore(from, options, async (store) => {
        const found = await readStored(store, from, onProblem);
        const given = options.key ?? options.secrets?.backupKey;
        const recipients = new Set(found.map(({ encrypted }) => encrypted?.recipient));
        for (const recipient of recipients) {
          const backup = found.find(({ encrypted }) => encrypted?.recipient === recipient);
          if (backup === undefined || recipient === undefined) continue;
          // Several Hardshells may share a folder: each key opens its own.
          if (given !== undefined && recipients.size > 1 && (await readRecipient(given)) !== recipient) continue;
          await expectOpens(store, backup, await keys.find(recipient, given));
        }
        if (given !== undefined) await keys.add(given);
        const adopted: Backup[] = [];
        for (const backup of found) {
          if (!(await isOpened(backup))) continue;
          adopted.push(await state.backups.update(backup.id, (old) => mergeFound(old, backup)));
        }
        return adopted.toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
      }),
    watch: () =>
      watchSchedules({
        listInstances: () => state.instances.list(),
        listBackups: () => state.backups.list(),
        lockFileOf: (id) => `${join(state.layout.backupsDir, id)}.schedule.lock`,
        make: services.makeScheduled,
        now,
        onProblem,
      }),
  };

  async function isOpened({ encrypted }: Backup): Promise<boolean> {
    const known = await state.backupSecrets.read();
    return known?.keys.some(({ recipient }) => recipient === encrypted?.recipient) === true;
  }
}

function alone({ id }: Backup): AppError {
  return new AppError('backup.gone', {
    message: 'This backup lies on its machine alone, where OpenClaw has verified it.',
    hint: 'Make a new one: it is fetched here as well.',
    details: { id },
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

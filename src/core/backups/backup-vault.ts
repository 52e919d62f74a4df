import { Readable } from 'node:stream';
import { AppError, toAppError } from '../../shared/app-error.ts';
import type { Backup, BackupCopy, Destination } from '../../shared/model/backup.ts';
import { abortError } from '../host/abort.ts';
import { backupRecord } from '../state/state-store.ts';
import { formatRecord } from '../state/versioned.ts';
import { makePrivateDir } from '../system/atomic-file.ts';
import { onFile } from '../system/file-error.ts';
import { decrypt, encrypt } from './age-stream.ts';
import { sweepStore, type ArchiveStore } from './archive-store.ts';
import type { BackupVault, VaultOptions } from './backup-api.ts';
import type { BackupKeys } from './backup-keys.ts';
import type { OpenStore, StoreOptions } from './destinations.ts';
import { createFolderStore } from './folder-store.ts';
import { createMeasure, drain, measureAll } from './measure.ts';

export interface VaultServices {
  /** `backups/` of the data folder. */
  readonly dir: string;
  readonly keys: BackupKeys;
  /** The way to a destination. It is the caller's to dispose. */
  readonly openStore: OpenStore;
}

/** The store in which a copy lies, and its name there. */
interface OpenCopy extends AsyncDisposable {
  readonly store: ArchiveStore;
  readonly name: string;
}

type EncryptedCopy = Exclude<BackupCopy, { at: 'machine' }>;
/** In which order copies are tried: what is near comes first. */
const NEAREST = ['here', 'folder', 'sftp'] as const;

/** The encrypted copies, the nearest first. Pure. */
export function listCopies(backup: Backup): EncryptedCopy[] {
  return NEAREST.flatMap((at) => backup.copies.filter((copy): copy is EncryptedCopy => copy.at === at));
}

export const archiveName = (id: Backup['id']): string => `${id}.age`;
export const recordName = (id: Backup['id']): string => `${id}.json`;

export function createBackupVault({ dir, keys, openStore: open }: VaultServices): BackupVault {
  // Without the secrets of a run: they are for the machine of its instance.
  const openStore = (destination: Destination, { trustHostKeys, signal }: VaultOptions): Promise<ArchiveStore> => {
    const options: StoreOptions = {
      ...(trustHostKeys === undefined ? {} : { trustHostKeys }),
      ...(signal === undefined ? {} : { signal }),
    };
    return open(destination, options);
  };
  const here = createFolderStore(dir);

  const openCopy = async (copy: EncryptedCopy, options: VaultOptions): Promise<OpenCopy> => {
    const { folder, name } = splitPath(copy.path);
    const store =
      copy.at === 'here'
        ? here
        : await openStore(
            copy.at === 'folder'
              ? { kind: 'folder', path: folder }
              : { kind: 'sftp', server: copy.server, path: folder },
            options,
          );
    return { store, name, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
  };

  /** Decrypts one copy; the last piece is held back until all of it has been compared. */
  async function* openPlain(backup: Backup, copy: EncryptedCopy, options: VaultOptions): AsyncGenerator<Uint8Array> {
    const { recipient } = expectEncrypted(backup);
    const key = await keys.find(recipient, options.secrets?.backupKey);
    await using lying = await openCopy(copy, options);
    const { store, name } = lying;
    const outside = createMeasure();
    const inside = createMeasure(options.onBytes);
    let held: Uint8Array | undefined;
    for await (const chunk of inside.through(decrypt(outside.through(store.read(name, options.signal)), key))) {
      if (held !== undefined) yield held;
      held = chunk;
    }
    expectSame(backup.encrypted, { bytes: outside.bytes, sha256: outside.sha256() }, copy);
    expectSame(backup, { bytes: inside.bytes, sha256: inside.sha256() }, copy);
    if (held !== undefined) yield held;
  }

  /** The nearest copy that is what was written. Those on disks are read before: what begins with one copy ends with it. */
  const chooseCopy = async (backup: Backup, options: VaultOptions): Promise<EncryptedCopy> => {
    const problems: AppError[] = [];
    for (const copy of listCopies(backup)) {
      try {
        await using lying = await openCopy(copy, options);
        const { store, name } = lying;
        if (copy.at !== 'sftp') expectSame(backup.encrypted, await measureAll(store.read(name, options.signal)), copy);
        else if (!(await store.list()).some((file) => file.name === name))
          throw new AppError('backup.gone', { details: { path: copy.path } });
        return copy;
      } catch (error) {
        options.signal?.throwIfAborted();
        problems.push(toAppError(error));
      }
    }
    throw (
      problems.find(({ code }) => code === 'backup.damaged') ??
      problems.find(({ code }) => code !== 'backup.gone') ??
      problems[0] ??
      new AppError('backup.gone')
    );
  };

  return {
    async take(id, archive, options = {}) {
      const { signal } = options;
      const onAbort = (): void => {
        if (signal !== undefined) archive.destroy(abortError(signal));
      };
      // Whoever reads it is told what it ended with; before anybody does, nobody listens.
      archive.on('error', () => undefined);
      try {
        signal?.throwIfAborted();
        signal?.addEventListener('abort', onAbort, { once: true });
        const { recipient } = await keys.current();
        await onFile(dir, () => makePrivateDir(dir));
        signal?.throwIfAborted();
        const inside = createMeasure(options.onBytes);
        const outside = createMeasure();
        const name = archiveName(id);
        let encrypted: Measured = { bytes: 0, sha256: '' };
        await here.write(
          name,
          outside.through(encrypt(inside.through(archive), recipient)),
          async (readBack) => {
            encrypted = { bytes: outside.bytes, sha256: outside.sha256() };
            expectArrived(encrypted, await measureAll(readBack()), here.pathOf(name));
          },
          { ...(signal === undefined ? {} : { signal }) },
        );
        return {
          bytes: inside.bytes,
          sha256: inside.sha256(),
          encrypted: { ...encrypted, recipient },
          copy: { at: 'here', path: here.pathOf(name) },
        };
      } finally {
        signal?.removeEventListener('abort', onAbort);
        archive.destroy();
      }
    },

    async send(backup, destination, options = {}) {
      const encrypted = expectEncrypted(backup);
      await using source = await openCopy(await chooseCopy(backup, options), options);
      await using store = await openStore(destination, options);
      const signal = options.signal === undefined ? {} : { signal: options.signal };
      const name = archiveName(backup.id);
      const copy: EncryptedCopy =
        destination.kind === 'folder'
          ? { at: 'folder', path: store.pathOf(name) }
          : { at: 'sftp', server: destination.server, path: store.pathOf(name) };
      await store.write(
        name,
        createMeasure(options.onBytes).through(source.store.read(source.name, options.signal)),
        async (readBack) => expectArrived(encrypted, await measureAll(readBack()), copy.path),
        { bytes: encrypted.bytes, ...signal },
      );
      // What takes it over after the data folder was lost. Where else it lies is nobody's business there.
      const text = Buffer.from(formatRecord({ ...backup, copies: [] }, backupRecord));
      await store.write(
        recordName(backup.id),
        Readable.from([text]),
        async (readBack) => expectArrived(await measureAll([text]), await measureAll(readBack()), copy.path),
        signal,
      );
      await sweepStore(store);
      return copy;
    },

    async open(backup, options = {}) {
      const copy = await chooseCopy(backup, options);
      // Before the stream, so that a missing key is no broken stream.
      await keys.find(expectEncrypted(backup).recipient, options.secrets?.backupKey);
      return Readable.from(openPlain(backup, copy, options), { objectMode: false });
    },

    async verify(backup, copy, options = {}) {
      if (copy.at === 'machine') throw new TypeError('Copies on machines are verified there.');
      await drain(openPlain(backup, copy, options));
    },

    async drop(backup, copy, options = {}) {
      if (copy.at === 'machine') return;
      await using lying = await openCopy(copy, options);
      const { store, name } = lying;
      await store.remove(name);
      // Here it is the record itself, which goes when no copy is left.
      if (copy.at !== 'here') await store.remove(recordName(backup.id));
    },
  };
}

/** Both separators: what lies on a share of Windows was perhaps named from there. Pure. */
function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  const folder = path.slice(0, cut);
  // The root of a disk is named with its separator.
  const isRoot = folder === '' || /^[A-Za-z]:$/.test(folder);
  return { folder: isRoot ? path.slice(0, cut + 1) : folder, name: path.slice(cut + 1) };
}

function expectEncrypted(backup: Backup): NonNullable<Backup['encrypted']> {
  if (backup.encrypted === undefined) {
    throw new AppError('backup.gone', {
      message: 'This backup lies on its machine alone.',
      details: { id: backup.id },
    });
  }
  return backup.encrypted;
}

interface Measured {
  readonly bytes: number;
  readonly sha256: string;
}

const isSame = (a: Measured, b: Measured): boolean => a.bytes === b.bytes && a.sha256 === b.sha256;

function expectSame(wanted: Measured | undefined, found: Measured, copy: BackupCopy): void {
  if (wanted !== undefined && isSame(wanted, found)) return;
  throw new AppError('backup.damaged', {
    details: { path: copy.path, bytes: found.bytes, bytesWritten: wanted?.bytes ?? null },
  });
}

function expectArrived(wanted: Measured, found: Measured, path: string): void {
  if (isSame(wanted, found)) return;
  throw new AppError('backup.unverified', {
    hint: 'It is not kept there. Try again; if it stays so, look at the disk there.',
    details: { path, bytes: found.bytes, bytesWritten: wanted.bytes },
  });
}

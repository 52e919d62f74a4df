import { buffer } from 'node:stream/consumers';
import { AppError } from '../../shared/app-error.ts';
import type { Backup, BackupCopy, Destination } from '../../shared/model/backup.ts';
import type { Secret } from '../../shared/secret.ts';
import { backupRecord } from '../state/state-store.ts';
import { parseRecord } from '../state/versioned.ts';
import { decrypt } from './age-stream.ts';
import type { ArchiveStore } from './archive-store.ts';

const RECORD = /^(b-[0-9a-f]{16})\.json$/;
/** A record is some hundred bytes. */
const MAX_RECORD_BYTES = 64 * 1024;

/** What lies there with its record beside it, the copy there its only one. What is neither is passed over, and told of. */
export async function readStored(
  store: ArchiveStore,
  destination: Destination,
  onProblem: (error: AppError) => void,
): Promise<Backup[]> {
  const files = new Map((await store.list()).map(({ name, bytes }) => [name, bytes]));
  const found: Backup[] = [];
  for (const [name, bytes] of files) {
    const id = RECORD.exec(name)?.[1];
    if (id === undefined || !files.has(`${id}.age`)) continue;
    const parsed = bytes > MAX_RECORD_BYTES ? undefined : parseRecord(await readText(store, name), backupRecord);
    const backup = parsed?.is === 'record' && parsed.value.id === id ? parsed.value : undefined;
    if (backup?.encrypted === undefined)
      onProblem(new AppError('backup.damaged', { details: { path: store.pathOf(name) } }));
    else found.push({ ...backup, copies: [copyAt(destination, store.pathOf(`${id}.age`))] });
  }
  return found;
}

/** One piece is enough: a key opens a file or does not. @throws AppError `backup.key-wrong`, those of the store */
export async function expectOpens(store: ArchiveStore, { id }: Backup, key: Secret): Promise<void> {
  const pieces = decrypt(store.read(`${id}.age`), key);
  try {
    await pieces.next();
  } catch (error) {
    if (error instanceof AppError && error.code !== 'backup.damaged') throw error;
    throw new AppError('backup.key-wrong', { details: { path: store.pathOf(`${id}.age`) }, cause: error });
  } finally {
    await pieces.return(undefined);
  }
}

/** A record of ours knows more than what lies beside an archive: it only learns of one more copy. Pure. */
export function mergeFound(old: Backup | undefined, found: Backup): Backup {
  if (old === undefined) return found;
  const isKnown = ({ at, path }: BackupCopy): boolean =>
    old.copies.some((copy) => copy.at === at && copy.path === path);
  // Another archive under the same id is not a copy of this one.
  if (old.sha256 !== found.sha256) return old;
  return { ...old, copies: [...old.copies, ...found.copies.filter((copy) => !isKnown(copy))] };
}

function copyAt(destination: Destination, path: string): BackupCopy {
  return destination.kind === 'folder' ? { at: 'folder', path } : { at: 'sftp', server: destination.server, path };
}

async function readText(store: ArchiveStore, name: string): Promise<string> {
  return (await buffer(store.read(name))).toString('utf8');
}

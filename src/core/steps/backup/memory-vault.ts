import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { AppError } from '../../../shared/app-error.ts';
import type { Backup, BackupCopy, Destination } from '../../../shared/model/backup.ts';
import type { BackupId } from '../../../shared/model/ids.ts';
import type { BackupVault, Kept } from '../../backups/backup-api.ts';
import type { Collection } from '../../state/collection.ts';

/** Only what the steps use of a collection. */
export function createRecords(): Collection<Backup, BackupId> {
  const all = new Map<BackupId, Backup>();
  const records: Pick<Collection<Backup, BackupId>, 'get' | 'list' | 'put' | 'update' | 'remove'> = {
    get: (id) => Promise.resolve(all.get(id)),
    list: () => Promise.resolve([...all.values()]),
    put: (id, value) => Promise.resolve(void all.set(id, value)),
    async update(id, alter) {
      const value = await alter(all.get(id));
      all.set(id, value);
      return value;
    },
    remove: (id) => Promise.resolve(all.delete(id)),
  };
  return records as Collection<Backup, BackupId>;
}

/** For tests: as plain as it came. */
export class MemoryVault implements BackupVault {
  readonly files = new Map<BackupId, Buffer>();
  readonly dropped: string[] = [];
  async take(id: BackupId, archive: Readable): Promise<Kept> {
    const bytes = await buffer(archive);
    this.files.set(id, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const encrypted = { bytes: bytes.length, sha256, recipient: 'age1x' };
    return { bytes: bytes.length, sha256, encrypted, copy: { at: 'here', path: `/vault/${id}` } };
  }
  /** What a destination says instead of taking it in. */
  refusal: AppError | undefined;
  readonly sent: BackupId[] = [];
  send({ id }: Backup, destination: Destination): Promise<BackupCopy> {
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    this.sent.push(id);
    // As the stores name what they have written.
    const path = posix.join(destination.path, `${id}.age`);
    return Promise.resolve(
      destination.kind === 'folder' ? { at: 'folder', path } : { at: 'sftp', server: destination.server, path },
    );
  }
  open({ id }: Backup): Promise<Readable> {
    const bytes = this.files.get(id);
    if (bytes === undefined) return Promise.reject(new AppError('backup.gone'));
    return Promise.resolve(
      Readable.from(
        (function* () {
          yield bytes.subarray(0, 10);
          yield bytes.subarray(10);
        })(),
      ),
    );
  }
  verify(): Promise<void> {
    return Promise.resolve();
  }
  drop: BackupVault['drop'] = ({ id }) => {
    this.dropped.push(id);
    return Promise.resolve();
  };
}

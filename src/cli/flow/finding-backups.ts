import { AppError } from '../../shared/app-error.ts';
import type { Backup } from '../../shared/model/backup.ts';
import type { Core } from '../../core/index.ts';

/** By its id, or by its beginning. @throws AppError `backup.unknown`, `usage.invalid` where more than one begins so */
export async function findBackup({ backups }: Core, beginning: string): Promise<Backup> {
  const found = (await backups.list()).filter(({ id }) => id.startsWith(beginning));
  const [only] = found;
  if (only === undefined) throw new AppError('backup.unknown', { message: `There is no backup ${beginning}.` });
  if (found.length === 1) return only;
  throw new AppError('usage.invalid', {
    message: `More than one backup begins with ${beginning}.`,
    hint: 'Run `hardshell backups` to see which there are.',
  });
}

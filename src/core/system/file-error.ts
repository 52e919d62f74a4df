import { AppError } from '../../shared/app-error.ts';
import { hasCode } from './atomic-file.ts';

/** What a failure of the file system in the data folder means to a person; anything else comes back as it is. Pure. */
export function toFileError(error: unknown, path: string): unknown {
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) return new AppError('disk.full', { details: { path }, cause: error });
  if (hasCode(error, 'EACCES', 'EPERM', 'EROFS'))
    return new AppError('state.denied', { details: { path }, cause: error });
  return error;
}

/** Does work on the file at `path`; see `toFileError`. */
export async function onFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toFileError(error, path);
  }
}

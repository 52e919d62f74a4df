import { watch } from 'node:fs';
import { AppError } from '../../shared/app-error.ts';
import { makePrivateDir } from './atomic-file.ts';

/** One write is several events of the file system: they are told as one. */
export const WATCH_DEBOUNCE_MS = 50;

export interface FolderWatch {
  /** Whether a file of that name is worth telling. */
  readonly isOurs: (name: string) => boolean;
  readonly onChange: () => void;
  /** Told when the watch breaks off. */
  readonly onProblem: (error: AppError) => void;
}

/** Tells, a moment later, that files of a folder have changed. The folder is made where it is missing. */
export async function watchFolder(dir: string, { isOurs, onChange, onProblem }: FolderWatch): Promise<Disposable> {
  await makePrivateDir(dir);
  let timer: NodeJS.Timeout | undefined;
  // Not persistent: who only watches must not be kept from ending.
  const watcher = watch(dir, { persistent: false }, (_event, name) => {
    if (name !== null && !isOurs(name)) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      onChange();
    }, WATCH_DEBOUNCE_MS);
  });
  watcher.on('error', (error) => {
    onProblem(
      new AppError('internal.bug', {
        message: 'Changes of the data folder are not seen any more.',
        details: { path: dir, reason: error.message },
        cause: error,
      }),
    );
  });
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

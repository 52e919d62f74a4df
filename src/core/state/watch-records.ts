import { toAppError, type AppError } from '../../shared/app-error.ts';
import type { DataLayout } from '../system/paths.ts';
import { watchFolder } from '../system/watch-folder.ts';

const folders = {
  instances: { dir: 'instancesDir', file: /\.json$/ },
  runs: { dir: 'runsDir', file: /\.jsonl$/ },
  // records alone: the archive beside each grows for minutes
  backups: { dir: 'backupsDir', file: /\.json$/ },
  alerts: { dir: 'alertsDir', file: /\.json$/ },
} as const;

export type RecordKind = keyof typeof folders;

/** Tells of changes to the records that a person sees, whichever process makes them. Disposing ends it. */
export function watchRecords(
  layout: DataLayout,
  listener: (what: RecordKind) => void,
  onProblem: (error: AppError) => void,
): Disposable {
  let isOver = false;
  const watches = new Set<Disposable>();
  for (const what of ['instances', 'runs', 'backups', 'alerts'] as const) {
    const { dir, file } = folders[what];
    watchFolder(layout[dir], { isOurs: (name) => file.test(name), onChange: () => listener(what), onProblem }).then(
      (watch) => {
        if (isOver) watch[Symbol.dispose]();
        else watches.add(watch);
      },
      (error: unknown) => onProblem(toAppError(error)),
    );
  }
  return {
    [Symbol.dispose]() {
      isOver = true;
      for (const watch of watches) watch[Symbol.dispose]();
      watches.clear();
    },
  };
}

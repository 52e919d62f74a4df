import type { InstanceId } from '../../shared/model/ids.ts';
import type { Core } from '../api.ts';
import type { TriedBook } from './tried-book.ts';

/**
 * What somebody has taken back is not put there again by a schedule: it waits for the next version, or until somebody asks.
 * @param changes all of them; only rollbacks are looked at
 * @param readVersion of the instance of this name, as its record says
 */
export function rememberRollbacks(
  changes: Core['changes'],
  tried: TriedBook,
  readVersion: (name: string) => Promise<string | undefined>,
  now: () => number,
): Core['changes'] {
  /** What ran, by the preview that takes it back. */
  const takenBack = new Map<string, { readonly id: InstanceId; readonly version: string }>();
  return {
    async preview(name, change, options) {
      if (change.kind !== 'rollback') return changes.preview(name, change, options);
      const version = await readVersion(name);
      const preview = await changes.preview(name, change, options);
      if (version !== undefined) takenBack.set(preview.id, { id: preview.instance.id, version });
      return preview;
    },
    async start(previewId, options) {
      const gone = takenBack.get(previewId);
      takenBack.delete(previewId);
      const run = await changes.start(previewId, options);
      if (gone !== undefined) await tried.write(gone.id, { at: now(), is: 'failed', version: gone.version });
      return run;
    },
  };
}

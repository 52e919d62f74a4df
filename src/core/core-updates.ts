import type { AppError } from '../shared/app-error.ts';
import type { Core } from './api.ts';
import { findByName } from './instances.ts';
import { listNewest } from './openclaw/registry.ts';
import type { Operations } from './operations.ts';
import type { PlaceServices } from './places/place-services.ts';
import type { ReleaseBook } from './updates/release-book.ts';
import { rememberRollbacks } from './updates/taken-back.ts';
import { createTriedBook } from './updates/tried-book.ts';
import { createUpdates, type UpdateServices } from './updates/updates.ts';

/** Of the exact versions that a person is offered. */
const SHOWN_VERSIONS = 20;

export interface CoreUpdateServices
  extends Pick<PlaceServices, 'state' | 'mirrors' | 'now'>, Pick<UpdateServices, 'find'> {
  readonly releases: ReleaseBook;
  readonly operations: Pick<Operations, 'changes'>;
  readonly onProblem: (error: AppError) => void;
}

/** Versions that there are, updates, and the changes of people, which tell a schedule what it must not do again. */
export function createCoreUpdates(services: CoreUpdateServices): Pick<Core, 'changes' | 'updates' | 'versions'> {
  const { state, mirrors, releases, now, operations } = services;
  const tried = createTriedBook(state.layout.updatesDir, now);
  const readVersion = async (name: string): Promise<string | undefined> => {
    const instance = await findByName(state, name);
    // What an update that was cut short is to bring is what is taken back.
    return instance?.pendingUpdate?.version ?? instance?.version;
  };
  return {
    changes: rememberRollbacks(operations.changes, tried, readVersion, now),
    versions: {
      async list(signal) {
        const { npm } = await mirrors.read();
        const { tags, versions } = await releases.read(npm, signal);
        return { tags, newest: listNewest(versions, SHOWN_VERSIONS) };
      },
    },
    updates: createUpdates({
      ...services,
      tried,
      async planScheduled({ name }, version, signal) {
        const change = { kind: 'update', version, reason: 'schedule' } as const;
        const { id } = await operations.changes.preview(name, change, { signal });
        return () => operations.changes.start(id, { signal });
      },
    }),
  };
}

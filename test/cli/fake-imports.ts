import type { BackupScript } from './fake-backups.ts';
import type { UpdateScript } from './fake-updates.ts';
import type { ConnectOptions, Core, FoundInstall, Imports, Preview } from '../../src/core/index.ts';

export interface ImportScript {
  readonly found?: () => readonly FoundInstall[];
}

/** What a core is told of all that keeps an instance for long. */
export interface KeepingScript extends BackupScript, UpdateScript, ImportScript {}

interface Plans {
  readonly preview: (name: string, argument: unknown, options?: ConnectOptions) => Promise<Preview>;
  readonly start: Core['deployments']['start'];
}

export function createFakeImports(
  { found = () => [] }: ImportScript,
  calls: [string, unknown?][],
  { preview, start }: Plans,
): Imports {
  return {
    look: (target) => {
      calls.push(['imports.look', { target }]);
      return Promise.resolve(found());
    },
    preview: (request, options) => preview('imports.preview', { request }, options),
    start,
  };
}

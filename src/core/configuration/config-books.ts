import type { ConfigEntryId } from '../../shared/model/configuration.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Clock } from '../system/ids.ts';
import type { DataLayout } from '../system/paths.ts';
import { createConfigHistory, type ConfigHistory } from './history.ts';
import { createSchemaBook, type SchemaBook } from './schema/schema-book.ts';

/** What is kept here of configurations. */
export interface ConfigBooks {
  readonly history: ConfigHistory;
  readonly schemas: SchemaBook;
  /** Of an instance that is removed. */
  forget(id: InstanceId): Promise<void>;
}

export function createConfigBooks(
  { configurationDir, configSchemasDir }: Pick<DataLayout, 'configurationDir' | 'configSchemasDir'>,
  now: Clock,
  newId: () => ConfigEntryId,
): ConfigBooks {
  const history = createConfigHistory(configurationDir, now, newId);
  const schemas = createSchemaBook(configSchemasDir, now);
  return {
    history,
    schemas,
    async forget(id) {
      await history.forget(id);
      await schemas.forget(id);
    },
  };
}

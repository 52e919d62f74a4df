import type { ConfigEdit, ConfigEntry, ConfigPreview, ConfigSnapshot } from '../shared/model/configuration.ts';
import type { ConfigDescription, ConfigLint } from '../shared/model/config-schema.ts';
import type { ConnectOptions } from './api.ts';

export interface ConfigBase extends ConnectOptions {
  /** The hash of what the edit was made from. Absent: whatever is there now. */
  readonly base?: string;
}

/** What the doors ask of configurations. No secret is in any answer. */
export interface Configuration {
  /** From the gateway while it runs, else from its file. @throws AppError `config.missing`, `config.unreadable` */
  read(name: string, options?: ConnectOptions): Promise<ConfigSnapshot>;
  /** Changes nothing. @throws AppError `config.conflict`, `config.owned`, `config.dangerous`, `config.secret-unknown`, `config.unreadable` */
  preview(name: string, edit: ConfigEdit, options: ConfigBase): Promise<ConfigPreview>;
  /** Undefined: there was nothing to change. @throws AppError as above, and `config.rejected` */
  apply(
    name: string,
    edit: ConfigEdit,
    options: ConfigBase & { readonly why?: string },
  ): Promise<ConfigEntry | undefined>;
  /** What its schema says of a text while it is typed. Advice: what decides is `preview`. */
  lint(name: string, text: string, options?: ConnectOptions): Promise<ConfigLint>;
  /** What the schema says of one setting, and what may stand in it. */
  describe(name: string, path: readonly string[], options?: ConnectOptions): Promise<ConfigDescription>;
  /** Newest first. */
  history(name: string): Promise<ConfigEntry[]>;
}

export { createCore } from './create-core.ts';
export type * from './api.ts';
export type { Process, SpawnOptions, TerminalSize } from './host/host.ts';
export { defaultDataDir } from './system/paths.ts';

export { createCore } from './create-core.ts';
export type * from './api-link.ts';
export type * from './api.ts';
export type { Exit, Process, SpawnOptions, TerminalSize } from './host/host.ts';

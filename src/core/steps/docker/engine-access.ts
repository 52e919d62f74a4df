import type { ContainerEngine } from '../../container-engine/container-engine.ts';

/**
 * The way to the engine of a machine, for the steps of one plan: opened once, kept by whoever made this. A server may get its
 * engine by an earlier step of the same plan, so that a preview can meet a machine that has none yet.
 */
export interface EngineAccess {
  /** @throws AppError `engine.missing`, `engine.denied`, `engine.too-old`, `engine.unreachable` */
  open(signal: AbortSignal): Promise<ContainerEngine>;
  /** Undefined while there is no engine yet. @throws AppError as `open`, but for `engine.missing` */
  find(signal: AbortSignal): Promise<ContainerEngine | undefined>;
}

import type { Labels } from '../../container-engine/container-engine.ts';
import type { ContainerLayout } from '../../openclaw/container-layout.ts';
import type { InstanceSubnet } from '../../openclaw/subnet-choice.ts';
import type { EngineAccess } from './engine-access.ts';

/**
 * Where an instance sits on its engine: its port on the machine and its network. Read when it is needed: what is new may still
 * have to move out of the way of somebody else, and its record follows.
 */
export interface Seat {
  readonly port: number;
  readonly subnet: InstanceSubnet;
  /** Writes it into the record of the instance, with the engine that it is on. */
  keep(engineId: string): Promise<void>;
  /** @throws AppError `engine.port-taken` where the port is settled: those who sign in know it by that */
  movePort(signal: AbortSignal): Promise<void>;
  /** @throws AppError `engine.subnet-taken` where there is no other */
  moveSubnet(signal: AbortSignal): Promise<void>;
}

/** What the steps of one instance on an engine have in common. */
export interface Berth {
  readonly layout: ContainerLayout;
  readonly engine: EngineAccess;
  readonly seat: Seat;
  /** Of everything on the engine that belongs to the instance. */
  readonly labels: Labels;
}

import type { Labels } from './container-engine.ts';

export interface NetworkLook {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
  /** `203.0.113.0/28`, … */
  readonly subnets: readonly string[];
  /** Ids of the containers that run in it. Only `find` tells: a list has none. */
  readonly containers: readonly string[];
}

export interface NetworkSpec {
  readonly name: string;
  readonly labels: Labels;
  /** IPv4, in CIDR notation. */
  readonly subnet: string;
  readonly gateway: string;
}

export interface VolumeLook {
  readonly name: string;
  readonly labels: Labels;
}

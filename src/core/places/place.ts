import type { Readable } from 'node:stream';
import type { Instance } from '../../shared/model/instance.ts';
import type { DeploymentSpec } from '../../shared/model/spec.ts';
import type { ConnectOptions, Finding, PreviewOptions, SignIn } from '../api.ts';
import type { InstanceStatus } from '../api-link.ts';
import type { AskFacts } from '../facts/fact.ts';
import type { Host, Process, SpawnOptions } from '../host/host.ts';
import type { Plan } from '../plans/plan.ts';
import type { LeaseKeeper } from '../runner/lease.ts';
import type { CheckedStep } from '../runner/runner.ts';

/** A plan with everything that running it needs, still connected to its machine. Disposing closes the way to it. */
export interface OpenPlan extends AsyncDisposable {
  /** The record as it will be written when the run starts. */
  readonly instance: Instance;
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  readonly steps: readonly CheckedStep[];
  readonly host: Host;
  readonly ask: AskFacts;
  readonly keeper: LeaseKeeper;
}

export interface DeploymentRequest {
  readonly spec: DeploymentSpec;
  /** The record of an instance of that name, where there is one. */
  readonly existing: Instance | undefined;
  readonly options: PreviewOptions;
  readonly signal: AbortSignal;
}

/** Where instances live: a server, or this computer. One implementation a kind of target. */
export interface Place {
  openDeployment(request: DeploymentRequest): Promise<OpenPlan>;
  openRemoval(instance: Instance, how: { readonly purge: boolean }, options: ConnectOptions): Promise<OpenPlan>;
  status(instance: Instance, options: ConnectOptions): Promise<InstanceStatus>;
  control(instance: Instance, verb: 'start' | 'stop' | 'restart', options: ConnectOptions): Promise<void>;
  logs(
    instance: Instance,
    how: { readonly follow: boolean; readonly lines: number },
    options: ConnectOptions,
  ): Promise<Readable>;
  exec(
    instance: Instance,
    argv: readonly [string, ...string[]],
    spawn: SpawnOptions,
    options: ConnectOptions,
  ): Promise<Process>;
  open(instance: Instance, options: ConnectOptions): Promise<SignIn>;
}

import type { Ward } from '../diagnosis/ward.ts';
import type { Readable } from 'node:stream';
import type { Instance } from '../../shared/model/instance.ts';
import type { Secret } from '../../shared/secret.ts';
import type { LogQuery } from '../../shared/model/log.ts';
import type { DeploymentSpec } from '../../shared/model/spec.ts';
import type { ConnectOptions, Finding, PreviewOptions, SignIn } from '../api.ts';
import type { Change, ExposureReport, IngressStatus } from '../api-operations.ts';
import type { InstanceStatus } from '../api-link.ts';
import type { AskFacts } from '../facts/fact.ts';
import type { Host, Process, SpawnOptions } from '../host/host.ts';
import type { Plan } from '../plans/plan.ts';
import type { LeaseKeeper } from '../runner/lease.ts';
import type { CheckedStep } from '../runner/runner.ts';

export type OpenWard = Ward & AsyncDisposable;

/** A plan with everything that running it needs, still connected to its machine. Disposing closes the way to it. */
export interface OpenPlan extends AsyncDisposable {
  /** The record as it will be written when the run starts. */
  readonly instance: Instance;
  /** The record that it was made of, where there was one: what others write meanwhile is told by it. */
  readonly former?: Instance | undefined;
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
  /** `instance` of the result is the record as it will be. @throws AppError `ingress.unsupported`, `usage.invalid` where this place has no such thing */
  openChange(instance: Instance, change: Change, options: ConnectOptions): Promise<OpenPlan>;
  /** Closes the route and freezes what runs, at once: without a lease, whoever works there. Fine where nothing runs. */
  halt(instance: Instance, options: ConnectOptions): Promise<void>;
  readIngress(instance: Instance, options: ConnectOptions): Promise<IngressStatus>;
  checkExposure(instance: Instance, options: ConnectOptions): Promise<ExposureReport>;
  status(instance: Instance, options: ConnectOptions): Promise<InstanceStatus>;
  control(instance: Instance, verb: 'start' | 'stop' | 'restart', options: ConnectOptions): Promise<void>;
  /** A line of JSON (`LogEntry`) for each entry that is wanted, in the order of their times. */
  logs(instance: Instance, query: LogQuery, options: ConnectOptions): Promise<Readable>;
  exec(
    instance: Instance,
    argv: readonly [string, ...string[]],
    spawn: SpawnOptions,
    options: ConnectOptions,
  ): Promise<Process>;
  /** openclaw.json as it lies there, with its secrets; whether or not anything runs. Undefined: there is none. */
  readConfig(instance: Instance, options: ConnectOptions): Promise<Secret | undefined>;
  /** Shows a text to OpenClaw's validator where the instance lives; changes nothing. @throws AppError `config.rejected` */
  checkConfig(instance: Instance, text: Secret, options: ConnectOptions): Promise<void>;
  open(instance: Instance, options: ConnectOptions): Promise<SignIn>;
  /** To look at everything of it. Disposing closes the way there. */
  openWard(instance: Instance, options: ConnectOptions): Promise<OpenWard>;
  /** The newest lines of what else has a log about it there, by the name of the file in a bundle. */
  readLogs(instance: Instance, options: ConnectOptions): Promise<Readonly<Record<string, string>>>;
}

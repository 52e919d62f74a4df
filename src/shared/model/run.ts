import { z } from 'zod';
import { errorReportSchema } from '../app-error.ts';
import { installationIdSchema, instanceIdSchema, instanceNameSchema, runIdSchema } from './ids.ts';

/** How bad a change is for what already runs there. */
export const severitySchema = z.enum(['safe', 'restart', 'data-loss']);
export type Severity = z.infer<typeof severitySchema>;

export const checkSchema = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('satisfied'), because: z.string() }),
  z.strictObject({ is: z.literal('needed'), because: z.string(), severity: severitySchema }),
]);
/** A step's answer to "is there something to do?", always with its reason. */
export type Check = z.infer<typeof checkSchema>;

export const satisfied = (because: string): Check => ({ is: 'satisfied', because });
export const needed = (because: string, severity: Severity = 'safe'): Check => ({ is: 'needed', because, severity });

export const planKindSchema = z.enum([
  'deploy',
  'remove',
  'limits',
  'ingress',
  'suspend',
  'resume',
  'backup',
  'restore',
  'update',
  'rollback',
  'forget',
  'config',
  'repair',
  'rotate-token',
  'ssh-key',
  'import',
]);
export type PlanKind = z.infer<typeof planKindSchema>;

export const plannedStepSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Steps of one stage run side by side; stages run one after another. */
  stage: z.int().min(0),
});
export type PlannedStep = z.infer<typeof plannedStepSchema>;

/** What a run did, counted: tests and people compare these, not seconds. */
export const runStatsSchema = z.strictObject({
  /** Commands and connections: each one a journey to the machine and back. */
  roundTrips: z.int().min(0),
  /** Commands that change something. */
  changes: z.int().min(0),
  /** Calls of OpenClaw's own command line, seconds each. */
  slowCalls: z.int().min(0),
  durationMs: z.number().min(0),
});
export type RunStats = z.infer<typeof runStatsSchema>;

const base = { runId: runIdSchema, seq: z.int().min(0), at: z.iso.datetime() };
const step = { ...base, stepId: z.string() };

export const runEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...base,
    type: z.literal('run.started'),
    kind: planKindSchema,
    instanceId: instanceIdSchema,
    instanceName: instanceNameSchema,
    place: z.string(),
    who: z.string(),
    installation: installationIdSchema,
    steps: z.array(plannedStepSchema),
  }),
  z.strictObject({ ...step, type: z.literal('step.checked'), check: checkSchema }),
  z.strictObject({ ...step, type: z.literal('step.started') }),
  /** A line for the person: of a command's output, or of ours about what goes on. */
  z.strictObject({
    ...step,
    type: z.literal('step.spoke'),
    stream: z.enum(['stdout', 'stderr', 'note']),
    line: z.string(),
  }),
  z.strictObject({
    ...step,
    type: z.literal('step.progressed'),
    done: z.number(),
    /** Absent: honestly unknown. */
    total: z.number().optional(),
    unit: z.enum(['bytes', 'items']),
  }),
  z.strictObject({ ...step, type: z.literal('step.applied'), because: z.string() }),
  z.strictObject({ ...step, type: z.literal('step.failed'), error: errorReportSchema }),
  z.strictObject({ ...base, type: z.literal('run.succeeded'), stats: runStatsSchema }),
  z.strictObject({ ...base, type: z.literal('run.failed'), error: errorReportSchema, stats: runStatsSchema }),
  z.strictObject({ ...base, type: z.literal('run.cancelled'), stats: runStatsSchema }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;

type Bare<T> = T extends unknown ? Omit<T, 'runId' | 'seq' | 'at'> : never;
/** An event before the run's journal numbers and dates it. */
export type RunEventBody = Bare<RunEvent>;

export interface StepState {
  readonly id: string;
  readonly title: string;
  readonly stage: number;
  readonly status: 'waiting' | 'running' | 'satisfied' | 'applied' | 'failed';
  readonly because?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly progress?: { readonly done: number; readonly total?: number; readonly unit: 'bytes' | 'items' };
  readonly error?: z.infer<typeof errorReportSchema>;
  /** The newest lines, at most `LAST_LINES` of them. */
  readonly lastLines: readonly string[];
}

/** A run as anyone sees it: folded from its events by `run-reducer.ts`, and by nothing else. */
export interface RunSnapshot {
  readonly runId: string;
  readonly seq: number;
  readonly status: 'running' | 'succeeded' | 'failed' | 'cancelled';
  readonly kind: PlanKind;
  readonly instanceId: string;
  readonly instanceName: string;
  readonly place: string;
  readonly who: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly steps: readonly StepState[];
  readonly error?: z.infer<typeof errorReportSchema>;
  readonly stats?: RunStats;
}

const stepStateSchema = z.strictObject({
  ...plannedStepSchema.shape,
  status: z.enum(['waiting', 'running', 'satisfied', 'applied', 'failed']),
  because: z.string().exactOptional(),
  startedAt: z.iso.datetime().exactOptional(),
  endedAt: z.iso.datetime().exactOptional(),
  progress: z
    .strictObject({ done: z.number(), total: z.number().exactOptional(), unit: z.enum(['bytes', 'items']) })
    .exactOptional(),
  error: errorReportSchema.exactOptional(),
  lastLines: z.array(z.string()),
});

/** For where a snapshot leaves its process. */
export const runSnapshotSchema: z.ZodType<RunSnapshot> = z.strictObject({
  runId: z.string(),
  seq: z.int().min(0),
  status: z.enum(['running', 'succeeded', 'failed', 'cancelled']),
  kind: planKindSchema,
  instanceId: z.string(),
  instanceName: z.string(),
  place: z.string(),
  who: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().exactOptional(),
  steps: z.array(stepStateSchema),
  error: errorReportSchema.exactOptional(),
  stats: runStatsSchema.exactOptional(),
});

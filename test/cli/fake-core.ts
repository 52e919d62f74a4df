import { Readable } from 'node:stream';
import type {
  ConnectOptions,
  Core,
  ExposureReport,
  IngressStatus,
  InstanceStatus,
  Preview,
  Process,
  SpawnOptions,
} from '../../src/core/index.ts';
import { AppError } from '../../src/shared/app-error.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import { formatEntry } from '../../src/shared/model/log.ts';
import { runEventSchema, type RunEvent, type RunEventBody, type RunSnapshot } from '../../src/shared/model/run.ts';
import { reduceRun } from '../../src/shared/run-reducer.ts';
import { Secret } from '../../src/shared/secret.ts';
import { createFakeDiagnosis, type DiagnosisScript } from './fake-diagnosis.ts';
import { NOW } from './fake-io.ts';
import { createFakeAssistant, type AssistantScript } from './fake-assistant.ts';
import { createFakeBackups } from './fake-backups.ts';
import { createFakeImports, type KeepingScript } from './fake-imports.ts';
import { createFakeUpdates, NEWER } from './fake-updates.ts';
import { createFakeConfiguration, type ConfigurationScript } from './fake-configuration.ts';
import { createFakeDevices, type DeviceScript } from './fake-devices.ts';
import { createFakeAlerts, type AlertScript } from './fake-alerts.ts';
import { createFakeProcess } from './fake-process.ts';
import { anInstance, aPreview, RUN_ID } from './samples.ts';
import { aborted } from './aborted.ts';

export type Happening = RunEventBody | { readonly type: 'wait'; readonly until: Promise<void> };

/** The events of a run in which all that is needed is done, without those that begin and end it. */
export function stepsOf(preview: Preview): Happening[] {
  return preview.steps.flatMap(({ id, check }): Happening[] =>
    check.is === 'satisfied'
      ? [{ type: 'step.checked', stepId: id, check }]
      : [
          { type: 'step.checked', stepId: id, check },
          { type: 'step.started', stepId: id },
          { type: 'step.spoke', stepId: id, stream: 'stdout', line: `working on ${id}` },
          { type: 'step.applied', stepId: id, because: 'it is there now' },
        ],
  );
}

export interface FakeCore extends Core {
  /** Names of the calls made, with what matters of their arguments. */
  readonly calls: readonly (readonly [name: string, argument?: unknown])[];
  readonly disposed: boolean;
}

export interface Script
  extends KeepingScript, ConfigurationScript, AssistantScript, DiagnosisScript, DeviceScript, AlertScript {
  readonly preview?: (options: ConnectOptions, attempt: number) => Preview | Promise<Preview>;
  readonly happenings?: (preview: Preview) => readonly Happening[];
  /** How the run ends. Default: well. */
  readonly failure?: AppError;
  readonly instances?: readonly Instance[];
  readonly status?: (options: ConnectOptions, attempt: number) => InstanceStatus;
  readonly logs?: () => Readable;
  readonly process?: (argv: readonly string[], spawn: SpawnOptions) => Process;
  readonly control?: () => void;
  readonly signIn?: { readonly url: string; readonly forwarded: boolean; readonly ended?: Promise<void> };
  readonly keys?: Awaited<ReturnType<Core['trust']['list']>>;
  readonly runs?: readonly RunSnapshot[];
  readonly ingress?: IngressStatus;
  readonly exposure?: ExposureReport;
  readonly dispose?: () => Promise<void>;
}

/** A product that does what the test says. It keeps to the contract: events are valid, and a run ends as the port says. */
export function createFakeCore(script: Script = {}): FakeCore {
  const calls: [string, unknown?][] = [];
  const attempts = new Map<string, number>();
  const attempt = (name: string): number => {
    const count = (attempts.get(name) ?? 0) + 1;
    attempts.set(name, count);
    return count;
  };
  let disposed = false;
  let shown: Preview | undefined;
  const list = (): Promise<Instance[]> => Promise.resolve([...(script.instances ?? [anInstance()])]);
  const preview = async (name: string, argument: unknown, options: ConnectOptions = {}): Promise<Preview> => {
    calls.push([name, { ...(typeof argument === 'object' ? argument : {}), options }]);
    shown = await (script.preview?.(options, attempt(name)) ?? aPreview());
    return shown;
  };
  const runAtOnce = async (
    name: string,
    argument: object,
    options: ConnectOptions & RunOptions = {},
  ): Promise<RunSnapshot> => {
    const found = await preview(name, argument, { ...options });
    return await playRun(found, script, options);
  };
  const control = (verb: string, name: string): Promise<void> => {
    calls.push([verb, name]);
    script.control?.();
    return Promise.resolve();
  };
  const start: Core['deployments']['start'] = async (previewId, options = {}) => {
    calls.push(['start', { previewId, deadlineMs: options.deadlineMs }]);
    if (shown?.id !== previewId) throw new AppError('usage.invalid');
    return await playRun(shown, script, options);
  };
  return {
    calls,
    get disposed() {
      return disposed;
    },
    deployments: {
      preview: (spec, options) => preview('deploy.preview', { spec }, options),
      start,
      rehearse: (previewId, stepId) => {
        calls.push(['rehearse', { previewId, stepId }]);
        return Promise.resolve([{ what: 'Doing it', command: { runAs: 'root', text: 'true' } }]);
      },
      discard: (previewId) => {
        calls.push(['discard', previewId]);
        return Promise.resolve();
      },
    },
    removals: { preview: (name, how, options) => preview('remove.preview', { name, ...how }, options), start },
    configuration: createFakeConfiguration(script, (name, argument) => calls.push([name, argument])),
    changes: { preview: (name, change, options) => preview('change.preview', { name, change }, options), start },
    instances: {
      list,
      status: (name, options = {}) => {
        calls.push(['status', name]);
        return Promise.resolve(
          script.status?.(options, attempt('status')) ?? {
            instance: anInstance(),
            state: 'running',
            because: 'It answers.',
            version: '2026.9.6',
            uptimeMs: 7_260_000,
          },
        );
      },
      start: (name) => control('start', name),
      stop: (name) => control('stop', name),
      restart: (name) => control('restart', name),
      suspend: (name, reason, options) => runAtOnce('suspend', { name, reason }, options),
      resume: (name, options) => runAtOnce('resume', { name }, options),
      logs: (name, how, options) => {
        calls.push(['logs', { name, ...how }]);
        const stream =
          script.logs?.() ??
          Readable.from(
            ['first line', 'second line'].map((words) =>
              formatEntry({ at: '2026-11-21T06:30:12.120Z', source: 'gateway', level: 'info', text: words }),
            ),
          );
        options?.signal?.addEventListener('abort', () => stream.destroy());
        return Promise.resolve(stream);
      },
      exec: (name, argv, spawn) => {
        calls.push(['exec', { name, argv, terminal: spawn.terminal }]);
        return Promise.resolve(script.process?.(argv, spawn) ?? createFakeProcess().process);
      },
      open: () => {
        const {
          url = 'http://127.0.0.1:40123/#bootstrapToken=one-use',
          forwarded = false,
          ended = new Promise<void>(() => undefined),
        } = script.signIn ?? {};
        return Promise.resolve({
          url: new Secret(url),
          expiresAt: '2026-09-20T12:10:00.000Z',
          forwarded,
          ended,
          [Symbol.asyncDispose]: () => {
            calls.push(['signIn.close']);
            return Promise.resolve();
          },
        });
      },
      link: () => notAsked('instances.link'),
      watchContainers: () => {
        throw new Error('instances.watchContainers was not asked for');
      },
      token: () => Promise.resolve(new Secret('the-gateway-token')),
    },
    ingress: {
      status: (name) => {
        calls.push(['ingress.status', name]);
        return Promise.resolve(script.ingress ?? {});
      },
    },
    backups: createFakeBackups(script, calls),
    updates: createFakeUpdates(script, calls),
    imports: createFakeImports(script, calls, { preview, start }),
    ...createFakeAssistant(script, calls),
    diagnosis: createFakeDiagnosis(script, calls),
    devices: createFakeDevices(script, calls),
    ...createFakeAlerts(script, calls),
    sshKeys: { read: () => Promise.resolve({ sharedWith: [] }) },
    exposure: {
      check: (name) => {
        calls.push(['exposure.check', name]);
        return Promise.resolve(script.exposure ?? { at: NOW, reachableFrom: 'Only this computer', findings: [] });
      },
    },
    guards: {
      set: (name, guard) => {
        calls.push(['guards.set', { name, guard }]);
        return Promise.resolve();
      },
      watch: () => ({ [Symbol.asyncDispose]: () => Promise.resolve() }),
    },
    logins: {
      provide: () => notAsked('logins.provide'),
      forget: () => notAsked('logins.forget'),
      isRemembered: () => notAsked('logins.isRemembered'),
    },
    ssh: { hosts: () => notAsked('ssh.hosts') },
    versions: { list: () => Promise.resolve({ tags: { latest: NEWER }, newest: [NEWER, '2026.9.6'] }) },
    mirrors: { origins: () => notAsked('mirrors.origins'), choose: () => notAsked('mirrors.choose') },
    secrets: { backend: () => notAsked('secrets.backend') },
    onChange: () => ({ [Symbol.dispose]: () => undefined }),
    runs: {
      list: () => Promise.resolve([...(script.runs ?? [])]),
      get: (id) => Promise.resolve(script.runs?.find(({ runId }) => runId === id)),
      countGoingOn: () => 0,
    },
    trust: {
      list: () => Promise.resolve([...(script.keys ?? [])]),
      remove: (host) => Promise.resolve((script.keys ?? []).filter((key) => key.host === host).length),
    },
    supervise: (signal) =>
      new Promise((resolve) => {
        calls.push(['supervise']);
        signal.addEventListener('abort', () => {
          resolve();
        });
      }),
    [Symbol.asyncDispose]: async () => {
      disposed = true;
      await script.dispose?.();
    },
  };
}

/** What the command line has no use for. */
function notAsked(name: string): Promise<never> {
  return Promise.reject(new Error(`The command line was not known to ask for ${name}.`));
}

type RunOptions = NonNullable<Parameters<Core['deployments']['start']>[1]>;

async function playRun(
  preview: Preview,
  { happenings = stepsOf, failure }: Script,
  options: RunOptions,
): Promise<RunSnapshot> {
  let snapshot: RunSnapshot | undefined;
  let seq = 0;
  const emit = (body: RunEventBody): void => {
    const event: RunEvent = runEventSchema.parse({
      ...body,
      runId: RUN_ID,
      seq,
      at: new Date(Date.parse(NOW) + seq * 1500).toISOString(),
    });
    seq += 1;
    const folded = reduceRun(snapshot, event);
    if (folded.is === 'gap') throw new Error('The fake has skipped a number.');
    snapshot = folded.snapshot;
    options.onEvent?.(event);
  };
  const stats = { roundTrips: 9, changes: 4, slowCalls: 1, durationMs: 72_000 };
  const { id, name } = preview.instance;
  emit({
    type: 'run.started',
    kind: 'deploy',
    instanceId: id,
    instanceName: name,
    place: 'ssh://root@203.0.113.7',
    who: 'anna@laptop',
    installation: 'h-0123456789abcdef' as never,
    steps: preview.steps.map(({ id: stepId, title, stage }) => ({ id: stepId, title, stage })),
  });
  try {
    for (const happening of happenings(preview)) {
      if (happening.type === 'wait') await Promise.race([happening.until, aborted(options.signal)]);
      else emit(happening);
      options.signal?.throwIfAborted();
    }
    if (failure !== undefined) throw failure;
  } catch (error) {
    const known = error instanceof AppError ? error : new AppError('internal.bug', { cause: error });
    if (known.code === 'run.cancelled') emit({ type: 'run.cancelled', stats });
    else emit({ type: 'run.failed', error: known.toReport(), stats });
    throw known;
  }
  emit({ type: 'run.succeeded', stats });
  if (snapshot === undefined) throw new Error('Nothing was emitted.');
  return snapshot;
}

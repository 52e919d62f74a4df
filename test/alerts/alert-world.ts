import { anInstance } from '../cli/samples.ts';
import { openAlertBook } from '../../src/core/alerts/alert-book.ts';
import { createLooks } from '../../src/core/alerts/looks.ts';
import type { Outgoing } from '../../src/core/alerts/send.ts';
import { createTeller, type Channel } from '../../src/core/alerts/teller.ts';
import { Watcher } from '../../src/core/alerts/watcher.ts';
import type { InstanceLink, InstanceStatus, MetricSample } from '../../src/core/api-link.ts';
import type { ExposureReport, IngressStatus } from '../../src/core/api-operations.ts';
import { createStateStore, type StateStore } from '../../src/core/state/state-store.ts';
import { AppError } from '../../src/shared/app-error.ts';
import { alertPolicySchema, type AlertKind } from '../../src/shared/model/alert.ts';
import type { Instance } from '../../src/shared/model/instance.ts';
import { rememberStopped } from '../../src/core/alerts/stopped-here.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const START_MS = new Date('2026-09-20T12:00:00').getTime();

/** One world: what an instance is like, and a clock that the test moves. */
export class World {
  nowMs = START_MS;
  instance: Instance = anInstance({
    backups: { schedule: { every: 'day', hour: 3 } },
    ingress: { access: { mode: 'domain', host: 'claw.example.com' } },
    createdAt: '2026-01-01T00:00:00.000Z',
  });
  status: Omit<InstanceStatus, 'instance'> = { state: 'running', because: 'It answers.', uptimeMs: 1000 };
  sample: MetricSample = {
    at: 0,
    cpu: 0,
    memoryUsedBytes: 1,
    memoryTotalBytes: 100,
    diskUsedBytes: 1,
    diskTotalBytes: 100,
  };
  ingress: IngressStatus = certificate(60);
  exposure: ExposureReport = { at: '2026-09-20T12:00:00Z', reachableFrom: 'Nobody', findings: [] };
  newest = '2026.9.6';
  spent = 0;
  registryAsked = 0;
  readonly told: Outgoing[] = [];
  refuses = false;
  policy = alertPolicySchema.parse({ telegram: { chat: '1' }, spendCapUsd: 10 });
  readonly #listeners = new Set<(status: InstanceStatus) => void>();
  #watcher: Watcher | undefined;
  readonly state: StateStore;

  constructor(dataDir: string) {
    this.state = createStateStore(dataDir, {
      onProblem: (error) => {
        throw error;
      },
      platform: process.platform,
    });
  }

  tell(status: Partial<InstanceStatus>): void {
    this.status = { ...this.status, ...status };
    for (const listener of this.#listeners) listener({ instance: this.instance, ...this.status });
  }

  /** Makes a backup of this moment. */
  async backUp(): Promise<void> {
    const { id: instanceId, name: instanceName } = this.instance;
    const id = `b-${this.nowMs.toString(16).padStart(16, '0')}`;
    await this.state.backups.put(
      id as never,
      {
        id,
        instanceId,
        instanceName,
        place: 'ssh',
        createdAt: new Date(this.nowMs).toISOString(),
        version: '2026.9.6',
        reason: 'schedule',
        bytes: 1,
        sha256: 'ab'.repeat(32),
        copies: [{ at: 'here', path: '/b' }],
      } as never,
    );
  }

  async restart(): Promise<void> {
    await this.#watcher?.[Symbol.asyncDispose]();
    this.#watcher = undefined;
  }

  #link(): InstanceLink {
    const link = {
      onStatus: (listener: (status: InstanceStatus) => void) => {
        this.#listeners.add(listener);
        listener({ instance: this.instance, ...this.status });
        return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
      },
      onSample: (listener: (sample: MetricSample) => void) => {
        for (let count = 0; count < 3; count += 1) queueMicrotask(() => listener(this.sample));
        return { [Symbol.dispose]: () => undefined };
      },
      call: () => Promise.resolve({ totals: { totalCost: this.spent } }),
      [Symbol.asyncDispose]: () => {
        this.#listeners.clear();
        return Promise.resolve();
      },
    };
    return link as unknown as InstanceLink;
  }

  readonly channel: Channel = {
    name: 'telegram',
    isShared: false,
    isOn: ({ telegram }) => telegram !== undefined,
    send: (outgoing) => {
      if (this.refuses) return Promise.reject(new AppError('telegram.unreachable'));
      this.told.push(outgoing);
      return Promise.resolve();
    },
  };

  /** Lets time go by, a look a minute. */
  async pass(ms: number): Promise<void> {
    const services = {
      readRun: () => Promise.resolve(undefined),
      readIngress: () => Promise.resolve(this.ingress),
      checkExposure: () => Promise.resolve(this.exposure),
      readNewest: () => {
        this.registryAsked += 1;
        return Promise.resolve(this.newest);
      },
      now: () => this.nowMs,
    };
    this.#watcher ??= new Watcher({
      ...services,
      book: await openAlertBook(this.state.alerts, services.now),
      looks: createLooks({ ...services, marks: this.state.alertMarks, listBackups: () => this.state.backups.list() }),
      listInstances: () => Promise.resolve([this.instance]),
      openLink: () => Promise.resolve(this.#link()),
      readMarks: async () => (await this.state.alertMarks.read()) ?? { exposure: {}, stopped: [], trouble: {} },
      forgetStopped: (id) => rememberStopped(this.state.alertMarks, id, false),
      onProblem: (error) => {
        throw error;
      },
    });
    const teller = createTeller({
      records: this.state.alerts,
      channels: [this.channel],
      readPolicy: () => Promise.resolve(this.policy),
      markTrouble: () => Promise.resolve(),
      now: services.now,
    });
    const stepMs = ms > HOUR_MS ? 10 * MINUTE_MS : MINUTE_MS;
    for (const end = this.nowMs + ms; this.nowMs < end;) {
      this.nowMs += stepMs;
      // More looks are due than go side by side.
      for (let round = 0; round < 3; round += 1) {
        await this.#watcher.tick(this.policy);
        await this.#watcher.idle();
      }
      await teller.flush(new AbortController().signal);
    }
  }

  take(): string[] {
    return this.told.splice(0).map(({ event, message }) => `${event} ${message.title}`);
  }
}

function certificate(days: number): IngressStatus {
  const notAfter = new Date(START_MS + days * 24 * HOUR_MS).toISOString();
  const notBefore = new Date(START_MS - 30 * 24 * HOUR_MS).toISOString();
  return { certificate: { subject: 'claw.example.com', issuer: 'CA', notBefore, notAfter, isOverdue: false } };
}

interface Course {
  readonly breaks: (world: World) => void | Promise<void>;
  readonly mends: (world: World) => void | Promise<void>;
  readonly waitMs: number;
  readonly fired: string;
  /** Absent: it ends without a word. */
  readonly cleared?: string;
}

export const courses: Readonly<Record<AlertKind, Course>> = {
  'gateway-down': {
    breaks: (world) => world.tell({ state: 'failed', because: 'it has ended with code 1' }),
    mends: (world) => world.tell({ state: 'running' }),
    waitMs: 5 * MINUTE_MS,
    fired: 'Gateway down',
    cleared: 'Gateway is up again',
  },
  'machine-unreachable': {
    breaks: (world) => world.tell({ state: 'unreachable', error: new AppError('host.unreachable') }),
    mends: (world) => world.tell({ state: 'running' }),
    waitMs: 6 * MINUTE_MS,
    fired: 'Machine unreachable',
    cleared: 'Machine is reachable again',
  },
  'restart-loop': {
    breaks(world) {
      for (let count = 0; count < 4; count += 1) {
        world.tell({ state: 'starting' });
        world.tell({ state: 'running' });
      }
    },
    mends: () => undefined,
    waitMs: 20 * MINUTE_MS,
    fired: 'Restarts again and again',
    cleared: 'Runs without restarts again',
  },
  disk: {
    breaks: (world) => void (world.sample = { ...world.sample, diskUsedBytes: 93 }),
    mends: (world) => void (world.sample = { ...world.sample, diskUsedBytes: 40 }),
    waitMs: 25 * MINUTE_MS,
    fired: 'Disk nearly full',
    cleared: 'Disk has room again',
  },
  memory: {
    breaks: (world) => void (world.sample = { ...world.sample, memoryUsedBytes: 97 }),
    mends: (world) => void (world.sample = { ...world.sample, memoryUsedBytes: 40 }),
    waitMs: 25 * MINUTE_MS,
    fired: 'Memory nearly full',
    cleared: 'Memory has room again',
  },
  certificate: {
    breaks: (world) => void (world.ingress = certificate(3)),
    mends: (world) => void (world.ingress = certificate(90)),
    waitMs: 7 * HOUR_MS,
    fired: 'Certificate runs out',
    cleared: 'Certificate is renewed',
  },
  backup: {
    breaks: (world) =>
      void (world.instance = {
        ...world.instance,
        backups: { ...world.instance.backups, schedule: { every: 'day', hour: 13 } } as never,
      }),
    mends: (world) => world.backUp(),
    waitMs: 4 * HOUR_MS,
    fired: 'Backup missing',
    cleared: 'Backup is there again',
  },
  update: {
    breaks: (world) => void (world.newest = '2026.10.1'),
    mends: (world) => void (world.instance = { ...world.instance, version: '2026.10.1' }),
    waitMs: 14 * HOUR_MS,
    fired: 'Update available',
  },
  exposure: {
    breaks: (world) =>
      void (world.exposure = {
        ...world.exposure,
        findings: [{ id: 'gateway', title: 'Gateway', level: 'bad', because: 'It is open.' }],
      }),
    mends: (world) => void (world.exposure = { ...world.exposure, findings: [] }),
    waitMs: 26 * HOUR_MS,
    fired: 'More is open than before',
    cleared: 'What was open is closed',
  },
  spend: {
    breaks: (world) => void (world.spent = 9),
    mends: (world) => void (world.spent = 1),
    waitMs: 2 * HOUR_MS,
    fired: 'Spending near the cap',
  },
};

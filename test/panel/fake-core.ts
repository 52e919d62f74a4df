import { PassThrough, type Readable } from 'node:stream';
import type {
  Core,
  ExposureReport,
  IngressStatus,
  InstanceLink,
  InstanceStatus,
  MetricSample,
  ShellSession,
  TerminalSize,
} from '../../src/core/index.ts';
import { AppError } from '../../src/shared/app-error.ts';
import { Secret } from '../../src/shared/secret.ts';
import { createFakeCore, type FakeCore, type Script } from '../cli/fake-core.ts';
import { anInstance, aPreview } from '../cli/samples.ts';

/** What no message of a door may hold, but the reply of `secret.reveal`: every secret of this core has it within. */
export const MARKER = 'MARKER-a7c1e5';
export const TOKEN = `gateway-token-${MARKER}`;

export interface FakeShell {
  readonly output: PassThrough;
  /** What was typed. */
  readonly typed: () => string;
  readonly sizes: readonly TerminalSize[];
  readonly isDisposed: boolean;
  /** How often the output was held back and let go on. */
  readonly paused: number;
  readonly resumed: number;
  end(error?: Error): void;
}

export interface PanelCore extends FakeCore {
  readonly shells: readonly FakeShell[];
  readonly logs: readonly PassThrough[];
  readonly openLinks: number;
  readonly openTunnels: number;
  tellStatus(status: Partial<InstanceStatus>): void;
  tellSample(sample: MetricSample): void;
  change(what: 'instances' | 'runs' | 'backups' | 'alerts'): void;
}

export interface PanelScript extends Script {
  readonly tunnelPort?: number;
  /** Of the sign-in address. */
  readonly bootstrapToken?: string;
}

export const SAMPLE: MetricSample = {
  at: Date.parse('2026-09-20T12:00:00.000Z'),
  cpu: 0.25,
  memoryUsedBytes: 1e9,
  memoryTotalBytes: 2e9,
  diskUsedBytes: 1e10,
  diskTotalBytes: 4e10,
};

export const INGRESS: IngressStatus = {
  url: 'https://claw.example.com',
  certificate: {
    subject: 'claw.example.com',
    issuer: 'Test Authority',
    notBefore: '2026-09-01T00:00:00.000Z',
    notAfter: '2026-09-07T00:00:00.000Z',
    isOverdue: true,
  },
  limitedBy: 'connections',
  problem: new AppError('ingress.certificate'),
};

export const EXPOSURE: ExposureReport = {
  at: '2026-09-20T12:00:00Z',
  reachableFrom: 'Whoever has the address and signs in',
  findings: [
    { id: 'gateway', title: 'Gateway', level: 'ok', because: 'It asks for a token.' },
    { id: 'port-9000', title: 'Port 9000', level: 'warn', because: 'Something listens there.', fix: 'ufw deny 9000' },
  ],
};

const mirror = (name: string) => ({ url: `https://${name}.example`, from: 'default' as const });

/** The fake product of the command line, with everything that a panel asks for beyond it. */
export function createPanelCore(script: PanelScript = {}): PanelCore {
  const base = createFakeCore({
    preview: () => aPreview({ id: nextRunId() }),
    ingress: INGRESS,
    exposure: EXPOSURE,
    instances: [anInstance({ token: { backend: 'keychain', key: MARKER }, providerKeyFingerprint: MARKER })],
    ...script,
  });
  const statusListeners = new Set<(status: InstanceStatus) => void>();
  const sampleListeners = new Set<(sample: MetricSample) => void>();
  const changeListeners = new Set<(what: 'instances' | 'runs' | 'backups' | 'alerts') => void>();
  const shells: FakeShell[] = [];
  const logs: PassThrough[] = [];
  let openLinks = 0;
  let openTunnels = 0;
  const status = (more: Partial<InstanceStatus> = {}): InstanceStatus => ({
    instance: anInstance({ token: { backend: 'keychain', key: MARKER } }),
    state: 'running',
    because: 'It answers.',
    ...more,
  });

  const link = (): InstanceLink => {
    openLinks += 1;
    return {
      onStatus(listener) {
        listener(status());
        return listening(statusListeners, listener);
      },
      onSample: (listener) => listening(sampleListeners, listener),
      history: () => Promise.resolve([SAMPLE]),
      call: (method) => Promise.reject(new AppError('gateway.rpc', { details: { method } })),
      openShell(size) {
        const { shell, session } = createFakeShell(size);
        shells.push(shell);
        return Promise.resolve(session);
      },
      openLogs(_how, signal): Promise<Readable> {
        const log = new PassThrough();
        signal.addEventListener('abort', () => log.destroy());
        logs.push(log);
        return Promise.resolve(log);
      },
      openTunnel() {
        openTunnels += 1;
        return Promise.resolve({
          port: script.tunnelPort ?? 40_123,
          isUp: true,
          onChange: () => ({ [Symbol.dispose]: () => undefined }),
          [Symbol.asyncDispose]() {
            openTunnels -= 1;
            return Promise.resolve();
          },
        });
      },
      buildSignIn: ({ port }) =>
        Promise.resolve(new Secret(`http://127.0.0.1:${port}/#bootstrapToken=${script.bootstrapToken ?? MARKER}`)),
      [Symbol.asyncDispose]() {
        openLinks -= 1;
        return Promise.resolve();
      },
    };
  };

  const more: Omit<Core, keyof FakeCore> &
    Pick<Core, 'logins' | 'ssh' | 'versions' | 'secrets' | 'mirrors' | 'onChange'> = {
    logins: {
      provide: () => Promise.resolve(),
      forget: () => Promise.resolve(),
      isRemembered: () => Promise.resolve(true),
    },
    ssh: { hosts: () => Promise.resolve([{ alias: 'gate', hostName: 'gate.example', port: 2222 }]) },
    versions: { list: () => Promise.resolve({ tags: { latest: '2026.9.6' }, newest: ['2026.9.6'] }) },
    mirrors: {
      origins: () =>
        Promise.resolve({
          npm: mirror('npm'),
          node: mirror('node'),
          installer: mirror('installer'),
          caddy: mirror('caddy'),
          docker: mirror('docker'),
          image: { url: 'registry.example/openclaw', from: 'settings' as const },
        }),
      choose: () => Promise.resolve(),
    },
    secrets: { backend: () => Promise.resolve('keychain') },
    onChange: (listener) => listening(changeListeners, listener),
  };
  return {
    ...base,
    ...more,
    calls: base.calls,
    get disposed() {
      return base.disposed;
    },
    instances: {
      ...base.instances,
      link: () => Promise.resolve(link()),
      watchContainers: () => ({ [Symbol.asyncDispose]: () => Promise.resolve() }),
      token: () => Promise.resolve(new Secret(TOKEN)),
    },
    shells,
    logs,
    get openLinks() {
      return openLinks;
    },
    get openTunnels() {
      return openTunnels;
    },
    tellStatus: (given) => statusListeners.forEach((listener) => listener(status(given))),
    tellSample: (sample) => sampleListeners.forEach((listener) => listener(sample)),
    change: (what) => changeListeners.forEach((listener) => listener(what)),
  };
}

let runs = 0;
function nextRunId(): string {
  runs += 1;
  return `r-0mhw3k2p1a-${runs.toString(16).padStart(8, '0')}`;
}

function listening<T>(listeners: Set<T>, listener: T): Disposable {
  listeners.add(listener);
  return { [Symbol.dispose]: () => void listeners.delete(listener) };
}

function createFakeShell(size: TerminalSize): { shell: FakeShell; session: ShellSession } {
  const output = new PassThrough();
  const input = new PassThrough();
  const sizes = [size];
  let typed = '';
  let isDisposed = false;
  let [paused, resumed] = [0, 0];
  input.on('data', (chunk: Buffer) => (typed += chunk.toString()));
  const [pause, resume] = [output.pause.bind(output), output.resume.bind(output)];
  output.pause = () => {
    paused += 1;
    return pause();
  };
  output.resume = () => {
    resumed += 1;
    return resume();
  };
  let end: (error?: Error) => void = () => undefined;
  const ended = new Promise<{ code: number; signal: null }>((resolve, reject) => {
    // As real ones do: the end is known at once, and what was said before it may still wait to be read.
    end = (error) => {
      if (error === undefined) {
        output.end();
        resolve({ code: 0, signal: null });
      } else {
        output.destroy(error);
        reject(error);
      }
    };
  });
  ended.catch(() => undefined);
  return {
    shell: {
      output,
      typed: () => typed,
      sizes,
      get isDisposed() {
        return isDisposed;
      },
      get paused() {
        return paused;
      },
      get resumed() {
        return resumed;
      },
      end: (error) => end(error),
    },
    session: {
      output,
      input,
      resize: (next) => void sizes.push(next),
      ended,
      [Symbol.asyncDispose]() {
        isDisposed = true;
        end();
        output.destroy();
        return Promise.resolve();
      },
    },
  };
}

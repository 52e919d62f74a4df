import type { AlertSecrets, Core, WatchServiceStatus } from '../../src/core/index.ts';
import { AppError } from '../../src/shared/app-error.ts';
import { alertPolicySchema, alertSchema, type Alert, type AlertPolicyInput } from '../../src/shared/model/alert.ts';
import { isSameName } from '../../src/shared/model/ids.ts';

export function anAlert(more: Record<string, unknown> = {}): Alert {
  return alertSchema.parse({
    instanceId: 'i-0123456789abcdef',
    instanceName: 'research',
    kind: 'gateway-down',
    level: 'bad',
    because: 'The gateway does not answer.',
    since: '2026-09-20T11:30:00.000Z',
    told: { fired: ['telegram'], cleared: [] },
    ...more,
  });
}

export interface AlertScript {
  readonly alerts?: readonly Alert[];
  readonly alertPolicy?: AlertPolicyInput;
  /** What a message meets. */
  readonly alertFailure?: AppError;
  readonly watchService?: WatchServiceStatus['state'];
}

/** Keeps what the test says it keeps. */
export function createFakeAlerts(
  script: AlertScript,
  calls: [string, unknown?][],
): Pick<Core, 'alerts' | 'watchService'> {
  const { alerts = [], alertFailure } = script;
  let policy = alertPolicySchema.parse(script.alertPolicy ?? {});
  let state = script.watchService ?? 'absent';
  const service = (): Promise<WatchServiceStatus> => {
    if (state === 'unsupported') return Promise.resolve({ state });
    return Promise.resolve({ state, name: 'hardshell-watch-0a1b2c3d.service', file: '/home/anna/hardshell.service' });
  };
  const change = (name: string, next: typeof state) => (): Promise<WatchServiceStatus> => {
    calls.push([name]);
    if (state === 'unsupported') return Promise.reject(new AppError('watch.unsupported'));
    state = next;
    return service();
  };
  const show = () => ({
    policy,
    ...(policy.webhook === undefined ? {} : { webhookHost: 'ntfy.example' }),
    trouble: {},
  });
  return {
    alerts: {
      list: (name) =>
        Promise.resolve(alerts.filter((alert) => name === undefined || isSameName(alert.instanceName, name))),
      settings: () => Promise.resolve(show()),
      set: (wanted, secrets: AlertSecrets = {}) => {
        calls.push(['alerts.set', { policy: wanted, secrets: Object.keys(secrets) }]);
        policy = wanted;
        return Promise.resolve(show());
      },
      test: () => {
        calls.push(['alerts.test']);
        const { desktop, telegram, webhook } = policy;
        if (!desktop && telegram === undefined && webhook === undefined)
          return Promise.reject(new AppError('alert.no-channel'));
        return Promise.resolve([
          { channel: 'telegram' as const, ...(alertFailure === undefined ? {} : { problem: alertFailure }) },
        ]);
      },
      watch: (options = {}) => {
        calls.push(['alerts.watch', { always: options.always === true }]);
        return {
          [Symbol.asyncDispose]: () => {
            calls.push(['alerts.watch.end']);
            return Promise.resolve();
          },
        };
      },
    },
    watchService: {
      status: service,
      install: change('watch.install', 'running'),
      uninstall: change('watch.uninstall', 'absent'),
    },
  };
}

import type { CallName, CallOutput, CallRequest } from '../../src/shared/contract/contract.ts';
import { alertPolicySchema, alertSchema, type Alert, type AlertSettings } from '../../src/shared/model/alert.ts';
import { now } from './fake-data.ts';

type AlertCall = Extract<CallName, `alert.${string}` | `watch.${string}`>;
type Handlers = { readonly [N in AlertCall]: (input: CallRequest<N>) => CallOutput<N> };

const alerts: readonly Alert[] = [
  alertSchema.parse({
    instanceId: 'i-aaaaaaaaaaaaaaaa',
    instanceName: 'atlas',
    kind: 'certificate',
    level: 'warn',
    because: 'The certificate of atlas.example.org has not been renewed. It runs out in 6 days.',
    since: new Date(now - 7_200_000).toISOString(),
    told: { fired: ['telegram'], cleared: [] },
  }),
  alertSchema.parse({
    instanceId: 'i-aaaaaaaaaaaaaaaa',
    instanceName: 'atlas',
    kind: 'update',
    level: 'warn',
    because: 'OpenClaw 2026.9.7 is out; this one runs 2026.9.6.',
    since: new Date(now - 80_000_000).toISOString(),
    told: { fired: [], cleared: [] },
    heldBack: true,
  }),
  alertSchema.parse({
    instanceId: 'i-aaaaaaaaaaaaaaaa',
    instanceName: 'atlas',
    kind: 'gateway-down',
    level: 'bad',
    because: 'Its service is failed, with code 1.',
    since: new Date(now - 90_000_000).toISOString(),
    clearedAt: new Date(now - 88_000_000).toISOString(),
    told: { fired: ['telegram', 'webhook'], cleared: ['telegram', 'webhook'] },
  }),
];

/** Invented answers about alerts, which remember what is saved. @param look `alerts`: everything is set */
export function createAlertHandlers(look: string): Handlers {
  let settings: AlertSettings = {
    policy: alertPolicySchema.parse(
      look === 'alerts'
        ? {
            desktop: true,
            telegram: { chat: '-1001234567890' },
            webhook: { format: 'ntfy' },
            quiet: { from: 22, to: 7, tellDown: true },
            off: ['update'],
            spendCapUsd: 20,
          }
        : {},
    ),
    ...(look === 'alerts' ? { webhookHost: 'ntfy.example.org' } : {}),
    trouble:
      look === 'alerts'
        ? {
            webhook: {
              at: new Date(now).toISOString(),
              code: 'alert.webhook-unreachable',
              message: 'The webhook does not answer.',
            },
          }
        : {},
  };
  let state: CallOutput<'watch.status'>['state'] = look === 'alerts' ? 'running' : 'absent';
  const service = (): CallOutput<'watch.status'> => ({
    state,
    ...(state === 'absent'
      ? {}
      : { note: 'It ends when you sign out of this computer. `loginctl enable-linger` lets it go on.' }),
  });
  return {
    'alert.list': () => (look === 'alerts' ? [...alerts] : []),
    'alert.settings': () => settings,
    'alert.set': ({ policy }) => (settings = { policy, trouble: {} }),
    'alert.test': () => [{ channel: 'telegram' }],
    'watch.status': service,
    'watch.install': () => {
      state = 'running';
      return service();
    },
    'watch.uninstall': () => {
      state = 'absent';
      return service();
    },
  };
}

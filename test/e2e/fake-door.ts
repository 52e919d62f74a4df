import {
  calls,
  isCallName,
  type CallName,
  type CallOutput,
  type CallRequest,
} from '../../src/shared/contract/contract.ts';
import { formatFrame, toDoorSchema } from '../../src/shared/contract/wire.ts';
import { createDiagnosisHandlers } from './fake-diagnosis.ts';
import { exposure, ingress, listServers, openExposure, overdue } from './fake-access.ts';
import { createAgentHandlers } from './fake-agent.ts';
import { createAlertHandlers } from './fake-alerts.ts';
import { createBackupHandlers } from './fake-backups.ts';
import { createUpdateHandlers } from './fake-updates.ts';
import { createChangeHandlers } from './fake-changes.ts';
import { createConfigurationHandlers } from './fake-configuration.ts';
import { createDeviceHandlers } from './fake-devices.ts';
import { containerSamples, findings, info, makePreview, now, samples, statuses } from './fake-data.ts';
import type { InstanceView } from '../../src/shared/contract/instance.ts';
import { createFakeImport } from './fake-import.ts';
import { listInstances } from './fake-instances.ts';
import { rehearsals, runs } from './fake-runs.ts';
import { logText, shellText } from './fake-streams.ts';

/*
 * A door in memory: it answers the contract with invented data. The address's query says what is to be seen:
 * empty=1 (no instances), many=1 (200 of them), look=… (how a preview ends), slow=1 (nothing answers), far=1 (servers are far away),
 * door=desktop.
 */

interface Listener {
  onMessage(message: unknown): void;
  onFrame(frame: Uint8Array): void;
  onConnection(state: 'connected' | 'lost'): void;
}

type Handlers = { readonly [N in CallName]: (input: CallRequest<N>) => CallOutput<N> | Promise<CallOutput<N>> };

class Refusal extends Error {
  readonly report: { code: string; message: string; hint: string; retry: boolean; details?: Record<string, unknown> };

  constructor(report: Refusal['report']) {
    super(report.message);
    this.report = report;
  }
}

const key = {
  host: 'atlas.example.org',
  type: 'ssh-ed25519',
  fingerprint: 'SHA256:mVqUZ1gDk8rZ0r2Q7fJxN4tB5yKpHs3cWl9eAiOo6uY',
};
const known = [
  {
    type: 'ssh-ed25519',
    fingerprint: 'SHA256:4kzT0yE3Qq9mHc7uRw2LxVb8JdNf5sPaGi1oYtKe6Xw',
    where: '/home/anna/.ssh/known_hosts:14',
  },
];

const refusals: Readonly<Record<string, Refusal['report']>> = {
  unknown: {
    code: 'host.key-unknown',
    message: 'The host key of atlas.example.org is not known yet.',
    hint: 'Compare its fingerprint.',
    retry: false,
    details: key,
  },
  changed: {
    code: 'host.key-changed',
    message: 'The host key of atlas.example.org has CHANGED.',
    hint: 'Somebody may be listening.',
    retry: false,
    details: { ...key, known },
  },
  auth: {
    code: 'host.auth-failed',
    message: 'atlas.example.org did not accept the login of root.',
    hint: 'Check the user name, and the key or password.',
    retry: false,
    details: { tried: ['publickey'] },
  },
  network: {
    code: 'registry.unreachable',
    message: 'The npm registry could not be reached.',
    hint: 'Check the network, or set a mirror.',
    retry: true,
  },
};

export function createFakeDoor(query: URLSearchParams) {
  let listener: Listener | undefined;
  let lastStream = 0;
  const nextStream = (): number => {
    lastStream += 1;
    return lastStream;
  };
  const look = query.get('look') ?? '';
  const send = (message: object): void => listener?.onMessage(JSON.parse(JSON.stringify(message)));
  const emit = (event: string, payload: unknown): void => send({ type: 'event', event, payload });
  const bytes = (stream: number, text: string): void =>
    void setTimeout(() => listener?.onFrame(formatFrame(stream, new TextEncoder().encode(text))), 20);

  const list = listInstances(query);
  const stopped = new Set<string>();
  const signedIn = new Set<string>();
  const statusOf = (instanceId: string) => {
    if (signedIn.has(instanceId)) return statuses[0];
    const status = statuses.find((one) => one.instanceId === instanceId) ?? statuses[0];
    return status !== undefined && stopped.has(instanceId) ? { ...status, state: 'stopped' as const } : status;
  };
  const preview = async (draftId: string) => {
    for (const phase of ['connecting', 'signed-in', 'reading', 'planning']) {
      emit('deployment.advanced', { draftId, phase });
      if (look === 'slow' && phase === 'reading') await new Promise(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const refusal = refusals[look];
    if (refusal !== undefined) throw new Refusal(refusal);
    const made = makePreview(look);
    return look === 'fine' ? { ...made, findings: findings.filter(({ level }) => level === 'ok') } : made;
  };

  const changes = createChangeHandlers(look, emit);
  const handlers: Handlers = {
    'app.info': () =>
      query.get('door') === 'desktop'
        ? { ...info, door: 'desktop', copiesSecrets: true, savesSecrets: true, savesLogs: true }
        : info,
    'app.setMirrors': () => info.mirrors,
    'app.setTheme': () => null,
    'instance.list': () => list,
    'instance.status': async ({ instanceId }) => {
      const status = statusOf(instanceId);
      if (query.get('far') === '1') await new Promise((resolve) => setTimeout(resolve, 1_500));
      // a server that lets nobody in cannot be looked at
      if (status?.error?.code === 'host.auth-failed') {
        const { code, message, hint = '', retry } = status.error;
        throw new Refusal({ code, message, hint, retry });
      }
      if (status === undefined) throw new Error('There is no status.');
      return { ...status, instanceId };
    },
    'instance.start': () => null,
    'instance.stop': ({ instanceId }) => {
      stopped.add(instanceId);
      return null;
    },
    'instance.restart': () => null,
    'instance.watch': ({ instanceId }) => {
      setTimeout(() => emit('instance.statusChanged', { ...statusOf(instanceId), instanceId }), 5);
      return {
        history: list.find(({ id }) => id === instanceId)?.target.kind === 'docker' ? containerSamples : samples,
      };
    },
    'instance.unwatch': () => null,
    'secret.reveal': () => ({ token: 'an-invented-token-0000' }),
    'secret.copy': () => null,
    ...createFakeImport(query),
    'deployment.preview': ({ draftId }) => preview(draftId),
    'deployment.abandon': () => null,
    'deployment.rehearse': ({ stepId }) => [...(rehearsals[stepId] ?? [])],
    'deployment.discard': () => null,
    'deployment.start': () => ({ runId: runs[0]?.runId as CallOutput<'deployment.start'>['runId'] }),
    'deployment.again': async ({ draftId }) => ({ ...(await preview(draftId)), missing: ['providerKey'] }),
    'deployment.versions': () => ({
      tags: { latest: query.get('newer') === '1' ? '2026.9.7' : '2026.9.6', beta: '2026.10.0-beta.2' },
      newest: ['2026.9.6', '2026.9.5', '2026.9.2'],
    }),
    'instance.suspend': () => ({ runId: runs[0]?.runId as CallOutput<'instance.suspend'>['runId'] }),
    'instance.resume': () => ({ runId: runs[0]?.runId as CallOutput<'instance.resume'>['runId'] }),
    'ingress.status': () => (look === 'overdue' ? overdue : ingress),
    'exposure.check': () => (look === 'overdue' ? openExposure : exposure),
    'guard.set': () => null,
    ...createUpdateHandlers(look),
    ...createConfigurationHandlers(look, () => {
      throw new Refusal({ code: 'config.conflict', message: 'It was changed.', hint: 'Look again.', retry: false });
    }),
    ...createAgentHandlers(look, (code, message) => {
      throw new Refusal({ code, message, hint: 'Mend it first, or say that you want it as it is.', retry: true });
    }),
    ...createDiagnosisHandlers(look),
    ...createDeviceHandlers(look, list),
    ...createAlertHandlers(look),
    ...createBackupHandlers(look, (code) => {
      throw new Refusal(
        code === 'host-key'
          ? { ...(refusals['unknown'] as Refusal['report']), details: { ...key, host: 'nas.example.org' } }
          : {
              code: 'backup.unreachable',
              message: 'The place where the backup lies does not answer.',
              hint: 'Check that it is there and that the login works.',
              retry: true,
            },
      );
    }),
    'removal.preview': () => makePreview(''),
    'removal.start': () => ({ runId: runs[0]?.runId as CallOutput<'removal.start'>['runId'] }),
    ...changes,
    'run.list': (input) => (query.get('empty') === '1' ? [] : changes['run.list'](input)),
    'run.cancel': () => null,
    'server.list': () => listServers(list),
    'server.sshHosts': () => [
      { alias: 'atlas', hostName: 'atlas.example.org', user: 'root' },
      { alias: 'cellar', hostName: '192.168.178.42', user: 'anna', port: 2222 },
    ],
    'login.provide': ({ instanceId }) => {
      signedIn.add(instanceId);
      return null;
    },
    'login.forget': () => null,
    'trust.list': () => [
      {
        host: 'atlas.example.org',
        type: key.type,
        fingerprint: key.fingerprint,
        addedAt: new Date(now - 9e8).toISOString(),
      },
    ],
    'trust.remove': () => ({ removed: 1 }),
    'shell.list': () => [
      {
        shellId: 's-0000000000000001',
        instanceId: list[0]?.id as InstanceIdOf,
        title: 'openclaw',
        openedAt: new Date(now).toISOString(),
      },
    ],
    'shell.open': ({ instanceId }) => ({
      shellId: 's-0000000000000002',
      instanceId,
      title: 'openclaw',
      openedAt: new Date(now).toISOString(),
    }),
    'shell.attach': () => {
      const streamId = nextStream();
      bytes(streamId, shellText);
      return { streamId, replayBytes: shellText.length };
    },
    'shell.resize': () => null,
    'shell.close': () => null,
    'log.save': () => ({ saved: true }),
    'log.open': () => {
      const streamId = nextStream();
      bytes(streamId, logText);
      return { streamId };
    },
    'stream.close': () => null,
    'dashboard.open': () => ({ url: query.get('door') === 'desktop' ? null : 'http://localhost:1/one-use' }),
    'dashboard.place': () => null,
    'dashboard.reload': () => null,
    'dashboard.zoom': () => null,
    'dashboard.find': () => null,
    'dashboard.openOutside': () => null,
    'dashboard.close': () => null,
  };

  const answer = async (id: number, name: string, input: unknown): Promise<void> => {
    if (query.get('slow') === '1' && name !== 'app.info') return;
    try {
      if (!isCallName(name)) throw new Error(`There is no call ${name}.`);
      const handler = handlers[name] as (input: unknown) => unknown;
      send({ type: 'reply', id, output: await handler(calls[name].input.parse(input)) });
    } catch (error) {
      const report =
        error instanceof Refusal ? error.report : { code: 'internal.bug', message: String(error), retry: false };
      send({ type: 'refusal', id, error: report });
    }
  };

  return {
    send(message: object): boolean {
      const parsed = toDoorSchema.parse(message);
      if (parsed.type === 'call') void answer(parsed.id, parsed.call, parsed.input);
      return true;
    },
    sendFrame: () => true,
    listen(heard: Listener) {
      listener = heard;
      heard.onConnection('connected');

      if (query.get('lost') === '1') setTimeout(() => heard.onConnection('lost'), 300);
    },
    reconnect: () => undefined,
  };
}

type InstanceIdOf = InstanceView['id'];

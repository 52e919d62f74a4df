import {
  calls,
  isCallName,
  type CallName,
  type CallOutput,
  type CallRequest,
} from '../../src/shared/contract/contract.ts';
import { formatFrame, toDoorSchema } from '../../src/shared/contract/wire.ts';
import { findings, info, instances, makePreview, now, rehearsals, runs, samples, statuses } from './fake-data.ts';

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

const logText = Array.from(
  { length: 60 },
  (_, index) =>
    `${new Date(now - (60 - index) * 4000).toISOString()} ${['info', 'info', 'debug', 'warn', 'info', 'error'][index % 6] ?? ''} [gateway] ${['ready on 127.0.0.1:18789', 'telegram: message received', 'cache hit', 'slow answer of the provider (8.2 s)', 'session main: turn done', 'provider answered 529, trying again'][index % 6] ?? ''}\n`,
).join('');
const shellText =
  '\x1b[32mopenclaw@atlas\x1b[0m:\x1b[34m~\x1b[0m$ openclaw status\r\n\x1b[1mGateway\x1b[0m  running, 2 d 2 h\r\n\x1b[1mModel\x1b[0m    anthropic/claude-opus-5\r\n\x1b[32mopenclaw@atlas\x1b[0m:\x1b[34m~\x1b[0m$ ';

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

  const list =
    query.get('empty') === '1'
      ? []
      : query.get('many') === '1'
        ? Array.from(
            { length: 200 },
            (_, index) =>
              ({
                ...instances[index % 4],
                id: `i-${String(index).padStart(16, '0')}`,
                name: `bot-${String(index + 1)}`,
              }) as (typeof instances)[number],
          )
        : instances;
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

  const handlers: Handlers = {
    'app.info': () => (query.get('door') === 'desktop' ? { ...info, door: 'desktop', copiesSecrets: true } : info),
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
      return { history: samples };
    },
    'instance.unwatch': () => null,
    'secret.reveal': () => ({ token: 'an-invented-token-0000' }),
    'secret.copy': () => null,
    'deployment.preview': ({ draftId }) => preview(draftId),
    'deployment.abandon': () => null,
    'deployment.rehearse': ({ stepId }) => [...(rehearsals[stepId] ?? [])],
    'deployment.discard': () => null,
    'deployment.start': () => ({ runId: runs[0]?.runId as CallOutput<'deployment.start'>['runId'] }),
    'deployment.again': async ({ draftId }) => ({ ...(await preview(draftId)), missing: ['providerKey'] }),
    'deployment.versions': () => ({
      tags: { latest: '2026.9.6', beta: '2026.10.0-beta.2' },
      newest: ['2026.9.6', '2026.9.5', '2026.9.2'],
    }),
    'removal.preview': () => makePreview(''),
    'removal.start': () => ({ runId: runs[0]?.runId as CallOutput<'removal.start'>['runId'] }),
    'run.list': () =>
      query.get('empty') === '1'
        ? []
        : runs.map((run) => ({ ...run, steps: run.steps.map((step) => ({ ...step, lastLines: [] })) })),
    'run.get': ({ runId }) => runs.find((run) => run.runId === runId) ?? null,
    'run.cancel': () => null,
    'server.list': () =>
      list.flatMap(({ id, name, target }) =>
        target.kind === 'ssh' ? [{ target, instances: [{ id, name }], rememberedLogin: name === 'atlas' }] : [],
      ),
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
        instanceId: instances[0]?.id as InstanceIdOf,
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
    'log.follow': () => {
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

type InstanceIdOf = (typeof instances)[number]['id'];

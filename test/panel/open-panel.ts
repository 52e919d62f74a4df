import { createPanel, type DoorActions, type Panel, type PanelSession } from '../../src/panel/index.ts';
import { AppError, type ErrorReport } from '../../src/shared/app-error.ts';
import {
  calls,
  events,
  type CallInput,
  type CallName,
  type CallOutput,
  type EventName,
} from '../../src/shared/contract/contract.ts';
import { formatFrame, fromDoorSchema, parseFrame, type FromDoor } from '../../src/shared/contract/wire.ts';
import { createPanelCore, type PanelCore, type PanelScript } from './fake-core.ts';

export interface TestClient {
  readonly session: PanelSession;
  readonly messages: readonly FromDoor[];
  /** Bytes of each stream, as they came. */
  bytes(stream: number): Buffer;
  readonly call: <N extends CallName>(name: N, input: CallInput<N>) => Promise<CallOutput<N>>;
  readonly refused: (name: string, input: unknown) => Promise<ErrorReport>;
  events(name: EventName): unknown[];
  ack(stream: number, bytes: number): void;
  type(stream: number, text: string): void;
}

export interface TestPanel {
  readonly core: PanelCore;
  readonly panel: Panel;
  readonly notices: readonly string[];
  readonly logged: readonly { readonly level: string; readonly message: string; readonly details?: unknown }[];
  readonly connect: () => TestClient;
}

const refuse = (): Promise<never> => Promise.reject(new AppError('usage.invalid'));

export function openTestPanel(
  script: PanelScript = {},
  actions: Partial<DoorActions> = {},
  made?: PanelCore,
): TestPanel {
  const core = made ?? createPanelCore(script);
  const notices: string[] = [];
  const logged: TestPanel['logged'][number][] = [];
  const panel = createPanel({
    core,
    door: 'browser',
    version: '0.1.0',
    who: 'anna@laptop',
    dataDir: '/home/anna/.local/share/hardshell',
    platform: 'linux',
    log: (entry) => logged.push(entry),
    actions: {
      setTheme: () => undefined,
      notify: (title) => notices.push(title),
      dashboard: {
        open: () => Promise.resolve({ url: null }),
        place: refuse,
        reload: refuse,
        zoom: refuse,
        find: refuse,
        openOutside: refuse,
        close: () => Promise.resolve(null),
      },
      ...actions,
    },
  });
  return { core, panel, notices, logged, connect: () => connect(panel) };
}

/** What a door says is held against the contract, every message of it. */
export function checkMessage(message: unknown, askedFor: (id: number) => string | undefined): FromDoor {
  const parsed = fromDoorSchema.parse(message);
  if (parsed.type === 'event') events[parsed.event as EventName].parse(parsed.payload);
  if (parsed.type === 'reply') calls[askedFor(parsed.id) as CallName].output.parse(parsed.output);
  return parsed;
}

function connect(panel: Panel): TestClient {
  const messages: FromDoor[] = [];
  const asked = new Map<number, string>();
  const waiting = new Map<number, (message: FromDoor) => void>();
  const streams = new Map<number, Buffer[]>();
  const session = panel.openSession({
    send(message) {
      const checked = checkMessage(JSON.parse(JSON.stringify(message)), (id) => asked.get(id));
      messages.push(checked);
      if (checked.type !== 'event') waiting.get(checked.id)?.(checked);
    },
    sendBytes(frame) {
      const parsed = parseFrame(frame);
      if (parsed === undefined) throw new Error('That is no frame.');
      streams.set(parsed.stream, [...(streams.get(parsed.stream) ?? []), Buffer.from(parsed.bytes)]);
    },
  });
  let last = 0;
  const ask = (name: string, input: unknown): Promise<FromDoor> =>
    new Promise((resolve) => {
      last += 1;
      asked.set(last, name);
      waiting.set(last, resolve);
      session.receive({ type: 'call', id: last, call: name, input });
    });
  return {
    session,
    messages,
    bytes: (stream) => Buffer.concat(streams.get(stream) ?? []),
    async call(name, input) {
      const message = await ask(name, input);
      if (message.type !== 'reply') throw new Error(`Refused: ${JSON.stringify(message)}`);
      return message.output as never;
    },
    async refused(name, input) {
      const message = await ask(name, input);
      if (message.type !== 'refusal') throw new Error(`Answered: ${JSON.stringify(message)}`);
      return message.error;
    },
    events: (name) =>
      messages.flatMap((message) => (message.type === 'event' && message.event === name ? [message.payload] : [])),
    ack: (stream, bytes) => session.receive({ type: 'ack', stream, bytes }),
    type: (stream, text) => session.receiveBytes(formatFrame(stream, Buffer.from(text))),
  };
}
